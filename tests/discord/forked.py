"""`footnote` in processes of its own, against a Discord on this machine.

They are forked from one that has loaded the program, which takes most of a start: the fault suite
and `terminal/test_starting.py` start it cold.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing import forkserver, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from signal import SIGKILL, Signals
from unittest.mock import patch

from faults.live import pointed_at
from places import ROOT, TESTS

from bot.config import Settings
from bot.terminal.cli import footnote

TOKEN = "MTIz.not-a-real-token.abc"

_FORKING = get_context("forkserver")
_FORKING.set_forkserver_preload(
    [__name__, "bot.discord.run", "bot.terminal.operating", "bot.terminal.releases"]
)
_PATH = os.pathsep.join(map(str, (ROOT, TESTS, TESTS / "discord")))


@dataclass(frozen=True)
class Forked:
    """A process that runs a command; `output` is what it prints and logs."""

    output: asyncio.StreamReader
    _process: ForkServerProcess

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._process.pid
        return self._process.pid

    def send_signal(self, number: Signals) -> None:
        """Send a signal, if it still runs."""
        if self._process.is_alive():
            os.kill(self.pid, number)

    async def ended(self) -> int | None:
        """Wait until it has ended, and return its exit code."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, ended.set)
        await ended.wait()
        loop.remove_reader(self._process.sentinel)
        self._process.join()
        return self._process.exitcode


@asynccontextmanager
async def forked(
    address: str, settings: Settings, *command: str, **environment: str
) -> AsyncIterator[Forked]:
    """Run `footnote` with the Discord at `address` until the block ends."""
    environment = {
        **os.environ,
        "DISCORD_TOKEN": TOKEN,
        "FOOTNOTE_KNOWLEDGE": str(settings.knowledge),
        "FOOTNOTE_DATA": str(settings.data),
        **environment,
    }
    reading, writing = _FORKING.Pipe(duplex=False)
    arguments = address, settings.knowledge.parent, environment, writing, command
    process = _FORKING.Process(target=_run, args=arguments)
    with patch.dict(os.environ, PYTHONPATH=_PATH):
        forkserver.ensure_running()
    process.start()
    writing.close()
    output = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(output), reading
    )
    running = Forked(output, process)
    try:
        yield running
    finally:
        if process.exitcode is None:
            running.send_signal(SIGKILL)
            await running.ended()


def _run(
    address: str,
    folder: Path,
    environment: Mapping[str, str],
    output: Connection,
    command: tuple[str, ...],
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    os.umask(0)
    for number in (1, 2):
        os.dup2(output.fileno(), number)
    sys.stdout = sys.stderr = open(1, "w", buffering=1, closefd=False)  # noqa: SIM115
    output.close()
    with pointed_at(address):
        footnote(command, prog_name="footnote")
