"""Experiments can be run as their pages say, and what is kept of them is what comes out."""

import json
import re
import shlex
import tomllib
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import signalling as sg
from signalling.cli import main
from signalling.collected import Collected
from signalling.estimates import Estimates
from signalling.kernel import KERNEL_VERSION
from signalling.report.tables import signed
from signalling.shards import FACTS
from signalling.stats import Interval

ROOT = Path(__file__).parents[1]
CALIBRATION = Path("experiments") / "calibration"
CELLS = ROOT / "results" / "calibration" / "cells.parquet"
TRUE, ASSUMED = "channels.default.garble.probability", "channels.default.assumed.garble.probability"


def commands(page: Path) -> list[list[str]]:
    blocks = re.findall(r"^```sh\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


def test_the_calibration_study_covers_its_plane() -> None:
    study = tomllib.loads((ROOT / CALIBRATION / "study.toml").read_text(encoding="utf-8"))
    every = [number / 100 for number in range(100)]
    assert study["grid"] == {TRUE: every, ASSUMED: every}
    assert (study["scenario"], study["seed"], study["runs"]) == ("two-seekers", 11, 1000)


@pytest.mark.heavy
@pytest.mark.usefixtures("_runs_are_compiled", "_pages_stay_blank")
def test_the_commands_of_the_calibration_page_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same commands, on a study of nine cells."""
    (tmp_path / CALIBRATION).mkdir(parents=True)
    (tmp_path / CALIBRATION / "study.toml").write_text(
        'scenario = "two-seekers"\nseed = 11\nruns = 6\n\n[grid]\n'
        + "".join(f'"{path}" = [0.0, 0.3, 0.99]\n' for path in (TRUE, ASSUMED)),
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    told = [command for command in commands(ROOT / CALIBRATION / "README.md") if command[0] == "signalling"]
    assert [command[1] for command in told] == ["sweep", "estimate", "figures", "compare", "compare"]
    for command in told:
        assert main([("6" if word in {"1000", "20000"} else word) for word in command[1:]]) == 0
    out = tmp_path / "results" / "calibration"
    assert sorted(path.name for path in (out / "figures").iterdir()) == ["map_p_war.pdf", "map_p_war.png"]
    kept = pq.read_table(out / "cells.parquet")
    assert kept.num_rows == 9
    facts = json.loads(kept.schema.metadata[FACTS])
    assert facts["table"]["content_hash"] == Collected(out).content_hash()
    assert (facts["cells"], facts["study"]["seed"]) == (9, 11)


@pytest.mark.skipif(not CELLS.exists(), reason="the calibration study has not been run here")
def test_the_calibration_page_quotes_its_cells() -> None:
    page = (ROOT / CALIBRATION / "README.md").read_text(encoding="utf-8")
    war = {(row[TRUE], row[ASSUMED]): row["estimate"] for row in read_cells().of("p_war")}
    rows = re.findall(r"^\| (0\.\d+) \| (\S+) \| (\S+) \| (\S+) \| (\S+) \|", page, re.MULTILINE)
    assert len(rows) == 7
    for row in rows:
        p, *told = map(float, row)
        expected = war[p, 0.0], war[p, p], war[p, 0.0] - war[p, p], war[p, p] - war[0.0, 0.0]
        assert told == pytest.approx(expected, abs=1e-9)
    for assumed, told in re.findall(r"W\(0, (0\.\d+)\) is (0\.\d+)", page):
        assert war[0.0, float(assumed)] == float(told)
    facts = json.loads(pq.read_metadata(CELLS).metadata[FACTS])
    version = facts["kernel_version"]
    assert f"content hash {facts['table']['content_hash'][:8]}, kernel version {version}." in page


def read_cells() -> Estimates:
    table = pq.read_table(CELLS)
    return Estimates(table, (ASSUMED, TRUE, "treatment"), 0.95, None, common_luck=True)


@pytest.mark.usefixtures("_runs_are_compiled")
@pytest.mark.skipif(not CELLS.exists(), reason="the calibration study has not been run here")
@pytest.mark.parametrize(("true", "assumed"), [(0.3, 0.0), (0.3, 0.3)])
def test_the_kept_cells_are_those_of_this_version(true: float, assumed: float) -> None:
    facts = json.loads(pq.read_metadata(CELLS).metadata[FACTS])
    assert (facts["kernel_version"], facts["cells"]) == (KERNEL_VERSION, 10_000)
    assert facts["table"]["rows"] == 10_000_000
    cells = read_cells()
    assert len(cells.of("p_war")) == 10_000
    [row] = cells.where({TRUE: true, ASSUMED: assumed}).of("p_war")
    again = sg.load_scenario("two-seekers").replace({TRUE: true, ASSUMED: assumed})
    wars = sum(sg.run(again, runs=1000, seed=11)["war"])
    assert (row["estimate"], row["n"]) == (wars / 1000, 1000)


CAUSES = Path("experiments") / "july-1914-causes"
CAUSES_PAGE = (ROOT / CAUSES / "README.md").read_text(encoding="utf-8")


def rows_of(page: str) -> dict[str, list[str]]:
    """Rows of the tables that a page quotes, by their first cell."""
    rows = [line.strip("│ \n").split("│") for line in page.splitlines() if line.startswith("│")]
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in rows}


@pytest.mark.heavy
@pytest.mark.usefixtures("_runs_are_compiled", "_pages_stay_blank")
def test_the_commands_of_the_page_of_causes_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same commands, with few runs."""
    monkeypatch.chdir(tmp_path)
    told = commands(ROOT / CAUSES / "README.md")
    assert [command[1] for command in told] == ["attribute", "attribute", "pivotal"]
    few = {"10000": "4", "1000": "2", "500": "5"}
    for command in told:
        assert main([few.get(word, word) for word in command[1:]]) == 0
        out = Path(command[command.index("--out") + 1])
        kept = {path.name for path in (ROOT / out).iterdir() if path.suffix != ".jsonl"}
        assert kept == {path.name for path in out.iterdir() if path.suffix != ".jsonl"}


@pytest.mark.parametrize("part", ["faults", "pairs"])
def test_the_page_of_causes_quotes_its_shares(part: str) -> None:
    path = ROOT / "results" / "july-1914-causes" / part / "attribution.json"
    summary = json.loads(path.read_text(encoding="utf-8"))
    quoted = rows_of(CAUSES_PAGE)
    assert summary["runs"] == (10_000 if part == "faults" else 1000)
    named = [fault for fault in summary["faults"] if fault["on"]]
    assert len(named) == (3 if part == "faults" else 8)
    for fault in named:
        adds, caused, prevented, averts, causes = quoted[fault["fault"]]
        share, of_wars, of_peace = (fault[key] for key in ("share", "of_caused", "of_prevented"))
        assert adds == signed(Interval(**share))
        assert caused == "{:.2f} [{:.2f}, {:.2f}]".format(*of_wars.values())
        assert prevented == "{:.2f} [{:.2f}, {:.2f}]".format(*of_peace.values())
        assert (int(averts), int(causes)) == (fault["averted"], fault["caused"])


def test_the_page_of_causes_quotes_its_messages() -> None:
    path = ROOT / "results" / "july-1914-causes" / "messages" / "pivotal.json"
    summary = json.loads(path.read_text(encoding="utf-8"))
    quoted = rows_of(CAUSES_PAGE)
    assert f"{len(summary['wars'])} ended in war" in CAUSES_PAGE
    for grouping, shares in summary["by"].items():
        for share in shares:
            label = str(share["group"]).replace("->", " to ")
            assert quoted[label][:3] == [str(share[key]) for key in ("tried", "pivotal", "wars")], grouping
    late = [share["group"] for share in summary["by"]["days_before_war"] if share["pivotal"]]
    assert late == [0, 1, 2]


def test_the_readme_quotes_the_causes() -> None:
    folder = ROOT / "results" / "july-1914-causes"
    causes = json.loads((folder / "faults" / "attribution.json").read_text(encoding="utf-8"))
    messages = json.loads((folder / "messages" / "pivotal.json").read_text(encoding="utf-8"))
    told = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    table = causes["table"]
    caused, prevented, untouched = (table[key] for key in ("war/peace", "peace/war", "war/war"))
    assert f"there are {caused + untouched:,} wars. Of these {caused:,} would not" in told
    assert f"and {untouched:,} would have been all the same; and there would have been {prevented}" in told
    for fault in causes["faults"]:
        if fault["on"]:
            assert "{} [{}, {}]".format(*(f"{x:.2f}" for x in fault["of_caused"].values())) in told
    share = messages["share_of_wars"]
    assert "{:.3f} [{:.3f}, {:.3f}] of the wars hang".format(*share.values()) in told
