"""How long a question waits while the knowledge is published, and what stays in memory."""

import asyncio
import gc
import os
import shutil
from collections.abc import Coroutine
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from bot.config import Settings
from bot.discord.client import FootnoteClient
from bot.members.members import MEMBERS, Members
from bot.publishing.builder import Builder
from bot.publishing.release import start

from .data import TESTS

QUESTION = "Did Russia bomb Aleppo on Wednesday?"
RELOADS, MORE_RELOADS = 20, 200
PAUSE = 0.01
"""Seconds between two questions."""


def reloads() -> dict[str, tuple[str, str]]:
    """Ask the shipped article while one of its lines is edited and published again."""
    with TemporaryDirectory() as place:
        settings = Settings(Path(place, "knowledge"), Path(place, "data"))
        shutil.copytree(TESTS.parent / "knowledge", settings.knowledge)
        edition = start(settings, datetime.now(UTC)).edition
        with (
            closing(Members(settings.data / MEMBERS)) as members,
            closing(Builder()) as builder,
        ):
            bot = FootnoteClient(settings, edition, members, run=builder.run)
            return asyncio.run(_measured(bot))


async def _measured(bot: FootnoteClient) -> dict[str, tuple[str, str]]:
    bot.edition.library.ask(QUESTION)
    # As `footnote run` does.
    gc.collect()
    gc.freeze()
    before = _megabytes()
    calm = await _waits(bot, asyncio.sleep(2))
    busy = await _waits(bot, _reload(bot, RELOADS))
    after = _megabytes()
    await _reload(bot, MORE_RELOADS - RELOADS)
    return {
        "a question, nothing else going on": (_worst(calm), ""),
        f"a question during {RELOADS} reloads": (_worst(busy), "reach 50 ms"),
        "memory at the start": (f"{before} MB", "reach 150 MB"),
        f"memory after {RELOADS} reloads": (f"{after} MB", ""),
        f"memory after {MORE_RELOADS} reloads": (f"{_megabytes()} MB", "flat"),
    }


async def _reload(bot: FootnoteClient, times: int) -> None:
    facts = bot.settings.knowledge / "russia-syria-strategy" / "facts.md"
    text = facts.read_text("utf-8")
    for number in range(times):
        facts.write_text(f"{text}- head of tass, asked {number} times\n", "utf-8")
        await bot.reload("bench", confirmed=True)
    facts.write_text(text, "utf-8")


async def _waits(bot: FootnoteClient, work: Coroutine[None, None, None]) -> list[float]:
    """How long each question waits (ms) from when it is due to its answer, while work goes on."""
    working = asyncio.ensure_future(work)
    waits = []
    while not working.done():
        due = perf_counter() + PAUSE
        await asyncio.sleep(PAUSE)
        bot.edition.library.ask(QUESTION)
        waits.append(1000 * (perf_counter() - due))
    await working
    return waits


def _worst(waits: list[float]) -> str:
    return f"p99 {np.quantile(waits, 0.99):.0f}, worst {max(waits):.0f} ms"


def _megabytes() -> int:
    """What this process holds in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20
