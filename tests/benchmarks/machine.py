"""What a reader needs to know of the machine that was measured; nothing that names it."""

import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.batch_samples import cores
from tests.benchmarks.yardstick import COMPILERS

PACKAGES = ("numpy", "numba", "llvmlite", "simpy")

Facts = dict[str, str | int | None]


def machine() -> Facts:
    """The facts by name, None where one cannot be had."""
    return {
        "processor": _processor(),
        "architecture": platform.machine(),
        "cores": cores(),
        "operating system": _system(),
        "C library": " ".join(platform.libc_ver()).strip() or None,
        "C compiler": _compiler(),
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        **{package: version(package) for package in PACKAGES},
    }


def _processor() -> str | None:
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        for line in facts.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.processor() or None


def _system() -> str:
    """The name of the distribution; a kernel's release may name a machine."""
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return f"{platform.system()} {platform.mac_ver()[0]}".strip()


def _compiler() -> str | None:
    found = next((path for path in map(shutil.which, COMPILERS) if path), None)
    if found is None:
        return None
    shown = subprocess.run([found, "--version"], check=False, capture_output=True, text=True).stdout
    return next(iter(shown.splitlines()), None)
