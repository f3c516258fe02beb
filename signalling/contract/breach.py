"""A broken promise, told so that whoever wrote the doctrine knows what to change."""

from types import ModuleType
from typing import Any

import numpy as np

from signalling import doctrine_files

#: What to do about an error of this kind; the first that fits.
REMEDIES: tuple[tuple[type[Exception], str], ...] = (
    (ZeroDivisionError, "compare the divisor with 0 before dividing"),
    (FloatingPointError, "compare the divisor with 0 before dividing, and keep numbers small"),
    (OverflowError, "keep numbers small; exp and log stand in signalling.kernel.portable_math"),
    (IndexError, "count places from 0 to one below what memory_size gives; none is counted from the end"),
    (TypeError, "pass and store numbers only; memory may be written, parameters may not"),
    (ValueError, "pass and store numbers only; memory may be written, parameters may not"),
)


class Breach(Exception):  # noqa: N818 - of a promise; it is an answer rather than an error
    """A promise that a doctrine does not keep.

    Attributes:
        function: the function, or the name, that is at fault.
        did: what it did, as a sentence that follows its name.
        remedy: what to write instead.
        example: the run in which it did so, in words; empty where no run is needed.
    """

    def __init__(self, function: str, did: str, remedy: str) -> None:
        super().__init__(f"{function} {did}; {remedy}")
        self.function = function
        self.did = did
        self.remedy = remedy
        self.example = ""


def call(module: ModuleType, function: str, *arguments: Any) -> Any:
    """What a function of the doctrine answers.

    Raises:
        Breach: it raised an error; arithmetic without a result counts as one in arrays too.
    """
    try:
        with np.errstate(divide="raise", over="raise", invalid="raise"):
            return getattr(module, function)(*arguments)
    except Exception as error:
        raise failure(module, function, error) from error


def failure(module: ModuleType, function: str, error: Exception) -> Breach:
    """The breach that an error in the doctrine's file is."""
    remedy = next((text for kind, text in REMEDIES if isinstance(error, kind)), "correct it")
    return Breach(function, f"fails at {doctrine_files.told(error, module)}", remedy)
