"""`footnote run` that measures itself, against the Discord at the address that it is given.

At its end it prints a line of JSON: how late the event loop was, in seconds, the memory that it
took, in MB, and how many answers were in progress at most.
"""

import asyncio
import json
import sys
from pathlib import Path
from time import perf_counter
from unittest.mock import patch

from bot.discord import run as discord_run
from bot.discord.bot import FootnoteBot
from bot.terminal.cli import footnote

from .live import pointed_at

TICK = 0.002
"""Seconds between two looks at the clock."""


class MeasuredBot(FootnoteBot):
    """The bot with a timer that notes how late it is called."""

    async def setup_hook(self) -> None:
        """Begin to measure when all is loaded: before this, nobody waits."""
        await super().setup_hook()
        self._lateness: list[float] = []
        self._memory = [resident()]
        self._most_in_progress = 0
        self._wait()

    def _wait(self) -> None:
        self._due = perf_counter() + TICK
        self._ticking = asyncio.get_running_loop().call_later(TICK, self._tick)

    def _tick(self) -> None:
        self._lateness.append(perf_counter() - self._due)
        self._most_in_progress = max(self._most_in_progress, len(self.in_progress._tasks))
        if len(self._lateness) % 10 == 0:
            self._memory.append(resident())
        self._wait()

    async def close(self) -> None:
        """Print what was measured."""
        self._ticking.cancel()
        late = sorted(self._lateness)
        figures = {
            "worst_late": late[-1],
            "p99_late": late[len(late) * 99 // 100],
            "memory": [self._memory[0], max(self._memory), resident()],
            "most_in_progress": self._most_in_progress,
        }
        print(json.dumps(figures), flush=True)
        await super().close()


def resident() -> float:
    """The memory that this process has in use, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


if __name__ == "__main__":
    with pointed_at(sys.argv[1]), patch.object(discord_run, "FootnoteBot", MeasuredBot):
        footnote(["run"])
