"""Experiments: what one command makes of their folders, what of it is kept, and that pages follow tables."""

import json
import re
import shutil
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalling.cli import main
from signalling.errors import ResultError, SignallingError
from signalling.experiments.experiment import FILE, Command, Experiment, Part, Prediction, load_experiments
from signalling.experiments.manifest import MANIFEST, hashes, read_manifest
from signalling.experiments.marks import Mark, marked
from signalling.experiments.pages import BEGIN, END, Findings, reading, with_block
from signalling.experiments.reproducing import Plan
from signalling.experiments.reproducing import reproduce as make
from signalling.experiments.rows import kept
from signalling.experiments.tables import TableSpec, percent, read_csv, told, write_csv
from signalling.figures.paper import FigureSpec
from signalling.progress import shown
from signalling.shards import FACTS

ROOT = Path(__file__).parents[1]
EXPERIMENTS, RESULTS = ROOT / "experiments", ROOT / "results"
NOISE = "channels.default.garble.probability"

STUDY = f"""
scenario = "two-seekers"
baseline = "as believed"
seed = 5
runs = 20

[grid]
"{NOISE}" = [0.0, 0.5]
"states.A.greedy_probability" = [1.0]

[treatments.blind]
"channels.all.assumed" = {{ garble = {{ probability = 0 }} }}
"""
SPEC = f"""
title = "A small one"

[parts.noise]
kind = "study"
study = "study.toml"
quick_runs = 10
names = {{ "{NOISE}" = "garbled" }}

[parts.noise.factors.horizon]
short = {{ horizon_days = 6 }}
long = {{ horizon_days = 12 }}

[tables.noise]
part = "noise"
columns = ["horizon", "garbled", "treatment", "p_war", "difference"]
caption = "Of {{{{ rows('noise')[0] | est('runs') }}}} crises."

[figures.noise]
kind = "lines"
part = "noise"
x = "garbled"
y = "p_war"
series = "treatment"
panels = "horizon"
caption = "P(war) is {{{{ row('noise', garbled=0.5, horizon='long', treatment='blind') | est('p_war') }}}}."

[predictions.blind]
text = "Noise that is not believed in raises P(war)."
part = "noise"
where = {{ garbled = 0.5, treatment = "blind" }}
expected = "above"
"""
READING = """
It is {{ row("noise", garbled=0.5, horizon="long", treatment="blind") | est("p_war") }}.

{{ predictions() }}
"""
README = f"# Small\n\n{BEGIN.format('reading')}\n{END.format('reading')}\n"


def written(folder: Path) -> Path:
    """A folder of one small experiment."""
    (folder / "small").mkdir(parents=True)
    (folder / "small" / FILE).write_text(SPEC, encoding="utf-8")
    (folder / "small" / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "small" / "reading.md.j2").write_text(READING, encoding="utf-8")
    (folder / "small" / "README.md").write_text(README, encoding="utf-8")
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return written(tmp_path / "experiments")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = written(tmp_path_factory.mktemp("made") / "experiments")
    assert reproduce(folder) == 0
    return folder


@pytest.fixture
def made(made_once: Path, tmp_path: Path) -> Path:
    """The same, reproduced already; a copy of its own for every test."""
    shutil.copytree(made_once.parent, tmp_path, dirs_exist_ok=True)
    return tmp_path / "experiments"


def reproduce(folder: Path, *words: str) -> int:
    return main(["reproduce", "--experiments", str(folder), "--out", str(folder.parent / "results"), *words])


def files(folder: Path) -> dict[str, bytes]:
    """Everything that is kept of results."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and "parts" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_one_command_makes_everything(made: Path) -> None:
    found = files(made.parent / "results" / "small")
    assert sorted(found) == [
        "figures/noise.pdf", "figures/noise.png", "figures/noise.txt", "noise.csv", "reading.md",
        "tables/noise.md", "tables/noise.tex",
    ]  # fmt: skip
    rows = read_csv(made.parent / "results" / "small" / "noise.csv")
    assert [(row["horizon"], row["garbled"], row["treatment"]) for row in rows] == [
        (horizon, garbled, treatment)
        for horizon in ("short", "long")
        for garbled in (0.0, 0.5)
        for treatment in ("as believed", "blind")
    ]
    last = rows[-1]
    assert last["averted"] + last["untouched"] == rows[-2]["wars"]  # type: ignore[operator]
    assert last["caused"] + last["untouched"] == last["wars"]  # type: ignore[operator]
    number = told(last, "p_war")
    for file in ("figures/noise.txt", "reading.md", "tables/noise.md", "tables/noise.tex"):
        assert number in found[file].decode()
    assert r"\begin{tabular}" in found["tables/noise.tex"].decode()


def test_rows_are_those_of_compare(made: Path) -> None:
    import signalling as sg

    row = read_csv(made.parent / "results" / "small" / "noise.csv")[-1]
    scenario = sg.load_scenario("two-seekers").replace(
        {"horizon_days": 12, NOISE: 0.5, "states.A.greedy_probability": 1.0}
    )
    blind = {"channels.all.assumed": {"garble": {"probability": 0}}}
    pair = sg.compare(scenario, treatment=blind, runs=20, seed=5)
    assert (row["averted"], row["caused"], row["untouched"]) == (pair.averted, pair.caused, pair.untouched)
    assert row["difference_low"] == kept(pair.risk_difference().low)


def test_one_number_changes_all_that_follows_from_it(made: Path) -> None:
    before = files(made.parent / "results" / "small")
    study = made / "small" / "study.toml"
    study.write_text(STUDY.replace("runs = 20", "runs = 21"), encoding="utf-8")
    assert reproduce(made) == 0
    after = files(made.parent / "results" / "small")
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] == before[name]} == set()


def test_workers_resumption_and_redrawing_change_nothing(made: Path) -> None:
    results = made.parent / "results"
    before = files(results)
    [journal] = (results / "small" / "parts").iterdir()
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:4]) + lines[4][: len(lines[4]) // 2])  # as a kill leaves it
    assert reproduce(made, "--workers", "1") == 0
    assert files(results) == before
    assert journal.read_bytes() == b"".join(lines)
    for path in (results / "small" / "figures").iterdir():
        path.unlink()
    assert reproduce(made, "--redraw") == 0
    assert files(results) == before


def test_check_compares_and_fails(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(made.parent / "results")
    assert reproduce(made, "--check") == 0
    assert "0 differ" in capsys.readouterr().out
    path = made.parent / "results" / MANIFEST
    held = json.loads(path.read_text(encoding="utf-8"))
    held["files"]["small"]["noise.csv"] = "0" * 64
    path.write_text(json.dumps(held), encoding="utf-8")
    assert reproduce(made, "--check") == 1
    assert "small/noise.csv: is another" in capsys.readouterr().out
    assert {name: data for name, data in files(made.parent / "results").items() if name != MANIFEST} == {
        name: data for name, data in before.items() if name != MANIFEST
    }


def test_figures_of_another_environment_are_not_compared(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made.parent / "results" / MANIFEST
    held = json.loads(path.read_text(encoding="utf-8"))
    held["drawn_with"]["matplotlib"] = "1.0"
    held["files"]["small"]["figures/noise.png"] = "0" * 64
    path.write_text(json.dumps(held), encoding="utf-8")
    assert reproduce(made, "--check") == 0
    assert "figures are not compared" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (('part = "noise"\nx', 'part = "nose"\nx'), "figures.noise.part = 'nose' is no part"),
        (('kind = "study"', 'kind = "sweep"'), "parts.noise"),
        (("horizon_days = 12", "horizon_days = -1"), "factors.horizon.long: horizon_days = -1"),
        (('"p_war", "difference"', '"p_wars"'), "columns = p_wars: no such column"),
        (("garbled=0.5, horizon='long'", "garbled=0.7, horizon='long'"), "0 rows have"),
    ],
)
def test_mistakes_are_named(
    small: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str], complaint: str
) -> None:
    assert change[0] in SPEC
    (small / "small" / FILE).write_text(SPEC.replace(*change), encoding="utf-8")
    assert reproduce(small) == 2
    assert complaint in capsys.readouterr().err


def test_unknown_names_are_refused(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reproduce(small, "--only", "smal") == 2
    assert 'did you mean "small"?' in capsys.readouterr().err
    assert main(["reproduce", "--experiments", str(small / "small")]) == 2
    assert FILE in capsys.readouterr().err
    assert reproduce(small, "--check", "--redraw") == 2


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False).map(kept),
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8).filter(
        str.strip
    ),
)


@given(rows=st.lists(st.fixed_dictionaries({"a": VALUES, "b": VALUES}), min_size=1, max_size=4))
def test_tables_are_read_as_they_were_written(rows: list[dict[str, Any]], tmp_path_factory: Any) -> None:
    path = tmp_path_factory.mktemp("tables") / "table.csv"
    with suppress(ResultError):  # a text that would be read as another kind of value is refused
        write_csv(path, rows)
    if not path.exists():
        assert any(isinstance(value, str) for row in rows for value in row.values())
        return
    found = read_csv(path)
    assert found == rows
    kinds = [[{name: type(value) for name, value in row.items()} for row in table] for table in (found, rows)]
    assert kinds[0] == kinds[1]


@pytest.mark.parametrize(
    ("expected", "interval", "mark"),
    [
        ("above", (0.01, 0.2), Mark.BORNE_OUT),
        ("above", (-0.2, -0.01), Mark.NOT_BORNE_OUT),
        ("above", (-0.01, 0.2), Mark.UNDECIDED),
        ("below", (-0.2, -0.01), Mark.BORNE_OUT),
        ("below", (0.01, 0.2), Mark.NOT_BORNE_OUT),
        ("within", (-0.04, 0.05), Mark.BORNE_OUT),
        ("within", (0.06, 0.2), Mark.NOT_BORNE_OUT),
        ("within", (0.04, 0.2), Mark.UNDECIDED),
    ],
)
def test_marks_follow_from_intervals(expected: str, interval: tuple[float, float], mark: Mark) -> None:
    prediction = Prediction.model_validate(
        {"text": "so", "part": "p", "expected": expected, "margin": 0.05 if expected == "within" else 0.0}
    )
    row = {"difference": sum(interval) / 2, "difference_low": interval[0], "difference_high": interval[1]}
    assert marked(prediction, [row]).mark == mark
    sure = {"above": (0.1, 0.2), "below": (-0.2, -0.1), "within": (0.0, 0.0)}[expected]
    other = {"difference": sure[0], "difference_low": sure[0], "difference_high": sure[1]}
    assert marked(prediction, [row, other]).mark == mark  # all rows have to bear it out


def test_a_prediction_needs_rows_with_intervals() -> None:
    prediction = Prediction.model_validate(
        {"text": "so", "part": "p", "expected": "above", "where": {"a": 1}}
    )
    with pytest.raises(SignallingError, match="no row of p"):
        marked(prediction, [{"a": 2, "difference": 0.1}])
    with pytest.raises(SignallingError, match="there is no difference_low"):
        marked(prediction, [{"a": 1, "difference": 0.1}])


def experiments() -> dict[str, Experiment]:
    return dict(load_experiments(EXPERIMENTS))


@pytest.mark.parametrize("name", list(experiments()))
def test_predictions_stand_on_the_page_as_they_are_marked(name: str) -> None:
    page = (EXPERIMENTS / name / "README.md").read_text(encoding="utf-8")
    stated = page.split("## Prediction")[1].split("## Reading")[0]
    flat = " ".join(stated.replace("*", "").split())
    texts = [prediction.text for prediction in experiments()[name].spec.predictions.values()]
    for text in texts:
        assert text in flat
    assert len(re.findall(r"^\d+\. ", stated, re.MULTILINE)) == len(texts)


def test_the_keys_of_experiment_files_are_documented() -> None:
    section = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8").split("\n## Experiment files\n")[1]
    told_of = set(re.findall(r"`(\w+)`", section.split("\n## ")[0]))
    kinds = [*get_args(get_args(Part)[0]), *get_args(get_args(FigureSpec)[0]), TableSpec, Prediction, Command]
    keys = {key for kind in kinds for key in kind.model_fields}
    kind_names = {name for kind in kinds if "kind" in kind.model_fields
                  for name in get_args(kind.model_fields["kind"].annotation)}  # fmt: skip
    assert keys | kind_names <= told_of


def test_one_script_and_no_other_program() -> None:
    assert [path.relative_to(EXPERIMENTS).as_posix() for path in EXPERIMENTS.rglob("*.py")] == [
        "reproduce.py"
    ]


@pytest.mark.parametrize("name", list(experiments()))
def test_pages_are_those_of_the_tables(name: str) -> None:
    page = EXPERIMENTS / name / "README.md"
    told_now = reading(experiments()[name], RESULTS, page.parent)
    text = page.read_text(encoding="utf-8")
    assert with_block(text, "reading", told_now, page) == text


def test_findings_and_answer_are_those_of_the_tables() -> None:
    found = Findings(experiments(), EXPERIMENTS, RESULTS)
    assert found.text(ROOT / "docs") == (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert with_block(readme, "answer", found.answer(ROOT), ROOT / "README.md") == readme


def test_the_manifest_is_that_of_the_files() -> None:
    held = read_manifest(RESULTS)["files"]
    assert list(held) == list(experiments())
    for name, file_hashes in held.items():
        own = {file: code for file, code in file_hashes.items() if not file.startswith("../")}
        assert hashes(RESULTS / name) == own
    for name in ("04-calibration", "july-1914-lines"):
        others = {
            file.removeprefix("../"): code for file, code in held[name].items() if file.startswith("../")
        }
        folders = {file.split("/")[0] for file in others}
        found = {
            f"{folder}/{file}": code for folder in folders for file, code in hashes(RESULTS / folder).items()
        }
        assert found == others


@pytest.mark.heavy
def test_the_quick_set_comes_out_byte_for_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All tables, and all figures where the environment is the pinned one, of the quick set."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(EXPERIMENTS, tmp_path / "experiments")
    kept_at = tmp_path / "results" / "quick"
    kept_at.mkdir(parents=True)
    shutil.copy(RESULTS / "quick" / MANIFEST, kept_at)
    code = main(["reproduce", "--quick", "--check"])
    assert (code, capsys.readouterr().out.splitlines()[:-1]) == (0, [])


def test_every_experiment_is_complete() -> None:
    for name, experiment in experiments().items():
        assert experiment.spec.predictions, name
        assert experiment.spec.figures, name
        document = tomllib.loads((experiment.folder / FILE).read_text(encoding="utf-8"))
        for figure in document["figures"].values():
            assert "interval" in figure["caption"], f"{name}: a caption says what its bars are"


def test_an_interrupted_command_interrupts_the_whole(made: Path) -> None:
    path = made / "small" / FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text + '\n[[commands]]\nfolder = "more"\nrun = ["sweep", "{experiments}/x", "{out}"]\n',
        encoding="utf-8",
    )
    words: list[Sequence[str]] = []

    def interrupted(told_words: Sequence[str]) -> int:
        words.append(told_words)
        return 130

    plan = Plan(load_experiments(made), made, made.parent / "results")
    with pytest.raises(KeyboardInterrupt):
        make(plan, shown=shown, command=interrupted)
    assert words == [["sweep", f"{made}/x", str(made.parent / "results" / "more")]]


def test_nothing_is_told_where_nothing_is_known() -> None:
    with pytest.raises(SignallingError, match="no share to tell"):
        percent({"lowers": None, "lowers_low": None, "lowers_high": None}, "lowers")
    assert percent({"lowers": 0.0, "lowers_low": 0.0, "lowers_high": 0.02}, "lowers") == "0 % [0, 2]"


@pytest.mark.parametrize(("expected", "margin"), [("above", 0.02), ("below", 0.02), ("within", 0.0)])
def test_a_margin_is_neither_ignored_nor_forgotten(expected: str, margin: float) -> None:
    with pytest.raises(ValueError, match="margin"):
        Prediction.model_validate({"text": "so", "part": "p", "expected": expected, "margin": margin})


def test_two_columns_of_one_name_are_refused(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (small / "small" / FILE).write_text(SPEC.replace('"garbled" }', '"horizon" }'), encoding="utf-8")
    assert reproduce(small) == 2
    assert "is the name of two columns" in capsys.readouterr().err


def test_large_tables_are_known_by_their_content_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = pa.table({"war": [True, False]})
    for name, content in (("cells", "ab"), ("other", "cd")):
        facts = {FACTS: json.dumps({"table": {"content_hash": content}}).encode()}
        pq.write_table(table.replace_schema_metadata(facts), tmp_path / f"{name}.parquet")
    pq.write_table(table, tmp_path / "table.parquet")
    found = hashes(tmp_path)
    assert len(set(found.values())) == len(found) == 3
    monkeypatch.setattr("signalling.experiments.manifest.MOST_ROWS", 1)
    assert hashes(tmp_path) == {}
