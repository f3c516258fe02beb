"""Studies: what varies, with which seeds, in what order; and what is refused before anything runs."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import signalling as sg
from signalling.cells import cell_seed, points
from signalling.cli import main
from signalling.provenance import differences, identity_of, written_study

SEEKERS = 'scenario = "two-seekers"\nseed = 1\nruns = 3\n'


class Malformed(NamedTuple):
    name: str
    content: str
    fragments: tuple[str, ...]


#: Studies that are refused: content, and what the message has to name beside the file.
MALFORMED = (
    Malformed("empty", "", ("is empty; a study needs a scenario",)),
    Malformed("not TOML", "scenario = two-seekers", ("not TOML",)),
    Malformed("no scenario", "seed = 1\nruns = 3", ("scenario: is missing",)),
    Malformed("no seed", 'scenario = "two-seekers"\nruns = 3', ("seed: is missing",)),
    Malformed("no runs", 'scenario = "two-seekers"\nseed = 1', ("runs: is missing",)),
    Malformed("no such scenario", SEEKERS.replace("two", "three"), ("scenario: ", "no such file")),
    Malformed("unknown key", SEEKERS + "run = 4", ("run = 4: unknown key", 'did you mean "runs"?')),
    Malformed("no runs at all", SEEKERS.replace("3", "0"), ("runs = 0: must be 1 or more",)),
    Malformed("half a run", SEEKERS.replace("3", "2.5"), ("runs = 2.5: must be a whole number",)),
    Malformed("runs in words", SEEKERS.replace("3", '"many"'), ('runs = "many": must be a whole number',)),
    Malformed("negative seed", SEEKERS.replace("seed = 1", "seed = -1"), ("seed = -1: must be 0 or more",)),
    Malformed("unknown luck", SEEKERS + 'luck = "bad"', ('luck = "bad"', "common", "independent")),
    Malformed(
        "two designs",
        SEEKERS + "[grid]\nhorizon_days = [5]\n[zip]\nhorizon_days = [5]",
        ("grid and zip: a study has one of grid, zip and cell; keep one",),
    ),
    Malformed("grid is a number", SEEKERS + "grid = 3", ("grid = 3: must be a table",)),
    Malformed("empty grid", SEEKERS + "[grid]", ("grid = {}: is empty",)),
    Malformed(
        "value and no list",
        SEEKERS + "[grid]\nhorizon_days = 5",
        ("grid.horizon_days = 5: must be a list of values, e.g. [5]",),
    ),
    Malformed(
        "empty list", SEEKERS + "[grid]\nhorizon_days = []", ("grid.horizon_days = []: is empty; write one",)
    ),
    Malformed(
        "unequal lengths",
        SEEKERS + '[zip]\nhorizon_days = [5, 10]\n"review.interval_hours" = [6]',
        ("zip: horizon_days has 2, review.interval_hours has 1 values",),
    ),
    Malformed("cell is a table", SEEKERS + "[cell]\nhorizon_days = 5", ("cell = ", "must be an array")),
    Malformed("cell of numbers", SEEKERS + "cell = [1]", ("cell[0] = 1: must be a table: write [[cell]]",)),
    Malformed("no cells", SEEKERS + "cell = []", ("cell = []: must be an array of tables",)),
    Malformed(
        "a cell twice",
        SEEKERS + "[[cell]]\nhorizon_days = 5\n[[cell]]\nhorizon_days = 5.0",
        ("cell: horizon_days = 5", "stands twice"),
    ),
    Malformed(
        "unknown path",
        SEEKERS + '[grid]\n"channels.default.loss_probabilty" = [0.5]',
        ("cell channels.default.loss_probabilty = 0.5: ", 'did you mean "loss_probability"?'),
    ),
    Malformed(
        "unknown state",
        SEEKERS + '[grid]\n"states.C.greedy_probability" = [0.5]',
        ("cell states.C.greedy_probability = 0.5: ", 'no state "C"'),
    ),
    Malformed(
        "value out of range in one cell",
        SEEKERS + '[grid]\nhorizon_days = [5]\n"channels.default.loss_probability" = [0.5, 1.3]',
        (
            "cell horizon_days = 5, channels.default.loss_probability = 1.3: ",
            "channels.default.loss_probability = 1.3: must be in [0, 1]",
        ),
    ),
    Malformed(
        "a treatment that is none",
        SEEKERS + "[treatments.long]\nhorizon_days = 5",
        ("treatments.long: horizon_days: a treatment changes channels or receivers only",),
    ),
    Malformed(
        "a treatment called as the baseline",
        SEEKERS + '[treatments.baseline]\n"channels.all.loss_probability" = 0.5',
        ("treatments.baseline: is what the untreated scenario is called; give it another name",),
    ),
    Malformed(
        "a treatment out of range in a cell",
        SEEKERS + '[grid]\nhorizon_days = [5]\n[treatments.bad]\n"channels.all.loss_probability" = 2',
        ("cell horizon_days = 5: treatments.bad: channels.default.loss_probability = 2",),
    ),
    Malformed("treatments are a list", SEEKERS + "treatments = [1]", ("treatments = [1]: must be a table",)),
    Malformed(
        "too many cells",
        SEEKERS
        + f"[grid]\nhorizon_days = {list(range(1, 400))}\n'review.interval_hours' = {list(range(1, 400))}",
        ("makes more than 100000 cells",),
    ),
)


@pytest.mark.parametrize("command", ["check", "sweep"])
@pytest.mark.parametrize("case", MALFORMED, ids=[case.name for case in MALFORMED])
def test_malformed_studies_are_refused(
    case: Malformed, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.study.toml"
    file.write_text(case.content, encoding="utf-8")
    out = ["--out", str(tmp_path / "out")] if command == "sweep" else []
    assert main([command, str(file), *out]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"signalling: {file}: ")
    assert "Traceback" not in shown.err
    assert len(shown.err.strip().splitlines()) == 1
    for fragment in case.fragments:
        assert fragment in shown.err
    assert list(tmp_path.iterdir()) == [file]


def test_a_grid_is_every_combination() -> None:
    study = sg.Study(
        "two-seekers",
        runs=2,
        seed=1,
        grid={"horizon_days": [5, 10], "review.interval_hours": [24, 48, 36]},
        treatments={"late": {"channels.all.delay": {"law": "constant", "hours": 24}}},
    )
    assert len(study.cells) == 12
    assert len({cell.id for cell in study.cells}) == 12
    assert [cell.treatment for cell in study.cells[:4]] == ["baseline", "late"] * 2
    assert [cell.settings["review.interval_hours"] for cell in study.cells[:6:2]] == [24, 36, 48]
    assert {cell.seed for cell in study.cells} == {1}


def test_zip_and_cells_take_values_in_step() -> None:
    expected = [
        {"horizon_days": 5, "review.interval_hours": 24},
        {"horizon_days": 10, "review.interval_hours": 12},
    ]
    zipped = points(None, {"horizon_days": [5, 10], "review.interval_hours": [24, 12]}, None)
    assert zipped == points(None, None, expected) == expected
    assert points(None, None, None) == [{}]


def test_a_study_without_a_design_is_one_cell() -> None:
    [cell] = sg.Study("two-seekers", runs=2, seed=7).cells
    assert (cell.settings, cell.treatment, cell.seed) == ({}, "baseline", 7)
    assert cell.id == sg.run(sg.load_scenario("two-seekers"), runs=1, seed=7)["cell"][0]


def test_luck() -> None:
    grid = {"horizon_days": [5, 10]}
    late = {"late": {"channels.all.delay": {"law": "constant", "hours": 24}}}
    common = sg.Study("two-seekers", runs=2, seed=1, grid=grid, treatments=late)
    apart = sg.Study("two-seekers", runs=2, seed=1, grid=grid, treatments=late, luck="independent")
    assert {cell.seed for cell in common.cells} == {1}
    seeds = [cell.seed for cell in apart.cells]
    assert seeds[0] == seeds[1] != seeds[2] == seeds[3], "a cell shares its seed with its treatments"
    assert identity_of(written_study(common)) != identity_of(written_study(apart))
    # The seed follows from the settings alone: not from their order, nor from how a number is written.
    assert cell_seed(1, {"a": 1, "b": 2.0}, "independent") == cell_seed(1, {"b": 2, "a": 1.0}, "independent")
    assert cell_seed(1, {"a": 1}, "independent") != cell_seed(2, {"a": 1}, "independent")
    # Fixed for good: stored results depend on it.
    assert cell_seed(11, {"horizon_days": 5}, "independent") == 13340119951182482375


def test_cells_of_one_identity_keep_their_settings() -> None:
    """A treatment that sets what a cell has set: one cell, two points."""
    study = sg.Study(
        "two-seekers",
        runs=2,
        seed=1,
        grid={"channels.all.loss_probability": [0.0, 0.5]},
        treatments={"lossy": {"channels.all.loss_probability": 0.5}},
    )
    assert len(study.cells) == 4
    assert len({cell.id for cell in study.cells}) == 2


@pytest.mark.parametrize(
    ("changes", "fragment"),
    [
        ({"runs": range(0, 10, 2)}, "consecutive runs"),
        ({"runs": 0}, "must be 1 or more"),
        ({"runs": True}, "must be a whole number"),
        ({"seed": 2**64}, "seed = "),
        ({"luck": "worse"}, "no such luck"),
        ({"grid": {"horizon_days": [object()]}}, "a study is written down"),
        ({"parameters": {"p": 1}}, "are of functions"),
        ({"subject": lambda parameters, seed, run: {}}, "define it with def at the top of a module"),
    ],
)
def test_bad_arguments_are_refused(changes: dict[str, Any], fragment: str) -> None:
    arguments = {"subject": "two-seekers", "runs": 1, "seed": 1} | changes
    with pytest.raises(sg.ScenarioError, match=fragment):
        sg.Study(arguments.pop("subject"), **arguments)


def test_numpy_values_are_plain_values() -> None:
    study = sg.Study("two-seekers", runs=1, seed=1, grid={"horizon_days": list(np.linspace(5, 10, 2))})
    assert [type(cell.settings["horizon_days"]) for cell in study.cells] == [float, float]


def test_kinds_of_games_do_not_mix() -> None:
    games = ["ladder", {"kind": "matrix", "payoffs": "prisoners_dilemma"}]
    with pytest.raises(sg.ScenarioError):
        sg.Study("two-seekers", runs=1, seed=1, grid={"game": games})


def test_study_files_by_any_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("noise.study.toml", "study.toml", "noise.toml"):
        (tmp_path / name).write_text(SEEKERS + "[grid]\nhorizon_days = [5, 6]", encoding="utf-8")
        assert len(sg.load_study(tmp_path / name).cells) == 2
        assert main(["check", str(tmp_path / name)]) == 0
        assert "2 points, 1 treatments with the untreated one, 2 cells, 6 runs" in capsys.readouterr().out


def test_compare_refuses_what_varies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "noise.study.toml"
    file.write_text(SEEKERS + "[grid]\nhorizon_days = [5, 6]", encoding="utf-8")
    assert main(["compare", str(file)]) == 2
    assert "varies settings; run it with: signalling sweep" in capsys.readouterr().err


def test_differences_are_told_leaf_by_leaf() -> None:
    one = sg.Study("two-seekers", runs=1, seed=1)
    two = sg.Study(sg.load_scenario("two-seekers").replace({"horizon_days": 5}), runs=1, seed=2)
    told = differences(written_study(one), written_study(two))
    assert "seed: 1 there, 2 here" in told
    assert "subject.scenario.horizon_days: 60.0 there, 5.0 here" in told
    assert not differences(written_study(one), written_study(one.with_runs(9)))
    # The effort, and what varies, are no part of the identity.
    wider = sg.Study("two-seekers", runs=5, seed=1, grid={"horizon_days": [5]})
    assert identity_of(written_study(one)) == identity_of(written_study(wider))


def test_files_that_settings_name_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From then on neither the files nor the folder are needed: workers and reruns have the hours."""
    (tmp_path / "delays.csv").write_text("h\n1\n2\n5\n", encoding="utf-8")
    law = '{ law = "empirical", file = "delays.csv", column = "h" }'
    (tmp_path / "laws.study.toml").write_text(
        SEEKERS
        + f'[grid]\n"channels.default.delay" = [{law}, {{ law = "constant", hours = 3 }}]\n'
        + f'[treatments.slow]\n"channels.default.reading" = {law}\n',
        encoding="utf-8",
    )
    study = sg.load_study(tmp_path / "laws.study.toml")
    (tmp_path / "delays.csv").unlink()
    collected = sg.collect(study, tmp_path / "out", workers=2)
    assert collected.complete
    for cell in collected.cells:
        stored = collected.outcomes(cell.id)
        assert sg.rerun(tmp_path / "out", cell.id).content_hash() == stored.content_hash()
    assert collected.cells[-1].settings["channels.default.delay"].get("hours") in (None, 3)
