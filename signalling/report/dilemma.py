"""What arming does to security as a table, sentences and files."""

import json
from pathlib import Path

import pyarrow.parquet as pq
from rich.table import Table

from signalling.armament import ALL, Dilemma, Effect
from signalling.report.tables import signed
from signalling.store import write_text, write_whole

JOURNAL = "journal.jsonl"
SUMMARY = "dilemma.json"
RUNS = "runs.parquet"
FIGURE = "dilemma"


def armament_text(found: Dilemma) -> str:
    """Who arms, and how."""
    return f"{found.state} with {', '.join(f'{key} = {value}' for key, value in found.armament.items())}"


def dilemma_table(found: Dilemma) -> Table:
    """A row for the security of each state, and of all together."""
    percent = f"{100 * found.confidence:g} %"
    title = (
        f"{found.title}: {armament_text(found)}, {len(found.runs)} runs on the same luck (seed {found.seed})"
    )
    table = Table(title=title, title_justify="left")
    table.add_column("security of")
    for heading in (
        "as it was",
        "armed",
        f"change [{percent}]",
        "direct: others' moves as they were",
        "by their reaction",
    ):
        table.add_column(heading, justify="right")
    for effect in found.effects():
        table.add_row(
            effect.whose,
            f"{effect.security_baseline.estimate:.3f}",
            f"{effect.security_armed.estimate:.3f}",
            *(signed(part) for part in (effect.total, effect.direct, effect.reaction)),
            end_section=effect.whose == max(name for name in found.names if name != found.state),
        )
    return table


def dilemma_sentences(found: Dilemma) -> str:
    """What arming comes to in words: gain of one's own, loss of the others'."""
    own, everybody = found.effect(found.state), found.effect(ALL)
    hurt = [name for name in found.names if name != found.state and _sign(found.effect(name)) < 0]
    meaning = (
        "Security is 1 - P(being struck); of all together it is their number less P(a strike). Direct and "
        "reaction sum to the change, run by run."
    )
    others = f"lowers that of {_listed(hurt)}" if hurt else "lowers nobody else's measurably"
    change = (
        f"Arming {_verb(_sign(own))} the security of {found.state} ({signed(own.total)}), {others}, and "
        f"{_verb(_sign(everybody))} the sum ({signed(everybody.total)})."
    )
    lines = [meaning, change]
    if hurt and _sign(own) <= 0:
        lines.append(
            f"{found.state} gains nothing by what its rivals lose: "
            "what makes the others less secure does not make it safer."
        )
    elif hurt:
        lines.append(f"{found.state} buys its own security with that of others.")
    return "\n".join(lines)


def _sign(effect: Effect) -> int:
    return int(effect.total.low > 0.0) - int(effect.total.high < 0.0)


def _verb(sign: int) -> str:
    return {1: "raises", 0: "does not measurably change", -1: "lowers"}[sign]


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def write_dilemma(found: Dilemma, folder: Path) -> list[Path]:
    """Write the summary, a row for each run, and the figure.

    Raises:
        ResultError: the place cannot be written.
    """
    from signalling.figures.dilemma import draw_dilemma
    from signalling.figures.style import save

    write_text(folder / SUMMARY, json.dumps(found.summary(), indent=1, ensure_ascii=False) + "\n")
    write_whole(folder / RUNS, lambda partial: pq.write_table(found.to_arrow(), partial))
    return [folder / SUMMARY, folder / RUNS, *save(draw_dilemma(found), folder, FIGURE)]
