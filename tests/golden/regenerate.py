"""Write the golden chronicles: `make golden`, after a change of the model that is meant."""

from pathlib import Path

import signalling as sg

FOLDER = Path(__file__).parent

#: Scenario, seed, run: one short crisis each that shows what the scenario is about.
CRISES = (
    ("two-seekers", 1, 296),
    ("greedy-and-seeker", 1, 2),
    ("july-1914", 1914, 69),
    ("provocateur", 1, 6),
)


def told(name: str, seed: int, run: int) -> str:
    """The chronicle of one run."""
    return str(sg.trace(sg.load_scenario(name), seed=seed, run=run))


if __name__ == "__main__":
    for name, seed, run in CRISES:
        (FOLDER / f"{name}.txt").write_text(told(name, seed, run), encoding="utf-8")
