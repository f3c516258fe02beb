"""The figure of verdicts shows every look of every claim beside its own margin."""

import functools
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure

from signalling.claims import Claims
from signalling.figures.verdict import draw_verdicts
from signalling.verdicts import Counts, Verdict, Verdicts

NAMES = ("a hotline", "a line on which each and every message takes a day", "x" * 40, "none", "noise")
#: Averted and caused at 250, 500, ... pairs.
SEEN = (
    ((40, 10), (90, 20)),
    ((5, 90),),
    ((9, 9), (20, 20), (40, 41), (80, 82)),
    ((0, 0),),
    ((3, 9), (5, 20)),
)


@functools.cache
def found(number: int = 5) -> Verdicts:
    claims: list[dict[str, Any]] = [
        {"name": name, "treatment": {"channels.all.loss_probability": 0.1}, "expected": "prevents"}
        for name in NAMES[:number]
    ]
    claims[0]["margin"] = 0.02
    settings = {"scenario": "two-seekers", "seed": 1, "margin": 0.05, "budget": 2000}
    stated = Claims.from_document({"name": "Lines", "claims": claims} | settings)
    verdicts = [
        Verdict(claim, stated.level, tuple(Counts(250 * 2**look, *pair) for look, pair in enumerate(seen)))
        for claim, seen in zip(stated.claims, SEEN, strict=False)
    ]
    return Verdicts(stated, 2000, tuple(verdicts))


@functools.cache
def drawn(number: int = 5) -> Figure:
    return draw_verdicts(found(number))


def test_every_look_has_its_bar() -> None:
    assert len(drawn().axes) == 5
    for axes, verdict in zip(drawn().axes, found(), strict=True):
        (bars,) = axes.containers
        assert isinstance(bars, ErrorbarContainer)
        segments = bars.lines[2][0].get_segments()
        assert len(segments) == len(verdict.looks)
        for look, (segment, counts) in enumerate(zip(segments, verdict.looks, strict=True)):
            _, low, high = verdict.difference(look)
            assert segment[:, 0].tolist() == [counts.pairs, counts.pairs]
            assert segment[:, 1].tolist() == pytest.approx([low, high])


def test_every_margin_is_the_claims_own_and_all_bars_have_room() -> None:
    for axes, verdict in zip(drawn().axes, found(), strict=True):
        (stripe,) = [patch for patch in axes.patches if patch.get_gid() == "margin"]
        low, high = stripe.get_window_extent().transformed(axes.transData.inverted()).intervaly
        assert (low, high) == pytest.approx((-verdict.claim.margin, verdict.claim.margin))
        bottom, top = axes.get_ylim()
        assert bottom == -top
        for look in range(len(verdict.looks)):
            assert bottom < verdict.difference(look).low <= verdict.difference(look).high < top


def test_verdicts_and_the_error_are_printed() -> None:
    printed = " ".join(text.get_text() for text in drawn().findobj(mpl.text.Text))
    for verdict in found():
        assert verdict.decision.value in printed
        assert f"{verdict.counts.pairs:,} pairs" in printed
    words = " ".join(printed.split())
    assert "any verdict on 5 claims is wrong is at most 0.05, 0.01 for each of them (Bonferroni)" in words
    alone = " ".join(" ".join(text.get_text().split()) for text in drawn(1).findobj(mpl.text.Text))
    assert "the verdict is wrong is at most 0.05, whenever it stopped" in alone


@pytest.mark.parametrize("number", [1, 2, 4, 5])
def test_no_two_texts_overlap_and_none_is_cut(number: int) -> None:
    figure = drawn(number)
    boxes = [
        (text.get_text(), text.get_window_extent())
        for text in figure.findobj(mpl.text.Text)
        if text.get_text().strip() and text.get_visible()
    ]
    page = figure.bbox
    for place, (text, box) in enumerate(boxes):
        assert page.x0 <= box.x0, text
        assert box.x1 <= page.x1, text
        assert page.y0 <= box.y0, text
        assert box.y1 <= page.y1, text
        assert not [other for other, spot in boxes[place + 1 :] if box.overlaps(spot)], text
