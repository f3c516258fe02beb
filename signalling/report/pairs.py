"""One run under a baseline and a treatment: two chronicles side by side, and two diagrams."""

from pathlib import Path
from typing import Any, NamedTuple

from signalling.chronicle import Trace
from signalling.counterfactual import treat
from signalling.engines.choice import make_engine
from signalling.executors import checked_runs, tell
from signalling.model import compile_model
from signalling.side_by_side import parting, side_by_side
from signalling.store import write_text
from signalling.study import Study

#: Of the files of a pair; the name of the treatment follows.
CHRONICLES = "chronicles"
DIAGRAM = "space_time"


class ToldPair(NamedTuple):
    """A run in full, as it was and treated."""

    baseline: Trace
    treated: Trace
    names: tuple[str, str]
    """What the two are called."""

    def __str__(self) -> str:
        """The two chronicles side by side."""
        return side_by_side(self.baseline, self.treated, self.names)

    def to_dict(self) -> dict[str, Any]:
        """Both traces as plain data, and the tick at which they part."""
        return {
            "baseline": self.baseline.to_dict(),
            "treatment": self.names[1],
            "treated": self.treated.to_dict(),
            "parting_tick": parting(self.baseline, self.treated),
        }


def told_pairs(study: Study, run: int) -> list[ToldPair]:
    """A run under the baseline of a study and under each of its treatments, on the same luck.

    Raises:
        ScenarioError: the index is out of range.
    """
    checked_runs(range(run, run + 1), study.seed)
    scenario = study.scenario
    model = compile_model(scenario)
    baseline = tell(make_engine(model, study.seed, "process"), model, study.seed, run)
    pairs = []
    for name, treatment in study.treatments.items():
        treated = compile_model(treat(scenario, treatment), baseline=scenario)
        trace = tell(make_engine(treated, study.seed, "process"), treated, study.seed, run)
        pairs.append(ToldPair(baseline, trace, (study.baseline, name)))
    return pairs


def write_pairs(pairs: list[ToldPair], folder: Path) -> list[Path]:
    """Write of each pair the two chronicles and the two diagrams.

    Raises:
        ResultError: the place cannot be written.
    """
    from signalling.figures.space_time import draw_two_space_times
    from signalling.figures.style import save

    written = []
    for pair in pairs:
        label = "".join(letter if letter.isalnum() else "-" for letter in pair.names[1])
        write_text(folder / f"{CHRONICLES}-{label}.txt", str(pair))
        figure = draw_two_space_times(pair.baseline, pair.treated, names=pair.names)
        written += [folder / f"{CHRONICLES}-{label}.txt", *save(figure, folder, f"{DIAGRAM}-{label}")]
    return written
