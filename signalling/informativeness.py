"""What reports are worth: bits between a rival's rung and the report of it, and how old what is known is.

Two measures, because fidelity and timeliness are two dials. *Bits per report*: the mutual information of the
rung on which the rival stood as it sent, and the letter that arrived; lies, garbling and tampering lower it,
delay does not. *Bits at review*: that of the rung on which the rival stands as the reader decides, and the
letter of the report it used last, 0 as long as it used none; delay, loss, queues and outages lower this too.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from signalling.bits import Bits, CellInformation, ChannelInformation, Information
from signalling.cells import Cell, Settings, canonical, cell_seed
from signalling.engines.choice import Engine, choose, make_engine
from signalling.errors import ScenarioError
from signalling.executors import Progress, check_engine, checked_runs
from signalling.joint_counts import JointCounts, count_runs, joined_counts, rivalries_of
from signalling.journal import Journal
from signalling.model import Model, compile_model
from signalling.mutual_information import channel, mutual_information, share_of_entropy, with_itself
from signalling.scenario import Scenario, load_scenario
from signalling.stats import Estimate, mean_interval, tail_of, wilson
from signalling.study import Study, is_study, load_study
from signalling.subjects import ScenarioSubject

#: Runs of which a journal keeps the counts together.
PART = 250


def information(
    subject: Scenario | Study | str | Path,
    *,
    runs: int | range | None = None,
    seed: int | None = None,
    engine: str = "auto",
    confidence: float = 0.95,
    path: Path | None = None,
    progress: Progress | None = None,
) -> Information:
    """Measure what reports are worth: in bits, in hours of age, in errors of belief, and beside P(war).

    Args:
        subject: a scenario or a study, or the name or file of one.
        runs: how many runs of each cell, or which; a study's own number unless given.
        seed: key of all draws; a study's own unless given.
        engine: as for `run`; the measures are the same.
        confidence: of the intervals.
        path: a journal, made if absent, from which interrupted work goes on; None keeps none.
        progress: called as runs are done, of all cells together.

    Raises:
        ScenarioError: an argument is out of range, no two states are rivals, or the game has no letters.
        ResultError: the journal holds other work or cannot be written.

    Example:
        >>> noisy = load_scenario("two-seekers").replace({"channels.default.garble.probability": 1.0})
        >>> [found] = information(noisy, runs=10, seed=1).cells
        >>> [told.channel for told in found.channels], found.runs
        (['B->A', 'A->B'], 10)
    """
    tail_of(confidence)
    check_engine(engine)
    if isinstance(subject, str | Path):
        subject = load_study(subject) if is_study(Path(subject)) else load_scenario(subject)
    chosen_runs, chosen_seed = _chosen(subject, runs, seed)
    indices = checked_runs(chosen_runs, chosen_seed)
    tasks = _models(subject, chosen_seed)
    name = subject.name if isinstance(subject, Scenario) else subject.subject.name
    journal = Journal(path, {"information": name, "seed": chosen_seed})
    count = 1 if isinstance(subject, Scenario) else len(subject.cells)
    done, cells = 0, list[CellInformation]()
    for cell, model in tasks:
        _check(model, cell)
        if not cells:
            engine = choose([model], count * len(indices), engine)
        parts = []
        for part in _parts(cell, model, engine, indices, journal):
            parts.append(part)
            done += len(part.war)
            if progress is not None:
                progress(done, count * len(indices))
        cells.append(_measured(cell, model, joined_counts(parts), confidence))
    return Information(name, confidence, tuple(cells))


def _chosen(subject: Scenario | Study, runs: int | range | None, seed: int | None) -> tuple[int | range, int]:
    """Runs and seed: those given, else the study's own."""
    if isinstance(subject, Study):
        return subject.runs if runs is None else runs, subject.seed if seed is None else seed
    if runs is None or seed is None:
        raise ScenarioError("runs, seed: a scenario has none of its own; give both, e.g. runs=1000, seed=1")
    return runs, seed


def _models(subject: Scenario | Study, seed: int) -> Iterator[tuple[Cell, Model]]:
    """Each cell and what it compiles to."""
    if isinstance(subject, Scenario):
        model = compile_model(subject)
        yield Cell(model.identity(seed), {}, "baseline", seed, {}), model
        return
    if not isinstance(subject.subject, ScenarioSubject):
        raise ScenarioError(f"{subject.subject.name}: is a study of a function, which has no reports")
    for cell in subject.cells:
        own = cell_seed(seed, cell.settings, subject.luck)
        model = subject.subject.model(cell.complete, subject.treatment(cell.treatment))
        yield Cell(model.identity(own), cell.settings, cell.treatment, own, cell.complete), model


def _check(model: Model, cell: Cell) -> None:
    if model.columns.phases:
        raise ScenarioError(
            'game.kind = "exchange": its words mean what plans make them mean, and bits are of types and '
            "rungs; measure a ladder or a matrix game"
        )
    if model.columns.posture_game:
        raise ScenarioError(
            'game.kind = "posture": its messages are numbers, and bits are of letters; measure a ladder or a '
            "matrix game"
        )
    if not rivalries_of(model):
        raise ScenarioError(
            f"{_place(cell.settings)}no two states are rivals, so nobody has a rival to learn of"
        )


def _place(settings: Settings) -> str:
    return f"cell {canonical(settings)}: " if settings else ""


def _parts(cell: Cell, model: Model, engine: str, indices: range, journal: Journal) -> Iterator[JointCounts]:
    """The counts of some runs after the other, from the journal if it has them."""
    player: Engine | None = None
    for at in range(0, len(indices), PART):
        runs = indices[at : at + PART]
        key = f"{cell.id} {runs.start}:{runs.stop}:{runs.step}"
        plain = journal.get(key)
        if plain is not None:
            yield JointCounts.from_plain(plain)
            continue
        if player is None:
            player = make_engine(model, cell.seed, engine)
        counts = count_runs(model, player, runs)
        journal.put(key, counts.to_plain())
        yield counts


def _measured(cell: Cell, model: Model, counts: JointCounts, confidence: float) -> CellInformation:
    """The estimates of a cell from its counts."""
    channels = []
    pairs = rivalries_of(model)
    for place, (reader, rival) in enumerate(pairs):
        channels.append(
            ChannelInformation(
                f"{model.names[rival]}->{model.names[reader]}",
                int(counts.sent[:, place].sum()),
                int(counts.at_reading[:, place].sum()),
                int(counts.at_review[:, place].sum()),
                _bits(counts, [place], confidence),
            )
        )
    runs = len(counts.war)
    return CellInformation(
        cell=cell,
        runs=runs,
        p_war=wilson(int(counts.war.sum()), runs, confidence),
        bits=_bits(counts, range(len(pairs)), confidence),
        mean_age_hours=_mean(counts.mean_age_hours, confidence),
        belief_error=_mean(counts.belief_error, confidence),
        rung_error=_mean(counts.rung_error, confidence),
        channels=tuple(channels),
    )


def _mean(values: npt.NDArray[np.float64], confidence: float) -> Estimate:
    """Over the runs that have a value."""
    return mean_interval(values[~np.isnan(values)], confidence)


def _bits(counts: JointCounts, places: Sequence[int], confidence: float) -> Bits:
    reports = [counts.at_reading[:, place] for place in places]
    reviews = [counts.at_review[:, place] for place in places]
    # That nothing was read yet tells how early it is, which the reader knows without any channel.
    known = [channel(table[:, :, :-1], table.sum((1, 2))) for table in reviews]
    bounds = [channel(with_itself(table)) for table in reviews]
    return Bits(
        bits_per_report=mutual_information([channel(table) for table in reports], confidence),
        bits_at_review=mutual_information(known, confidence),
        entropy_per_report=mutual_information([channel(with_itself(table)) for table in reports], confidence),
        entropy_at_review=mutual_information(bounds, confidence),
        share_at_review=share_of_entropy(known, bounds, confidence),
    )
