"""How long a mention waits for its answer, beside a bot of ten lines that says the same every time.

Both run as processes of their own and take turns over a Discord on this machine.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import TypeAlias

import discord
from faults.discord_burst import QUESTIONS
from faults.live import pointed_at, stand_in
from faults.loopback import Loopback
from faults.payloads import CHANNEL

from bot.terminal.cli import footnote

from .data import TESTS, print_table

ASKED, WARM = 300, 30
"""Questions to each bot, and how many of them come before it is measured."""

CHANNELS = 20
PAUSE = 0.03
"""Seconds for what a bot does after its answer, so that the other isn't held up."""

Times: TypeAlias = Mapping[str, list[float]]


class Minimal(discord.Client):
    """The least that answers a mention."""

    async def on_message(self, message: discord.Message) -> None:
        """Reply."""
        if self.user in message.mentions:
            await message.reply("The islanders want a second ferry by May.")


def bench_mention(_: Path) -> None:
    """Print how long a mention waits, and the CPU time that it takes in all."""
    waits, cpu = asyncio.run(_take_turns())
    rows = {name: (f"{min(w):.1f}, {median(w):.1f} ms", "") for name, w in waits.items()}
    for label, figure in (("at best", min), ("median", median)):
        ours, least = figure(waits["ours"]), figure(waits["minimal"])
        rows[label] = f"{ours - least:+.1f} ms", f"{ours / least:.2f} times the minimal bot's"
    print_table("From a mention to its answer: at best, median", rows)
    print_table("CPU time of a mention", {n: (f"{ms:.1f} ms", "") for n, ms in cpu.items()})


async def _take_turns() -> tuple[Times, Mapping[str, float]]:
    waits: dict[str, list[float]] = {"ours": [], "minimal": []}
    async with running("ours") as ours, running("minimal") as minimal:
        bots = {"ours": ours, "minimal": minimal}
        for number in range(WARM):
            for bot, _ in bots.values():
                await _wait_of(bot, number)
        before = {name: cpu_of(pid) for name, (_, pid) in bots.items()}
        for number in range(WARM, ASKED):
            for name, (bot, _) in bots.items():
                waits[name].append(await _wait_of(bot, number))
        cpu = {
            name: (cpu_of(pid) - before[name]) / (ASKED - WARM) for name, (_, pid) in bots.items()
        }
    return waits, cpu


@asynccontextmanager
async def running(name: str, shards: int = 1) -> AsyncIterator[tuple[Loopback, int]]:
    """Run a bot on a Discord of its own; yields that, and the bot's process id."""
    loopback = Loopback(CHANNELS, shards)
    with tempfile.TemporaryDirectory() as data:
        async with stand_in(loopback.app()) as loopback.address:
            bot = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.bench.mention", name, loopback.address),
                cwd=TESTS.parent,
                env=os.environ | {"DISCORD_TOKEN": "abc.def.ghi", "FOOTNOTE_DATA": data},
                stderr=asyncio.subprocess.DEVNULL,
            )
            await loopback.until_logins(shards)
            yield loopback, bot.pid
            bot.terminate()
            await bot.wait()


async def _wait_of(bot: Loopback, number: int) -> float:
    """How long a member waits, in milliseconds."""
    asked = time.time()
    text = QUESTIONS[number % len(QUESTIONS)]
    message = await bot.ask(text, 1000 + number, CHANNEL + number % CHANNELS)
    await bot.until_answered(message)
    await asyncio.sleep(PAUSE)
    return 1000 * (bot.posted[-1].at - asked)


def cpu_of(process: int) -> float:
    """The CPU time that the threads of a process have taken, in milliseconds."""
    threads = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e6


if __name__ == "__main__":
    with pointed_at(sys.argv[2]):
        if sys.argv[1] == "ours":
            footnote(["run"])
        else:
            Minimal(intents=discord.Intents.default()).run("not-a-token", log_handler=None)
