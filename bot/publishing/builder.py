"""A second process for what takes long, so that questions don't have to wait for it.

It is started when there is work, does one task at a time, and ends after a while without any. It
ends at once when this process does, for whatever reason.
"""

import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread, Timer
from time import monotonic
from typing import Any, BinaryIO, ParamSpec, Protocol, TypeVar

from bot.errors import FootnoteError

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 600.0
"""How long one task may take: an edit takes less than one, a thousand articles minutes."""

MEMORY = 2**31
"""Bytes of address space that the process may use."""

IDLE = 300.0
"""Seconds without work after which the process is ended; starting one takes .3 s."""

_GOES_ON = "What was published before goes on answering."


class BuilderError(FootnoteError):
    """The process beside this one failed; the message says why and what to do."""


class Run(Protocol):
    """Runs a function in another process, as `Builder.run` does."""

    def __call__(self, work: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> T:
        """What the function returns or raises, or a BuilderError if it can't be run there."""


class Builder:
    """Runs functions in the other process; what they take and return can be pickled."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds, self._memory = seconds, memory
        self._one_at_a_time = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._timer: Timer | None = None
        self._closed = False

    def run(self, work: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> T:
        """What `work` returns or raises over there. Raises BuilderError if it doesn't end well."""
        with self._one_at_a_time:
            begun = monotonic()
            try:
                outcome = self._outcome((work, arguments, named))
            except (EOFError, OSError, pickle.UnpicklingError) as error:
                self._end()
                raise BuilderError(self._why(monotonic() - begun)) from error
        if isinstance(outcome, MemoryError):
            raise BuilderError(
                f"Building this takes more than {self._memory >> 20:,} MB of memory; make the "
                f"articles shorter, or fewer. {_GOES_ON}"
            )
        if isinstance(outcome, BaseException):
            raise outcome
        result: T = outcome
        return result

    def _outcome(self, task: object) -> Any:  # noqa: ANN401 (whatever the work returns)
        process = self._started()
        assert process.stdin
        assert process.stdout
        self._end_in(self._seconds)
        try:
            pickle.dump(task, process.stdin)
            process.stdin.flush()
            return pickle.load(process.stdout)  # noqa: S301 (our own process wrote it)
        finally:
            self._end_in(IDLE)

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process and self._process.poll() is not None:
            self._end()
        self._process = self._process or _start(self._memory)
        # `close` kills what was started before it; what is started after it is ended here.
        if self._closed:
            raise EOFError
        return self._process

    def _end_in(self, seconds: float) -> None:
        """End the process after so long; an earlier deadline no longer counts."""
        if self._timer:
            self._timer.cancel()
        if self._process:
            self._timer = Timer(seconds, self._process.kill)
            self._timer.daemon = True
            self._timer.start()

    def _why(self, taken: float) -> str:
        if self._closed:
            return "Nothing was published: the bot is stopping."
        if taken >= self._seconds:
            return f"Building this was stopped after {self._seconds:g} seconds. {_GOES_ON}"
        return f"The process that builds the knowledge was ended. Try again. {_GOES_ON}"

    def close(self) -> None:
        """End the process, whatever it is doing; nothing runs there any more."""
        self._closed = True
        if process := self._process:
            process.kill()
        with self._one_at_a_time:
            self._end()

    def _end(self) -> None:
        if self._timer:
            self._timer.cancel()
        process, self._process = self._process, None
        # What could not be sent can't be flushed.
        with suppress(OSError):
            if process:
                with process:
                    process.kill()


def _start(memory: int) -> "subprocess.Popen[bytes]":
    # Not the working folder, where anything may lie, but the program's own.
    places = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    path = os.pathsep.join(filter(None, places))
    return subprocess.Popen(  # noqa: S603 (no word of it comes from outside)
        [sys.executable, "-P", "-m", __name__, str(memory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": path},
        # Ctrl+C is for the bot, which ends this as well.
        start_new_session=True,
    )


def _serve(memory: int) -> None:
    """Do the tasks that come in; this is the other process."""
    _limit(memory)
    outcomes = os.fdopen(os.dup(1), "wb")
    # Anything printed goes to the log, and not among the outcomes.
    os.dup2(2, 1)
    tasks: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_listen, args=(sys.stdin.buffer, tasks), daemon=True).start()
    while True:
        pickle.dump(_done(*tasks.get()), outcomes)
        outcomes.flush()


def _listen(stdin: BinaryIO, tasks: "SimpleQueue[Any]") -> None:
    """Take tasks until the pipe ends, as it does with the process at the other end."""
    with suppress(EOFError):
        while True:
            tasks.put(pickle.load(stdin))  # noqa: S301 (our own process wrote it)
    os._exit(0)


def _done(work: Callable[..., object], arguments: Any, named: Any) -> object:  # noqa: ANN401
    try:
        return work(*arguments, **named)
    except Exception as error:  # noqa: BLE001 (it is raised at the other end)
        error.add_note(traceback.format_exc())
        return error


def _limit(memory: int) -> None:
    """Let this process take so much memory, come last for the processor, and go first if the
    system runs out of memory.
    """
    # Windows has neither; elsewhere a lower limit or a sandbox may prevent it.
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        os.nice(10)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
