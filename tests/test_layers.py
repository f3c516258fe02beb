"""A module imports only from the lines above it."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "signalling"

#: From the bottom up. A folder stands for all its files.
LAYERS = (
    "errors",
    "journal",
    "theory",
    "vocabulary",
    "validation",
    "parameters",
    "kernel",
    "doctrine_files",
    "laws",
    "quantiles",
    "channels",
    "paths",
    "exchange",
    "games",
    "network",
    "routes",
    "inputs",
    "exchange_checks",
    "checks",
    "review",
    "scenario",
    "channel_columns",
    "exchange_columns",
    "alteration",
    "model",
    "content",
    "outcome",
    "exchange_telling",
    "chronicle",
    "side_by_side",
    "engines",
    "stats",
    "survival",
    "estimates",
    "workers",
    "functions",
    "tasks",
    "executors",
    "counterfactual",
    "faults",
    "fault_sets",
    "shares",
    "attribution",
    "pivots",
    "armament",
    "coverage",
    "cells",
    "subjects",
    "study",
    "region",
    "mutual_information",
    "joint_counts",
    "bits",
    "informativeness",
    "sequential",
    "claims",
    "verdicts",
    "store",
    "shards",
    "gathering",
    "provenance",
    "folders",
    "collected",
    "collecting",
    "merging",
    "progress",
    "verification",
    "figures",
    "contract",
    "report",
    "experiments",
    "cli",
    "__main__",
)
#: What kernel files may import beyond themselves and the vocabulary: nothing that does anything.
KERNEL_IMPORTS = {
    "math",
    "typing",
    "collections.abc",
    "numpy",
    "numpy.typing",
    "hashlib",
    "importlib",
    "types",
}
DOCTRINE_IMPORTS = KERNEL_IMPORTS | {"pydantic", "signalling.parameters", "signalling.validation"}

FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def layer_of(module: str) -> int:
    return LAYERS.index(module.split(".")[1])


def imports_of(path: Path) -> list[str]:
    """Every module imported when the program runs (imports for the type checker alone are left out)."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found += [
                f"{node.module}.{alias.name}"
                if node.module in {"signalling", "signalling.kernel"}
                else str(node.module)
                for alias in node.names
            ]
    return found


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", FILES, ids=[module_of(path) for path in FILES])
def test_imports_point_down(path: Path) -> None:
    own = layer_of(module_of(path))
    for name in imports_of(path):
        if name.startswith("signalling."):
            assert layer_of(name) <= own, f"{module_of(path)} imports {name} from above"


KERNEL_FILES = [path for path in FILES if "kernel" in path.parts]


@pytest.mark.parametrize("path", KERNEL_FILES, ids=[module_of(path) for path in KERNEL_FILES])
def test_the_kernel_imports_nothing_that_acts(path: Path) -> None:
    allowed = DOCTRINE_IMPORTS if "doctrines" in path.parts else KERNEL_IMPORTS
    for name in imports_of(path):
        assert name in allowed or name.startswith(("signalling.kernel", "signalling.vocabulary")), name


def test_every_module_has_a_layer() -> None:
    assert {module_of(path).split(".")[1] for path in FILES} <= set(LAYERS)


@pytest.mark.parametrize("path", FILES, ids=[module_of(path) for path in FILES])
def test_no_file_passes_the_ceiling(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400
