"""Work in a process of its own, which may be killed at any of its steps.

A step is what changes something outside of the process: a call of the system, of a file object or
of SQLite. It may be killed before and after each.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any, TypeAlias

Say: TypeAlias = Callable[[str], None]
Work: TypeAlias = Callable[[Say], object]

_MODULES = {"posix", "sqlite3", "_io", "fcntl"}
_CHANGES = frozenset(
    "open write flush close fsync fchmod rename replace unlink remove mkdir rmdir sendfile "
    "copy_file_range ftruncate truncate utime chmod link symlink flock connect execute executemany "
    "executescript commit rollback __exit__".split()
)


@dataclass(frozen=True)
class Ended:
    """How a process ended: the lines that it said, its steps (0: killed), and its traceback."""

    said: tuple[str, ...]
    steps: int
    failure: str
    seconds: float

    @property
    def killed(self) -> bool:
        """Whether it was killed before it was done."""
        return not self.steps and not self.failure


class _Killer:
    """Counts steps and kills its own process at one of them (0: at none)."""

    def __init__(self, kill_at: int) -> None:
        self.steps = 0
        self._kill_at = kill_at

    def __call__(self, _: FrameType, event: str, called: Any) -> None:
        if event.startswith("c_") and _is_step(called):
            self.steps += 1
            if self.steps == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)


def _is_step(called: Any) -> bool:
    module = called.__module__ or type(called.__self__).__module__
    return called.__name__ in _CHANGES and module in _MODULES


def run(work: Work, *, kill_at: int = 0, kill_after: float | None = None) -> Ended:
    """Do some work in a process of its own; kill it at a step or after some seconds, if told to.

    What the work says is acknowledged: it has left the process.
    """
    reading, writing = os.pipe()
    sys.stdout.flush()
    started = time.perf_counter()
    child = os.fork()
    if not child:
        os.close(reading)
        _work_and_exit(work, writing, None if kill_after is not None else _Killer(kill_at))
    os.close(writing)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading, encoding="utf-8", errors="replace") as pipe:
        lines = pipe.read().splitlines()
    os.waitpid(child, 0)
    seconds = time.perf_counter() - started
    said = tuple(line[2:] for line in lines if line.startswith("> "))
    failure = "\n".join(line[2:] for line in lines if line.startswith("! "))
    steps = [int(line[2:]) for line in lines if line.startswith("= ")]
    return Ended(said, steps[0] if steps else 0, failure, seconds)


def _work_and_exit(work: Work, pipe: int, killer: _Killer | None) -> None:
    def tell(mark: str, text: str) -> None:
        lines = "".join(f"{mark} {line}\n" for line in text.splitlines())
        os.write(pipe, lines.encode("utf-8", "replace"))

    try:
        sys.setprofile(killer)
        work(lambda text: tell(">", text))
        sys.setprofile(None)
        tell("=", str(1 + killer.steps if killer else 1))
    except BaseException:  # noqa: BLE001 (the parent is told, whatever it was)
        sys.setprofile(None)
        tell("!", traceback.format_exc(limit=-2))
    finally:
        os._exit(0)
