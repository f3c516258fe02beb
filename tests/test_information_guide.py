"""What the guide to information makes of its numbers is so; test_guides.py goes through its commands."""

import re
from pathlib import Path

import pytest

import signalling as sg
from tests.guides import printed_by, steps, text_of, write_files

TEXT = text_of("information")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reader's directory after the study has been run."""
    place = tmp_path_factory.mktemp("reader")
    write_files(TEXT, place)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        printed_by(list(steps(TEXT))[-1][0])
    return place


def test_its_words_are_those_of_its_numbers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the reading claims holds in the journal that the command before has left."""
    monkeypatch.chdir(folder)
    journal = folder / "results" / "information" / "journal.jsonl"
    before = journal.read_text(encoding="utf-8")
    found = sg.information("information.study.toml", path=journal)
    assert journal.read_text(encoding="utf-8") == before
    order = found.order()
    strength = {name: abs(tau) for name, tau in order.items() if tau is not None}
    dials = [strength[path] for path in found.dials()]
    assert strength["mean_age_hours"] < min(dials)
    assert max(dials) < min(strength["bits_at_review"], strength["share_at_review"])
    assert strength["bits_per_report"] < min(dials)
    for tau in re.findall(r"τ = (-?\d\.\d\d)", TEXT):
        assert any(f"{value:.2f}" == tau for value in order.values() if value is not None), tau
    cells = {tuple(cell.cell.settings.values()): cell for cell in found.cells}
    clean, slow, noisy = cells[0.0, 1.2], cells[0.0, 96], cells[0.3, 1.2]
    for cell, name in (
        (slow, "bits_per_report"),
        (clean, "bits_per_report"),
        (noisy, "share_at_review"),
        (slow, "share_at_review"),
        (noisy, "p_war"),
        (slow, "p_war"),
    ):
        assert f"{cell.measure(name).estimate:.3f}" in TEXT.partition("## What it says")[2], name


@pytest.mark.slow
def test_more_runs_say_what_is_said_of_them(folder: Path) -> None:
    order = sg.information(folder / "information.study.toml", runs=1500).order()
    said = re.search(
        r"make it (.*?) and (.*?), with\s(.*?) and (.*?) for the dials, (.*?) for age and (.*?) for", TEXT
    )
    assert said is not None
    names = ["bits_at_review", "share_at_review", *list(order)[:2], "mean_age_hours", "bits_per_report"]
    assert list(said.groups()) == [f"{order[name]:.2f}" for name in names]
    order = sg.information(folder / "information.study.toml", runs=1500, seed=12).order()
    turned = re.search(r"turn the\stwo round, (.*?) and (.*?)\.\n", TEXT)
    assert turned is not None
    assert list(turned.groups()) == [f"{order[name]:.2f}" for name in names[:2]]
