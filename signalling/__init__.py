"""Is war a failure of communication? Diplomatic messages through bad channels, on the same luck.

The public face, one function for each arrow of the program:

    load_scenario -> Scenario; run -> Outcomes; trace -> Trace; compare -> Paired;
    load_study -> Study; collect -> Collected; verify -> published results, reproduced or not
    attribute -> which failures caused the wars; pivotal -> which messages; information -> bits and ages
    verdict -> what a claim comes to; dilemma -> what arming does to everybody's security

Names are loaded when first used, so that the command line answers at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from signalling.armament import dilemma as dilemma
    from signalling.attribution import attribute as attribute
    from signalling.collected import rerun as rerun
    from signalling.collected import status as status
    from signalling.collecting import collect as collect
    from signalling.counterfactual import compare as compare
    from signalling.errors import ScenarioError as ScenarioError
    from signalling.errors import SignallingError as SignallingError
    from signalling.estimates import estimate as estimate
    from signalling.executors import run as run
    from signalling.executors import trace as trace
    from signalling.informativeness import information as information
    from signalling.merging import merge as merge
    from signalling.pivots import pivotal as pivotal
    from signalling.scenario import Scenario as Scenario
    from signalling.scenario import load_scenario as load_scenario
    from signalling.study import Study as Study
    from signalling.study import load_study as load_study
    from signalling.verdicts import verdict as verdict
    from signalling.verification import verify as verify

__version__ = "0.1.0"

_HOME = {
    "Scenario": "scenario",
    "ScenarioError": "errors",
    "SignallingError": "errors",
    "Study": "study",
    "attribute": "attribution",
    "collect": "collecting",
    "compare": "counterfactual",
    "dilemma": "armament",
    "estimate": "estimates",
    "information": "informativeness",
    "load_scenario": "scenario",
    "load_study": "study",
    "merge": "merging",
    "pivotal": "pivots",
    "rerun": "collected",
    "run": "executors",
    "status": "collected",
    "trace": "executors",
    "verdict": "verdicts",
    "verify": "verification",
}

__all__ = sorted(_HOME)  # noqa: PLE0605 - one list, tested against the reference


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
