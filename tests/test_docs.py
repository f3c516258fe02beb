"""What the documents say of the code is true: examples run, and tables agree with what they describe."""

import csv
import doctest
import math
import re
import statistics
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo

import signalling as sg
from signalling import channels, exchange, games, network, review, routes, scenario
from signalling.cli import app
from signalling.doctrine_files import GAMES
from signalling.engines import calendar, choice, compiled
from signalling.kernel import KERNEL_VERSION, belief, doctrines, quantile
from signalling.kernel.doctrines import watcher
from signalling.kernel.doctrines.memory_one import MemoryOneParameters
from signalling.kernel.doctrines.reciprocator import TypeRungs
from signalling.laws import Exponential, Law
from signalling.parameters import TypeCosts, TypeProbabilities
from signalling.study import StudyFile, load_study
from signalling.verification import bench
from signalling.vocabulary import (
    GAME_SPEAKS,
    MATRIX_COLUMNS,
    OUTCOME_COLUMNS,
    POSTURE_COLUMNS,
    SILENT,
    STATE_COLUMNS,
    TICKS_PER_DAY,
    DrawPurpose,
    EventKind,
    Fate,
    MessageKind,
    Move,
    Phase,
    Role,
    StopReason,
)
from tests.mutations.table import BEGIN, END
from tests.test_layers import LAYERS
from tests.verification.patterns import CAPABILITY, DYADS, RING, cells

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
JULY = ROOT / "signalling" / "scenarios" / "july-1914"
MODEL = (DOCS / "model.md").read_text(encoding="utf-8")
DESIGN = (DOCS / "design.md").read_text(encoding="utf-8")
REFERENCE = (DOCS / "reference.md").read_text(encoding="utf-8")
BIBLIOGRAPHY = (DOCS / "references.bib").read_text(encoding="utf-8")
READERS = (
    *sorted(DOCS.glob("*.md")),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
)

Rows = list[list[str]]


def tables(text: str) -> list[Rows]:
    """Every Markdown table: its rows of cells, heading first, the rule of dashes left out."""
    found: list[Rows] = []
    inside = False
    for line in text.splitlines():
        if line.strip().startswith("|"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if not inside:
                found.append([])
            if set("".join(cells)) != {"-"}:
                found[-1].append(cells)
        inside = line.strip().startswith("|")
    return found


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next one."""
    begin = text.index(f"\n{heading}\n")
    end = text.find("\n#", begin + len(heading) + 1)
    return text[begin : end if end > 0 else len(text)]


def column(rows: Rows, place: int = 0) -> list[str]:
    return [row[place].strip("`") for row in rows[1:]]


def fenced(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


# Examples


def test_the_reference_runs() -> None:
    examples = "\n".join(fenced(REFERENCE, "python"))
    test = doctest.DocTestParser().get_doctest(examples, {}, "reference", "docs/reference.md", 0)
    assert len(test.examples) > 20
    told: list[str] = []
    doctest.DocTestRunner().run(test, out=told.append)
    assert not told, "".join(told)


def test_the_files_of_the_reference_load(tmp_path: Path) -> None:
    for text in fenced(REFERENCE, "toml"):
        (tmp_path / text.splitlines()[0].removeprefix("# ")).write_text(text, encoding="utf-8")
    loaded = sg.load_scenario(tmp_path / "crisis.toml")
    assert set(loaded.model_fields_set) == set(scenario.Scenario.model_fields)
    study = load_study(tmp_path / "crisis.toml")
    assert sorted(study.treatments) == ["hotline", "noise-not-known"]
    assert len(sg.run(loaded, runs=2, seed=study.seed)) == 2
    games_played = {
        sg.load_scenario(path).game.kind
        for path in tmp_path.glob("*.toml")
        if not path.name.endswith(".study.toml")
    }
    assert games_played == set(GAMES)


def test_the_changelog_is_typed() -> None:
    entries = re.findall(r"^- (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert set(entries) <= {"[NEW]", "[CHANGE]", "[FIX]", "[BREAKING]", "[DOCS]", "[KERNEL]"}
    assert f"\n## {sg.__version__} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


# Names


def test_the_public_face_is_small_and_documented() -> None:
    assert len(sg.__all__) <= 20
    headings = re.findall(r"^### `(\w+)`$", REFERENCE, flags=re.MULTILINE)
    assert sorted(headings) == sorted(sg.__all__)
    for name in headings:
        assert fenced(section(REFERENCE, f"### `{name}`"), "python"), name


def test_the_command_line_is_documented() -> None:
    commands: dict[str, Any] = vars(typer.main.get_command(app))["commands"]
    rows = next(rows for rows in tables(REFERENCE) if rows[0][0] == "command")
    assert column(rows) == list(commands)
    for name, told in zip(commands, column(rows, 1), strict=True):
        shown = {
            (parameter.metavar or parameter.name.upper())
            if parameter.param_type_name == "argument"
            else option
            for parameter in commands[name].params
            for option in parameter.opts
        }
        assert set(re.findall(r"(--\w+|\b[A-Z]{3,}\b)", told)) == shown, name


def keys_below(caption: str) -> list[str]:
    return column(tables(REFERENCE[REFERENCE.index(caption) :])[0])


def test_the_keys_of_files_are_documented() -> None:
    assert keys_below("**Channel keys**") == list(channels.Channel.model_fields)
    assert keys_below("**State keys**") == list(scenario.State.model_fields)
    assert keys_below("## Study files") == list(StudyFile.model_fields)
    assert sorted(keys_below("**Doctrines**")) == sorted(doctrines.BUILT_IN)


@pytest.mark.parametrize("text", [MODEL, REFERENCE], ids=["model", "reference"])
def test_the_laws_are_documented(text: str) -> None:
    rows = next(rows for rows in tables(text) if rows[0][0] == "law")
    laws = {law.model_fields["law"].default: law for law in get_args(get_args(Law)[0])}
    assert column(rows) == list(laws)
    for name, row in zip(laws, rows[1:], strict=True):
        own = set(laws[name].model_fields) - {"law", "shift_hours"}
        assert set(re.findall(r"`(\w+)`", row[1])) == own, name


# Parameters


CLASSES: tuple[type[BaseModel], ...] = (
    scenario.Scenario, review.Review, review.OnReport, games.LadderGame, games.MatrixGame,
    games.PostureGame, games.Ladder, exchange.ExchangeGame, exchange.ScriptPhase, exchange.PayoffRule,
    exchange.Term, exchange.Distance, exchange.WarRule, scenario.State, scenario.DoctrineChoice,
    scenario.Rivalry,
    network.Network, routes.Route, channels.Channel, channels.Garble, channels.Queue, channels.Noise,
    channels.Acknowledgement, channels.Outage, channels.Assumed, channels.AssumedGarble, TypeCosts,
    TypeProbabilities, TypeRungs, *(doctrines.load(name).PARAMETERS for name in doctrines.BUILT_IN),
)  # fmt: skip

#: Defaults that depend on other values, as the document says them.
DEPENDENT = {
    "rival_war_cost": "as `war_cost`",
    "weight_back": "as `weight`",
    "start_rung": "as `floor`",
    "rungs": "the six of section 2",
    "jitter_hours": "12 under the uniform law, else 0",
    "actions": "`cooperate`, `defect`",
} | dict.fromkeys((*MemoryOneParameters.model_fields,)[1:6], "of the strategy")


def shown_default(name: str, field: FieldInfo) -> str:
    """A default as the tables of docs/model.md write it."""
    if field.is_required():
        return "required"
    if name in DEPENDENT:
        return DEPENDENT[name]
    value = field.get_default(call_default_factory=True)
    if isinstance(value, bool):
        return str(value).lower()
    if value is None or value in ((), {}, ""):
        return "none"
    if isinstance(value, tuple):
        rows = [", ".join(f"{entry:g}" for entry in row) for row in value if isinstance(row, tuple)]
        return "; ".join(rows) or ", ".join(f"{entry:g}" for entry in value)
    if isinstance(value, TypeCosts | TypeProbabilities | TypeRungs):
        return f"{value.security_seeker:g} / {value.greedy:g}"
    if isinstance(value, Exponential):
        return f"exponential, mean {value.mean_hours:g} h"
    if isinstance(value, BaseModel):
        return "defaults"
    return f"`{value}`" if isinstance(value, str) else f"{value:g}"


@pytest.mark.parametrize("schema", CLASSES, ids=[schema.__name__ for schema in CLASSES])
def test_parameters_stand_in_the_model_with_their_defaults(schema: type[BaseModel]) -> None:
    [rows] = tables(section(MODEL, f"#### `{schema.__name__}`"))
    assert rows[0] == ["key", "unit", "default", "range", "is"]
    assert column(rows) == list(schema.model_fields)
    for row in rows[1:]:
        name = row[0].strip("`")
        assert row[2] == shown_default(name, schema.model_fields[name]), name


# Tables of the model


@pytest.mark.parametrize(
    "columns",
    [OUTCOME_COLUMNS, STATE_COLUMNS, MATRIX_COLUMNS, POSTURE_COLUMNS],
    ids=["runs", "states", "matrix", "posture"],
)
def test_the_columns_of_results_are_those_of_the_code(columns: tuple[tuple[str, str, str], ...]) -> None:
    written = [rows for rows in tables(MODEL) if rows[0] == ["column", "type", "is"]]
    assert [[f"`{name}`", kind, meaning] for name, kind, meaning in columns] in [rows[1:] for rows in written]


def test_draw_addresses_and_codes_are_those_of_the_code() -> None:
    rows = next(rows for rows in tables(MODEL) if rows[0][0] == "purpose")
    assert [row[0] for row in rows[1:]] == [f"`{purpose.name}` {purpose.value}" for purpose in DrawPurpose]
    ends = set(StopReason) - {StopReason.RUNNING}
    for member in (*Move, *Fate, *Role, *MessageKind, *Phase, *ends):
        assert f"`{member.name}` {member.value}" in MODEL
    for name, value in (("GAME_SPEAKS", GAME_SPEAKS), ("SILENT", SILENT)):
        assert f"`{name}` {value}" in MODEL
    kinds = ", ".join(f"{kind.name.lower()} {kind.value}" for kind in EventKind)
    assert f"kind: {kinds};" in MODEL
    assert f"among the last {watcher.SEEN} of a rival" in " ".join(MODEL.split())
    steps = (belief.BASE_RATE, belief.TYPE_CONTRAST, belief.MOST_STEPS)
    assert steps == (0.3, 0.25, 12)
    assert (quantile.OCTAVES, quantile.PIECES, quantile.SMALLEST) == (29, 32, 2.0**-30)
    assert channels.SMALLEST_SHARE == 0.001


def test_the_defence_of_the_verification_is_of_this_one() -> None:
    assert bench.COMPARED_REVIEWS == 40
    assert "both engines play its first forty reviews" in " ".join(DESIGN.split())
    # `make mutations` writes its table between these.
    assert section(DESIGN, "### What deliberate errors are caught by").count(BEGIN) == 1
    assert section(DESIGN, "### What deliberate errors are caught by").count(END) == 1
    assert "`axelrod==4.13.1`" in DESIGN
    assert "axelrod==4.13.1\n" in (ROOT / "tests" / "oracles" / "requirements.txt").read_text(
        encoding="utf-8"
    )


def test_the_engines_are_those_of_the_code() -> None:
    rows = next(rows for rows in tables(REFERENCE) if rows[0][0] == "engine")
    assert sorted(column(rows)) == sorted(choice.ENGINES)
    longest = f"{choice.LONGEST_HORIZON // TICKS_PER_DAY:,} days"
    for text in (REFERENCE, DESIGN):
        assert f"{choice.FEW_MESSAGES:,}" in text
        assert longest in text
    assert f"at most {calendar.MOST_SORTED} events" in DESIGN
    assert f"`{compiled.CACHE_VARIABLE}`" in REFERENCE


def test_the_reference_patterns_are_those_that_are_verified() -> None:
    printed = {
        (rows[0][0], row[0]): tuple(float(cell) for cell in row[1:])
        for rows in tables(MODEL[MODEL.index("### Reference patterns") :])
        for row in rows[1:]
    }
    expected = {
        **{("channel and receiver", row): values for row, _, values in DYADS},
        **{("capability", row): values for row, _, _, values in CAPABILITY},
        **{("ring of five", row): values for row, _, values in RING},
    }
    assert printed == expected
    assert sum(len(values) for values in printed.values()) == len(cells()) == 63


def test_the_layers_are_those_of_the_test() -> None:
    told = re.findall(r"`(\w+)`", section(DESIGN, "### The layers").split("enforces it:")[1].split(".\n")[0])
    assert told == [layer for layer in LAYERS if layer != "__main__"]


def test_the_version_described_is_that_of_the_code() -> None:
    assert f"`signalling` {sg.__version__} (kernel version {KERNEL_VERSION})" in MODEL


def test_every_dependency_earns_its_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra
    [rows] = tables(section(DESIGN, "## Dependencies"))
    assert sorted(column(rows)) == sorted(re.split("[>=<]", name)[0] for name in wanted)


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", READERS, ids=[path.name for path in READERS])
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"^    .*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)  # formulas hold f(x)
    for file, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)", text):
        target = path.parent / file if file else path
        assert target.exists(), file
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), f"{file}#{anchor}"


# Sources


def keys_of_the_bibliography() -> list[str]:
    return re.findall(r"^@\w+\{(\w+),$", BIBLIOGRAPHY, flags=re.MULTILINE)


def test_every_key_is_cited_from_the_bibliography() -> None:
    keys = keys_of_the_bibliography()
    assert len(set(keys)) == len(keys)
    assert sorted(keys) == keys
    cited = {
        key for path in READERS for key in re.findall(r"@([a-z]+\d{4})\b", path.read_text(encoding="utf-8"))
    }
    assert cited <= set(keys)
    assert len(cited) > 10


def test_sources_named_in_the_code_stand_in_the_bibliography() -> None:
    months = {"July", "June", "August", "October"}
    named = set()
    for path in sorted((ROOT / "signalling").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        # "Wu and Axelrod 1995", "Kaul, Yates and Gruteser (2012)", "Kaul et al. 2012": the first is the key.
        second = r"(?:van |Padr[oó] i )?[A-Z]\w+"
        pattern = rf"\b([A-Z][a-z]\w*)(?: et al\.|(?:, [A-Z]\w+)* and {second})? \(?((?:18|19|20)\d\d)\b"
        found = re.findall(pattern, text)
        named |= {f"{author.lower()}{year}" for author, year in found if author not in months}
    assert named <= set(keys_of_the_bibliography()), named - set(keys_of_the_bibliography())
    assert {"jervis1978", "kaul2012", "wu1995"} <= named


# July 1914


def read_table(name: str) -> list[dict[str, str]]:
    with (JULY / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_tables_of_july_1914_are_described() -> None:
    text = (JULY / "README.md").read_text(encoding="utf-8")
    described = tables(text)
    counts = next(rows for rows in described if rows[0][0] == "table")
    captions = {
        "**Messages**": "july1914_messages.csv",
        "**Events**": "july1914_events.csv",
        "**States**": "network1914_nodes.csv",
        "**Pairs**": "network1914_edges.csv",
        "**Delays**": "telegram_delays.csv",
    }
    assert sorted(captions.values()) == sorted(path.name for path in JULY.glob("*.csv"))
    assert column(counts) == list(captions.values())
    for (caption, name), row in zip(captions.items(), counts[1:], strict=True):
        entries = read_table(name)
        assert int(row[1]) == len(entries)
        rows = tables(text[text.index(caption) :])[0]
        named = re.findall(r"`(\w+)`", " ".join(row[0] for row in rows[1:]))
        assert sorted(named) == sorted(entries[0])


def test_the_suggested_delays_follow_the_rule_that_is_told() -> None:
    fit = [row for row in read_table("july1914_messages.csv") if row["use_in_fit"] == "1"]
    assert len(fit) == 60

    def fitted_median(*, place: str | None) -> float:
        hours = [float(row["delay_h"]) for row in fit if place is None or row["to_place"] == place]
        return math.exp(statistics.fmean(math.log(value) for value in hours))

    own = {
        "AUH": fitted_median(place="Vienna"),
        "GMY": fitted_median(place="Berlin"),
        "UKG": fitted_median(place="London"),
    }
    rest = [math.log(float(row["delay_h"])) for row in fit if row["to_place"] != "Vienna"]
    other = math.exp(statistics.fmean(rest))
    assert {f"{value:.2f}" for value in (*own.values(), other)} == {"8.37", "2.07", "3.01", "2.57"}
    for pair in read_table("network1914_edges.csv"):
        expected = (own.get(pair["a"], other) + own.get(pair["b"], other)) / 2
        if int(pair["observed_n"]) >= 3:
            expected = float(pair["observed_median_delay_h"])
        assert float(pair["suggested_median_h"]) == pytest.approx(expected, abs=0.0051), pair
        assert float(pair["suggested_sigma"]) == pytest.approx(statistics.pstdev(rest), abs=0.0051)
