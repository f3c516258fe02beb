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
from signalling.shards import FACTS

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
