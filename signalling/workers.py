"""Worker processes: they are sent tasks of plain data and answer one at a time.

Processes are spawned, never forked, so that they share nothing with the program that starts them. A worker
has one task at a time and is sent the next when it has answered, so neither side can block on a full pipe.
A pool of our own: that of the library leaves orphans when its owner is killed, and cannot stop a task.
"""

import multiprocessing
import signal
import threading
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Any, Self, TypeVar

from signalling import errors
from signalling.errors import ScenarioError, SignallingError

T = TypeVar("T")
R = TypeVar("R")

#: Exit code of a worker that finds the program's main file without its guard.
NO_GUARD = 97
GUARD_REMEDY = """\
workers: every worker process reads the program's main file again, and this file starts work when it is read;
put the code that starts it under
    if __name__ == "__main__":"""
#: Seconds a worker is given to end after SIGTERM.
PATIENCE = 5.0

_READY = "ready"
_CONTEXT = multiprocessing.get_context("spawn")


def check_workers(workers: int) -> None:
    """Refuse a number of workers that makes no sense, and a worker that would start workers.

    Raises:
        ScenarioError: it is not 1 or more.
    """
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise ScenarioError(f"workers = {workers!r}: must be a whole number, 1 or more")
    if workers > 1 and getattr(multiprocessing.current_process(), "_inheriting", False):
        # A worker that reads an unguarded main file. Its owner sees the exit code and explains.
        raise SystemExit(NO_GUARD)


def stream(
    do: Callable[[T], R], next_task: Callable[[], T | None], *, workers: int
) -> Generator[R, None, None]:
    """Do tasks until there are none, here (one worker) or in worker processes; answers as they come.

    Args:
        do: a function at the top of a module.
        next_task: the next task, or None if there is none now; asked again after every answer.
        workers: how many processes; 1 for this one alone.

    Raises:
        SignallingError: a worker ended, or the program lacks its main guard.
    """
    if workers == 1:
        while (task := next_task()) is not None:
            yield do(task)
        return
    with _Pool(workers) as pool:
        yield from pool.stream(do, next_task)


class _Pool:
    """Worker processes that end with the block, at once, whatever they do."""

    def __init__(self, workers: int) -> None:
        self.processes: dict[Connection, SpawnProcess] = {}
        self.ready: set[Connection] = set()
        with _interrupts_held_back():
            for _ in range(workers):
                ours, theirs = _CONTEXT.Pipe()
                process = _CONTEXT.Process(target=_serve, args=(theirs,), daemon=True)
                process.start()
                theirs.close()
                self.processes[ours] = process

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # They hold nothing worth keeping, so there is nothing to wait for.
        for process in self.processes.values():
            process.terminate()
        for connection, process in self.processes.items():
            process.join(PATIENCE)
            if process.is_alive():
                process.kill()
                process.join()
            connection.close()

    def stream(self, do: Callable[[T], R], next_task: Callable[[], T | None]) -> Iterator[R]:
        """Answers to tasks as they come."""
        idle: list[Connection] = []
        owing: set[Connection] = set()
        task: T | None = None
        while True:
            task = next_task() if task is None else task
            if task is not None and idle:
                owing.add(self._send(idle.pop(), (do, task)))
                task = None
                continue
            if task is None and not owing:
                return
            for connection in wait([*owing, *(self.processes.keys() - self.ready)]):
                assert isinstance(connection, Connection)  # noqa: S101 - wait() takes other things too
                answer = self._receive(connection)
                idle.append(connection)
                if connection in self.ready:
                    owing.discard(connection)
                    yield _unwrapped(answer)
                self.ready.add(connection)

    def _send(self, connection: Connection, message: object) -> Connection:
        try:
            connection.send(message)
            return connection
        except (BrokenPipeError, ConnectionResetError):
            raise self._ended(connection) from None

    def _receive(self, connection: Connection) -> Any:
        try:
            return connection.recv()
        except (EOFError, ConnectionResetError):
            raise self._ended(connection) from None

    def _ended(self, connection: Connection) -> SignallingError:
        process = self.processes[connection]
        process.join(PATIENCE)
        code = process.exitcode
        if code == NO_GUARD:
            return SignallingError(GUARD_REMEDY)
        if connection not in self.ready:
            return SignallingError(
                f"workers: a worker process ended before it began (exit code {code}); what it said stands "
                "above. A program read from standard input cannot have workers: save it as a file"
            )
        how = f"by signal {-code}" if code is not None and code < 0 else f"with exit code {code}"
        return SignallingError(
            f"workers: a worker process was ended {how} while it worked, perhaps for want of memory; "
            "run again with fewer workers"
        )


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Children inherit the mask: Ctrl-C in a terminal reaches the owner alone, which then stops them."""
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: Connection) -> None:
    """The life of a worker; it ends when its owner does, even if that was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    message: Any = _READY
    while True:
        try:
            connection.send(message)
            do, task = connection.recv()
        except (EOFError, OSError):
            return
        try:
            message = (True, do(task))
        except Exception as error:
            known = isinstance(error, SignallingError)
            told = str(error) if known else "".join(traceback.format_exception(error))
            message = (False, (type(error).__name__, told))


def _unwrapped(answer: tuple[bool, Any]) -> Any:
    """The answer of a worker, or its error raised here."""
    done, content = answer
    if done:
        return content
    name, told = content
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, SignallingError):
        raise kind(told)
    raise RuntimeError(f"in a worker process:\n{told}")
