"""Tables for a terminal and for JSON: outcomes of one scenario, comparisons, scenarios."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from signalling.counterfactual import Paired
from signalling.outcome import Outcomes
from signalling.scenario import Scenario
from signalling.stats import Interval, wilson
from signalling.study import built_in_studies
from signalling.vocabulary import TICKS_PER_DAY


def outcome_summary(outcomes: Outcomes, confidence: float = 0.95) -> dict[str, Any]:
    """P(war) and P(struck while unready) with intervals, and the exposure that goes with them."""
    wars = [war for war in outcomes["war"] if war]
    unready = [struck for struck in outcomes["struck_unready"] if struck]
    runs = len(outcomes)
    reviews = sum(outcomes["reviews"])
    return {
        "runs": runs,
        "seed": outcomes["seed"][0],
        "cell": outcomes["cell"][0],
        "confidence": confidence,
        "p_war": wilson(len(wars), runs, confidence)._asdict(),
        "p_struck_unready": wilson(len(unready), runs, confidence)._asdict(),
        "mean_stop_hours": _mean(outcomes["stop_hours"]),
        "reviews_per_run": reviews / runs,
        "messages_per_run": sum(outcomes["sent"]) / runs,
        "mean_delay_hours": _mean(outcomes["mean_delay_hours"]),
        "mean_age_hours": _mean(outcomes["mean_age_hours"]),
        "belief_error": _mean(outcomes["belief_error"]),
        "rung_error": _mean(outcomes["rung_error"]),
        "content_hash": outcomes.content_hash(),
    }


def _mean(values: Sequence[float | None]) -> float | None:
    present = [value for value in values if value is not None]
    return sum(present) / len(present) if present else None


def outcome_table(summary: dict[str, Any], title: str) -> Table:
    """The summary of one scenario as a table."""
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    percent = f"{100 * summary['confidence']:g} %"
    rows = [
        ("runs, seed", f"{summary['runs']}, {summary['seed']}"),
        (f"P(war) [{percent}]", _interval(summary["p_war"])),
        (f"P(struck while unready) [{percent}]", _interval(summary["p_struck_unready"])),
        ("length of the crisis, hours", _number(summary["mean_stop_hours"], 1)),
        ("reviews per run (exposure)", _number(summary["reviews_per_run"], 1)),
        ("messages per run", _number(summary["messages_per_run"], 1)),
        ("delay of a message, hours", _number(summary["mean_delay_hours"], 2)),
        ("age of what is known, hours", _number(summary["mean_age_hours"], 2)),
        ("error of P(greedy), squared", _number(summary["belief_error"], 3)),
        ("error of the expected rung", _number(summary["rung_error"], 3)),
    ]
    for name, value in rows:
        table.add_row(name, value)
    return table


def _interval(value: dict[str, float]) -> str:
    return f"{value['estimate']:.3f} [{value['low']:.3f}, {value['high']:.3f}]"


def _number(value: float | None, digits: int) -> str:
    return "none" if value is None else f"{value:.{digits}f}"


def comparison_table(comparisons: Sequence[Paired], title: str) -> Table:
    """Treatments against their common baseline, one row each."""
    first = comparisons[0]
    percent = f"{100 * first.confidence:g} %"
    table = Table(title=title, title_justify="left")
    table.add_column("channel")
    for heading in (
        f"P(war) [{percent}]",
        "wars averted",
        "wars caused",
        "untouched",
        f"difference [{percent}]",
    ):
        table.add_column(heading, justify="right")
    table.add_row(first.baseline_name, str(first.war(treated=False)), "", "", "", "")
    for pair in comparisons:
        table.add_row(
            pair.treatment_name,
            str(pair.war(treated=True)),
            str(pair.averted),
            str(pair.caused),
            str(pair.untouched),
            signed(pair.risk_difference()),
        )
    return table


def signed(difference: Interval) -> str:
    """A difference and its interval, each with its sign; what is rounded to zero has none.

    Example:
        >>> signed(Interval(-0.0004, -0.0123, 0.0116))
        '0.000 [-0.012, +0.012]'
    """
    texts = (f"{value:+.3f}" for value in difference)
    estimate, low, high = (text if float(text) else text[1:] for text in texts)
    return f"{estimate} [{low}, {high}]"


def comparison_markdown(comparisons: Sequence[Paired]) -> str:
    """The same table for a page."""
    first = comparisons[0]
    percent = f"{100 * first.confidence:g} %"
    lines = [
        f"| channel | P(war) [{percent}] | wars averted | wars caused | untouched | difference [{percent}] |",
        "|---|---|---|---|---|---|",
        f"| {first.baseline_name} | {first.war(treated=False)} | | | | |",
    ]
    lines += [
        f"| {pair.treatment_name} | {pair.war(treated=True)} | {pair.averted} | {pair.caused} "
        f"| {pair.untouched} | {signed(pair.risk_difference())} |"
        for pair in comparisons
    ]
    return "\n".join(lines) + "\n"


def comparison_sentences(pair: Paired) -> str:
    """The paired answer in words."""
    difference = pair.risk_difference()
    wars = pair.averted + pair.untouched
    percent = f"{100 * pair.confidence:g} %"
    verdict = "the interval holds zero: these runs do not settle the sign"
    if difference.high < 0:
        verdict = "it prevents war"
    elif difference.low > 0:
        verdict = "it causes war"
    return (
        f"{pair.treatment_name} instead of {pair.baseline_name}, {pair.runs} crises on the same luck: of "
        f"{wars} wars it averts {pair.averted}, leaves {pair.untouched}, and causes {pair.caused} new ones. "
        f"P(war) changes by {signed(difference)} ({percent}): {verdict}.{_tested(pair)}"
    )


def _tested(pair: Paired) -> str:
    """The test, and what the same luck was worth in runs; nothing where no pair differs."""
    reduction, p_value = pair.variance_reduction(), pair.mcnemar()
    if reduction is None:
        return ""
    digits = 2 if p_value >= 0.01 else 4
    told = "< 0.0001" if p_value < 0.0001 else f"= {p_value:.{digits}f}"
    return (
        f" McNemar's mid-p test: p {told}. Pairs on different luck would need {reduction:.1f} times as many "
        "runs for this precision."
    )


def scenario_table(scenarios: Sequence[tuple[str, Scenario, Sequence[str]]]) -> Table:
    """Built-in scenarios with their treatments."""
    table = Table(title="Built-in scenarios", title_justify="left", caption_justify="left")
    for heading in ("name", "is", "states", "days", "treatments"):
        table.add_column(heading, justify="right" if heading in {"states", "days"} else "left")
    for name, scenario, treatments in scenarios:
        row = (
            name,
            scenario.name,
            str(len(scenario.states)),
            f"{scenario.horizon_ticks / TICKS_PER_DAY:g}",
            ", ".join(treatments),
        )
        table.add_row(*row)
    table.caption = (
        f"Studies beside them: {', '.join(built_in_studies())}. Run one: signalling sweep NAME --out DIR"
    )
    return table
