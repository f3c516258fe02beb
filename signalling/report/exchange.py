"""What states did in an exchange and what it brought them: a table beside P(war)."""

import math
from typing import Any

from rich.table import Table

from signalling.exchange import ExchangeGame
from signalling.exchange_columns import turn_of
from signalling.outcome import Outcomes
from signalling.scenario import Scenario
from signalling.vocabulary import Phase


def acts_summary(scenario: Scenario, outcomes: Outcomes) -> dict[str, dict[str, Any]]:
    """Of each state that acts or earns: how often it ends on each letter, its value, its payoff.

    Args:
        scenario: an exchange.
        outcomes: of its runs, with the table by state.

    Returns:
        By state: `acts` (share of runs by letter), `value` (mean), and `payoff` (mean and standard error, or
        None where no rule pays it).
    """
    assert isinstance(scenario.game, ExchangeGame)  # noqa: S101 - asked by whoever calls this
    assert outcomes.states is not None  # noqa: S101
    frame = outcomes.states.to_pandas()
    summary: dict[str, dict[str, Any]] = {}
    for name in scenario.states:
        rows = frame[frame["state"] == name]
        payoffs = rows["payoff"].dropna()
        acts = any(turn_of(scenario, phase, name) == Phase.ACT for phase in scenario.game.phases)
        if not acts and payoffs.empty:
            continue
        paid = None
        if len(payoffs):
            error = float(payoffs.std(ddof=1)) / math.sqrt(len(payoffs)) if len(payoffs) > 1 else None
            paid = {"mean": float(payoffs.mean()), "standard_error": error}
        summary[name] = {
            "acts": {
                letter: float((rows["rung"] == number).mean())
                for number, letter in enumerate(scenario.letters)
            },
            "value": float(rows["posture"].mean()),
            "payoff": paid,
        }
    return summary


def acts_table(summary: dict[str, dict[str, Any]]) -> Table:
    """A row for each state: where it stands at the end, as shares of the runs, and what it earned."""
    table = Table(title="Where states stand at the end, and what they earn", title_justify="left")
    table.add_column("state")
    for letter in next(iter(summary.values()))["acts"]:
        table.add_column(f'"{letter}"', justify="right")
    table.add_column("value, mean", justify="right")
    table.add_column("payoff, mean (s.e.)", justify="right")
    for name, row in summary.items():
        paid = row["payoff"]
        earned = "none"
        if paid is not None:
            earned = f"{paid['mean']:.4f}"
            earned += "" if paid["standard_error"] is None else f" ({paid['standard_error']:.2g})"
        shares = [f"{share:.3f}" for share in row["acts"].values()]
        table.add_row(name, *shares, f"{row['value']:.4g}", earned)
    return table
