"""A plugin of pytest for trials: sees to it that the copy is tested, and writes down what fails.

Never import it elsewhere: it changes how Hypothesis works from then on.
"""

import json
import os
from pathlib import Path

import pytest
from hypothesis import Phase, settings

import signalling
from tests.mutations.trial import COPY_VARIABLE, FAILURE_VARIABLE

# That an example fails is enough: to make it smaller takes longer than the trial.
settings.register_profile("mutations", phases=(Phase.explicit, Phase.generate))
settings.load_profile("mutations")


def pytest_configure() -> None:
    """Refuse to test anything but the copy: its verdict would be about the right kernel."""
    copy = Path(os.environ[COPY_VARIABLE])
    imported = Path(signalling.__file__).resolve()
    if not imported.is_relative_to(copy):
        raise pytest.UsageError(f"{imported} is tested, which is not in {copy}")


def pytest_exception_interact(
    node: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport
) -> None:
    """Write down which test failed and of what; with -x there is one."""
    assert call.excinfo is not None
    failure = {"test": report.nodeid, "exception": call.excinfo.typename}
    Path(os.environ[FAILURE_VARIABLE]).write_text(json.dumps(failure), encoding="utf-8")
