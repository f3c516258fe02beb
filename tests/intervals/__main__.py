"""Do intervals cover what they say? `python -m tests.intervals [--only MODULE]`.

Every module of this folder that has `rows()` is played; results/coverage/coverage.json and the table in
docs/intervals.md are written again. Exit code 1 if an interval covers less than it may, or if a note says so
of one that does not. All seeds are fixed. Some minutes on two cores.
"""

import argparse
import importlib
import importlib.util
import sys

from tests.intervals.table import PROMISES, broken, read, write


def main() -> int:
    """Play what is asked for, and judge it."""
    asked = argparse.ArgumentParser(description="Coverage of intervals by simulation and enumeration.")
    asked.add_argument(
        "--only", choices=list(PROMISES), action="append", help="keep the other rows as they are"
    )
    chosen = asked.parse_args().only or list(PROMISES)
    kept, complaints = read(), []
    for module in chosen:
        name = f"tests.intervals.{module}"
        if importlib.util.find_spec(name) is None:
            print(f"{module}: is not there")
            continue
        kept[module] = importlib.import_module(name).rows()
        complaints += broken(module, kept[module])
        print(f"{module}: {len(kept[module])} rows")
    write(kept)
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
