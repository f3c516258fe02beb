"""Promises about the file: its names, its parameters and the table that is made of them."""

from types import ModuleType

import numpy as np

from signalling import doctrine_files
from signalling.contract.breach import Breach, call
from signalling.contract.playing import Draw, every_script
from signalling.contract.scripts import Script, leaves, sizes

#: What to do about an answer that depends on more than it may.
PURE = "read nothing but the arguments: no random numbers, no clock, nothing kept between calls"


def check_fixed_names(module: ModuleType) -> None:
    """Everything has its name, and every function its arguments in order, so that engines can call it."""
    for fault in doctrine_files.fixed_names(module):
        did, _, remedy = fault.partition("; ")
        raise Breach("the file", did, remedy)
    if not (module.__doc__ or "").strip():
        raise Breach("the file", "does not say what it is", "begin it with a sentence in three quotes")


def check_parameters_are_described(module: ModuleType) -> None:
    """Every parameter has a default and says what it is."""
    for path, field in leaves(module.PARAMETERS):
        name = ".".join(path)
        if not field.description:
            remedy = 'write Field(1.0, description="what it is, and its unit")'
            raise Breach("PARAMETERS", f"does not say what {name} is", remedy)
        if len(path) == 1 and field.is_required():
            raise Breach("PARAMETERS", f"has no default for {name}", "write it first: Field(1.0, ...)")
    parameters = call(module, "PARAMETERS")
    try:
        parameters.numbers()
    except (TypeError, ValueError) as error:
        remedy = "write numbers, true or false, words of a Literal, or tables of these"
        raise Breach("PARAMETERS", f"holds what is no number: {parameters!r}", remedy) from error


def check_named_numbers_come_first(module: ModuleType) -> None:
    """The table begins with the parameters in field order, and constants give their places."""

    def holds(script: Script, _: Draw) -> None:
        numbers = script.parameters.numbers()
        table = script.tabulated(module)
        expected = [number for _, number in numbers]
        if table[: len(numbers)].tolist() != expected:
            remedy = "begin the table with parameters.numbers(), or return parameters.tabulated()"
            raise Breach("tabulate", f"does not begin with the parameters {expected}", remedy)
        if not np.isfinite(table).all():
            raise Breach("tabulate", f"answers {table.tolist()}", "answer finite numbers only")

    places: dict[str, int] = {}
    for place, (name, _) in enumerate(module.PARAMETERS().numbers()):
        if places.setdefault(name.upper(), place) != place or getattr(module, name.upper(), None) != place:
            remedy = f"write {name.upper()} = {place} at the top, and parameters[{name.upper()}] below"
            raise Breach("the file", f"does not give the place of the parameter {name}", remedy)
    every_script(module, 20, holds)


def check_tables_are_float64_and_repeat(module: ModuleType) -> None:
    """The same parameters give the same table, an array of float64."""

    def holds(script: Script, _: Draw) -> None:
        first, second = script.answered(module), script.answered(module)
        if not isinstance(first, np.ndarray) or first.dtype != np.float64 or first.ndim != 1:
            remedy = "return parameters.tabulated(), or a one-dimensional array of float64"
            raise Breach("tabulate", f"answers {first!r}", remedy)
        if first.tobytes() != second.tobytes():
            raise Breach("tabulate", "answers another table when it is asked again", PURE)
        sizes(module, script.own.rungs)

    every_script(module, 20, holds)
