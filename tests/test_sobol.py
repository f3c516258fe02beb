"""Sobol indices: those of a known function whose luck has a known share, and those of what is run."""

import importlib
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

import signalling as sg
from signalling.errors import ResultError, ScenarioError, SignallingError
from signalling.executors import run_models
from signalling.experiments import sobol
from signalling.experiments.indices import Floats64, Index, analysed, design, sobol_indices
from signalling.experiments.sobol import SobolPart
from signalling.experiments.work import Work
from signalling.region import load_region
from tests.test_multiverse import SHORT

A, B = 7.0, 0.1
#: Standard deviation of the luck that is added to Ishigami's function.
NOISE = 2.0
NAMES = ("x", "y", "z")


def ishigami(shares: Floats64) -> Floats64:
    """The function whose indices are known in closed form, on [-pi, pi]^3."""
    x, y, z = (math.pi * (2.0 * shares[:, place] - 1.0) for place in range(3))
    values: Floats64 = np.sin(x) + A * np.sin(y) ** 2 + B * z**4 * np.sin(x)
    return values


def lucky(shares: Floats64, seeds: Sequence[int]) -> Sequence[float]:
    noise = [np.random.Generator(np.random.Philox(key=seed)).standard_normal() for seed in seeds]
    return [*(ishigami(shares) + NOISE * np.array(noise))]


def by_name(found: Sequence[Index]) -> dict[tuple[str, str], Index]:
    return {(index.parameter, index.order): index for index in found}


def test_indices_of_a_function_with_luck_are_those_known() -> None:
    """4 standard errors on each of 8 indices: a false alarm has the chance 5e-4 over all of them."""
    found = by_name(sobol_indices(NAMES, lucky, samples=256, seed=1))
    x = 0.5 * (1.0 + B * math.pi**4 / 5.0) ** 2
    y = A * A / 8.0
    both = B * B * math.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)  # of x and z, by their interaction alone
    variance = x + y + both + NOISE**2
    known = {
        ("x", "first"): x, ("x", "total"): x + both, ("y", "first"): y, ("y", "total"): y,
        ("z", "first"): 0.0, ("z", "total"): both,
        ("luck", "first"): NOISE**2, ("luck", "total"): NOISE**2,
    }  # fmt: skip
    assert list(found) == list(known)
    for key, part in known.items():
        index = found[key]
        assert index.estimate is not None
        assert index.low is not None
        error = (index.estimate - index.low) / 1.959964
        assert index.estimate == pytest.approx(part / variance, abs=4 * error), key
        assert 0.002 < error < 0.1, key
        assert index.variance == pytest.approx(variance, rel=0.15)


def test_without_luck_luck_has_no_share() -> None:
    found = by_name(sobol_indices(NAMES, lambda shares, _: [*ishigami(shares)], samples=64, seed=2))
    assert found["luck", "total"][2:5] == (0.0, 0.0, 0.0)
    assert found["luck", "first"][2:5] == (0.0, 0.0, 0.0)
    assert float(found["y", "total"].estimate or 0.0) > 0.2


def test_where_all_is_luck_parameters_have_no_share() -> None:
    found = by_name(sobol_indices(("x", "y"), lambda _, seeds: [seed / 2**64 for seed in seeds],
                                  samples=64, seed=0))  # fmt: skip
    for name in ("x", "y"):
        assert found[name, "total"][2:5] == (0.0, 0.0, 0.0)
        assert found[name, "first"][2:5] == (0.0, 0.0, 0.0)
    assert float(found["luck", "total"].estimate or 0.0) == pytest.approx(1.0, abs=0.4)


def test_what_never_changes_has_no_indices() -> None:
    found = analysed(("x",), [0.25] * 8, seed=1)
    assert [index[2:] for index in found] == [(None, None, None, 0.0)] * 4
    # Even if single parameters seem to change it, where the base sample does not.
    assert analysed(("x",), [0.0, 1.0, 0.0, 0.0] * 2, seed=1)[0].estimate is None


def test_a_design_has_luck_as_an_input() -> None:
    found = design(3, 8, seed=5, key="spiral")
    assert found.shares.shape == (8 * 6, 3)
    for sample in range(8):
        shares, seeds = found.of_sample(sample, 8)
        # A, each parameter from B, luck from B, and B itself.
        assert [seed == seeds[0] for seed in seeds] == [True, True, True, True, False, False]
        assert seeds[4] == seeds[5]
        for place, point in enumerate(shares[:5]):
            taken = [place == parameter + 1 for parameter in range(3)]
            assert (point == np.where(taken, shares[5], shares[0])).all()
    firsts = [found.of_sample(sample, 8).shares[0] for sample in range(8)]
    # Sobol's sequence: an eighth of the base sample in each eighth of every range.
    for column in np.transpose(firsts):
        assert sorted(np.floor(8 * column)) == list(range(8))
    again, other = design(3, 8, seed=5, key="spiral"), design(3, 8, seed=5, key="threshold")
    assert (again.shares == found.shares).all()
    assert again.seeds == found.seeds
    assert not set(other.seeds) & set(found.seeds)
    assert (other.shares != found.shares).any()


def test_the_same_seed_gives_the_same_intervals() -> None:
    first, same, other = (sobol_indices(NAMES, lucky, samples=16, seed=seed) for seed in (0, 0, 1))
    assert first == same
    assert first != other


def test_salib_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(SignallingError, match=r'pip install "signalling\[paper\]"'):
        design(1, 2, seed=1)


# The part

REGION = """
name = "short crises"
scenario = "short.toml"

[common]
"channels.default.loss_probability" = { low = 0, high = 1 }
"states.all.greedy_probability" = { values = [0.0, 1.0] }

[doctrines.threshold]
"states.all.doctrine.attack_above" = { low = 2, high = 3 }

[doctrines.spiral]
"""
PART: dict[str, Any] = {
    "kind": "sobol",
    "region": "region.toml",
    "base_samples": 8,
    "quick_base_samples": 2,
    "runs": 12,
    "quick_runs": 8,
    "seed": 3,
}
TREATMENT = {"states.all.lying_probability": 1}


@pytest.fixture
def work(tmp_path: Path) -> Work:
    (tmp_path / "region.toml").write_text(REGION, encoding="utf-8")
    (tmp_path / "short.toml").write_text(SHORT, encoding="utf-8")
    return Work(tmp_path, tmp_path / "parts" / "indices.jsonl", quick=True, workers=1)


def part(**others: Any) -> SobolPart:
    return SobolPart.model_validate(PART | others)


@pytest.mark.parametrize("treatment", [{}, TREATMENT])
def test_rows_are_the_indices_of_what_is_run(work: Work, treatment: dict[str, Any]) -> None:
    output = "difference" if treatment else "p_war"
    rows = part(output=output, treatment=treatment).rows(work)
    region = load_region(work.folder / "region.toml")
    expected: list[dict[str, Any]] = []
    for doctrine in ("threshold", "spiral"):
        names = list(region.spreads[doctrine])
        points = design(len(names), 2, seed=3, key=doctrine)
        outputs = []
        for shares, seed in zip(points.shares, points.seeds, strict=True):
            scenario = region.version(doctrine, region.settings(doctrine, shares.tolist()))
            before = sum(sg.run(scenario, runs=8, seed=seed)["war"])
            after = sum(sg.run(scenario.replace(treatment), runs=8, seed=seed)["war"]) if treatment else 0
            outputs.append((after - before if treatment else before) / 8)
        assert len(set(outputs)) > 1
        found = analysed(names, outputs, seed=3, key=doctrine)
        expected += [{"doctrine": doctrine, **index.told(), "evaluations": len(outputs)} for index in found]
    assert len(rows) == 2 * (4 + 3)
    for row, known in zip(rows, expected, strict=True):
        assert row["runs"] == 8
        for name, value in known.items():
            assert row[name] == (pytest.approx(value, rel=1e-7) if isinstance(value, float) else value), name


def test_interrupted_work_goes_on(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = part().rows(replace(work, journal=work.folder / "whole.jsonl"))
    wanted = (2 * 6 + 2 * 5) * 8

    def interrupts(done: int, of: int) -> None:
        assert of == wanted
        if done > 2 * wanted // 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        part().rows(replace(work, progress=interrupts))
    calls = []

    def counted(*models: Any, **others: Any) -> Any:
        calls.append(1)
        return run_models(*models, **others)

    monkeypatch.setattr(sobol, "run_models", counted)
    told: list[tuple[int, int]] = []
    assert part().rows(replace(work, progress=lambda *done: told.append(done))) == whole
    assert len(calls) == 2 * 5  # the two samples of the first doctrine were kept
    assert told[-1] == (wanted, wanted)
    assert told == sorted(told)
    calls.clear()
    assert part().rows(work) == whole
    assert not calls
    # What was kept for other points, luck or treatment is not taken for this.
    with pytest.raises(ResultError, match="holds other work"):
        part(seed=4).rows(work)
    with pytest.raises(ResultError, match="holds other work"):
        part(output="difference", treatment=TREATMENT).rows(work)
    region = work.folder / "region.toml"
    region.write_text(REGION.replace("low = 2", "low = 2.5"), encoding="utf-8")
    with pytest.raises(ResultError, match="holds other work"):
        part().rows(work)


@pytest.mark.parametrize(
    ("others", "complaint"),
    [
        ({"base_samples": 12}, "must be a power of 2"),
        ({"quick_base_samples": 3}, "must be a power of 2"),
        ({"output": "difference"}, "treatment: is what output"),
        ({"treatment": TREATMENT}, "treatment: is what output"),
    ],
)
def test_settings_that_make_no_sense_are_refused(others: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        part(**others)


def test_a_treatment_that_is_refused_is_named(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sobol, "run_models", None)
    refused = part(output="difference", treatment={"channels.default.loss_probability": 2})
    with pytest.raises(ScenarioError, match=r"doctrines\.threshold: treatment: .*loss_probability = 2: must"):
        refused.rows(work)
