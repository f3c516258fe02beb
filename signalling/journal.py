"""What long work has done so far, part by part, in a file that only grows: interrupted, it goes on."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from signalling.errors import ResultError


class Journal:
    """Parts of a work that are done, by key; kept in a file, or in memory alone.

    A line for each part, written whole and at once; a line that a kill has torn is dropped when the work goes
    on. The first line says of what work the parts are, and other work is refused.

    Args:
        path: the file, made with its folder if absent; None keeps the parts in memory.
        work: all that changes the parts, as plain data; how much is to be done is no part of it.

    Raises:
        ResultError: the file holds other work, is no journal, or cannot be written.

    Example:
        >>> journal = Journal(None, {"seed": 7})
        >>> journal.put("first half", [1, 2])
        >>> journal.get("first half"), journal.get("second half")
        ([1, 2], None)
    """

    def __init__(self, path: Path | None, work: Mapping[str, Any]) -> None:
        self.path = path
        self.parts: dict[str, Any] = {}
        if path is None:
            return
        heading = json.dumps({"work": work}, sort_keys=True, ensure_ascii=False)
        lines = self._lines(path)
        if not lines:
            self._begin(path, heading)
        elif lines[0] != heading:
            raise ResultError(
                f"{path}: holds other work (another scenario, seed or question); name another folder"
            )
        for number, line in enumerate(lines[1:], start=2):
            try:
                key, value = json.loads(line)
                self.parts[key] = value
            except (ValueError, TypeError) as error:
                raise ResultError(f"{path}: line {number} is damaged; name another folder") from error

    def get(self, key: str) -> Any:
        """A part that is done, None if it is not."""
        return self.parts.get(key)

    def put(self, key: str, value: Any) -> None:
        """Keep a part, as plain data that is not None; it counts from now on, whatever happens next.

        Raises:
            ResultError: the file cannot be written.
        """
        self.parts[key] = value
        if self.path is not None:
            self._write(self.path, "a", json.dumps([key, value], ensure_ascii=False))

    def _begin(self, path: Path, heading: str) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(path, error) from error
        self._write(path, "w", heading)

    def _lines(self, path: Path) -> list[str]:
        """The whole lines; what a kill has left of a torn one is cut off."""
        if not path.exists():
            return []
        try:
            data = path.read_bytes()
            whole = data[: data.rfind(b"\n") + 1]
            lines = whole.decode("utf-8").split("\n")[:-1]
            if lines and "work" not in json.loads(lines[0]):
                raise ValueError
            if len(whole) < len(data):
                os.truncate(path, len(whole))
        except (OSError, ValueError, TypeError) as error:
            raise ResultError(f"{path}: is no journal of this program; name another folder") from error
        return lines

    @staticmethod
    def _write(path: Path, mode: str, line: str) -> None:
        try:
            with path.open(mode, encoding="utf-8") as file:
                file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> ResultError:
    return ResultError(
        f"{path}: cannot be written: {error.strerror or error}; what was written before counts: make room or "
        "choose another folder"
    )
