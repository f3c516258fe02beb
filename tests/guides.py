"""How-to guides as a reader goes through them: files are written, commands run, and what they print compared.

`python -m tests.guides NAME ...` writes what is printed into docs/guides/NAME.md again: read the difference.
"""

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from signalling.cli import main
from signalling.figures import style

FOLDER = Path(__file__).parents[1] / "docs" / "guides"
#: A command, and below it what it prints.
STEP = re.compile(r"^```sh\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def text_of(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def write_files(text: str, place: Path) -> None:
    """Write each file of a guide; its first line is a comment with its name."""
    for file in re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        (place / file.splitlines()[0].removeprefix("# ")).write_text(file, encoding="utf-8")


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Each command, and what the guide says it prints."""
    for command, printed in STEP.findall(text):
        yield command.strip(), printed


def printed_by(command: str) -> tuple[int, str]:
    """Exit code of a command, and what it prints; figures are left out, since their files cost seconds."""
    program, *arguments = shlex.split(command)
    assert program == "signalling"
    drawn, style.save = (
        style.save,
        lambda _, place, name: [place / f"{name}.{kind}" for kind in ("pdf", "png")],
    )
    try:
        with contextlib.redirect_stdout(io.StringIO()) as shown, contextlib.redirect_stderr(io.StringIO()):
            code = main(arguments)
    finally:
        style.save = drawn
    return code, "".join(line.rstrip() + "\n" for line in shown.getvalue().splitlines())


def write_again(name: str) -> None:
    """Put what the commands of a guide print into it."""
    text = text_of(name)
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as place:
        write_files(text, Path(place))
        os.chdir(place)
        try:
            text = STEP.sub(
                lambda step: f"```sh\n{step[1]}```\n\n```text\n{printed_by(step[1].strip())[1]}```", text
            )
        finally:
            os.chdir(here)
    (FOLDER / f"{name}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for guide in sys.argv[1:]:
        write_again(guide)
