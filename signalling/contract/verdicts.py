"""All promises in order, and the verdict on each."""

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import NamedTuple

from signalling.contract.breach import Breach
from signalling.contract.conduct import (
    check_a_run_begins_afresh,
    check_asking_for_beliefs_changes_nothing,
    check_both_forms_agree,
    check_every_run_can_be_played,
    check_memory_is_enough_and_used,
    check_moves_are_legal,
    check_pure,
)
from signalling.contract.form import (
    check_fixed_names,
    check_named_numbers_come_first,
    check_parameters_are_described,
    check_tables_are_float64_and_repeat,
)
from signalling.contract.information import (
    check_beliefs_are_probabilities,
    check_payoffs_are_finite,
    check_reports_are_used_or_not_as_declared,
    check_superseded_reports_change_nothing,
    check_unknown_senders_change_nothing,
)
from signalling.contract.subset import check_kernel_subset

Check = Callable[[ModuleType], None]

CHECKS: tuple[Check, ...] = (
    check_fixed_names,
    check_parameters_are_described,
    check_kernel_subset,
    check_named_numbers_come_first,
    check_tables_are_float64_and_repeat,
    check_every_run_can_be_played,
    check_pure,
    check_both_forms_agree,
    check_memory_is_enough_and_used,
    check_a_run_begins_afresh,
    check_asking_for_beliefs_changes_nothing,
    check_moves_are_legal,
    check_superseded_reports_change_nothing,
    check_unknown_senders_change_nothing,
    check_reports_are_used_or_not_as_declared,
    check_beliefs_are_probabilities,
    check_payoffs_are_finite,
)


#: Where one of these is broken, the others would break by it too and say nothing new.
FIRST = (check_fixed_names, check_parameters_are_described, check_every_run_can_be_played)


class Verdict(NamedTuple):
    """Whether one promise is kept: its status is "kept", "broken" or "not tried"."""

    name: str
    promise: str
    status: str
    breach: Breach | None = None


def judge(module: ModuleType) -> Iterator[Verdict]:
    """Every promise in turn, kept or broken."""
    tried = True
    for check in CHECKS:
        name = check.__name__.removeprefix("check_")
        promise = (check.__doc__ or name).strip()
        if not tried:
            yield Verdict(name, promise, "not tried")
            continue
        try:
            check(module)
        except Breach as breach:
            tried = check not in FIRST
            yield Verdict(name, promise, "broken", breach)
        else:
            yield Verdict(name, promise, "kept")
