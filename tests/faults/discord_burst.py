"""Everybody asks at once: what becomes of each question, and of the bot meanwhile."""

import asyncio
import json
import os
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .live import stand_in
from .loopback import Loopback, Posted
from .outcome import Outcome
from .payloads import CHANNEL, DIRECT

ROOT = Path(__file__).parent.parent.parent

EACH = 20
"""Questions of each member."""

CHANNELS = 100

QUESTIONS = (
    "Why does Russia bomb the rebels?",
    "What did Putin say about the strategy?",
    "how many ppl died in syria",
    "Who leads the coalition against ISIS?",
    "What will the weather be tomorrow in Oslo?",
    "wat did the US acuse the kremlin of",
)

BLOCKED = 0.05
"""Seconds that the event loop may be late at the most."""

GROWTH = 40.0
"""MB that the bot may grow by at the most; what it remembers of members and messages is bounded."""

TRIES = 3
"""Bursts at the most: if the machine is busy elsewhere, the loop is late through no fault."""

_FIRST, _LAST = 1000, 900_000
"""The first member, and who asks when all others have."""

_WAIT = re.compile(r"(?:That was a lot at once|Too many questions at once here).* <t:(\d+):R>\.")


@dataclass(frozen=True)
class Question:
    """A question that was asked: by whom, where, and when (as `time.time()` tells it)."""

    id: int
    text: str
    member: int
    channel: int
    at: float


@dataclass(frozen=True)
class Fates:
    """What became of the questions of a burst.

    Without a reply of their own, `silent` is those of an asker or channel that was told to wait,
    `joined` those that an answer to the same question names, `lost` the others.
    """

    answered: int
    joined: int
    told: int
    silent: int
    lost: int
    twice: int


@dataclass(frozen=True)
class Figures:
    """What the bot measured: see `measured_bot`. `memory` is at first, at most, and at the end."""

    worst_late: float
    p99_late: float
    memory: tuple[float, float, float]
    most_in_progress: int


def everybody_at_once(questions: int) -> Iterator[Outcome]:
    """Ask as many questions, half of them in direct messages, as fast as the bot takes them.

    There is a member for every `EACH` of them.
    """
    tries: list[tuple[Fates, Figures, float]] = []
    while len(tries) < TRIES and not any(f.worst_late <= BLOCKED for _, f, _ in tries):
        tries.append(asyncio.run(_burst(questions)))
    fates, figures, seconds = min(tries, key=lambda one: one[1].worst_late)
    asked = f"burst of {questions:,} questions from {questions // EACH} members"
    lost = [f"{f.lost} lost, {f.twice} answered twice" for f, _, _ in tries if f.lost or f.twice]
    yield Outcome(
        f"{asked}: each accounted for",
        len(tries),
        lost,
        f"answered {fates.answered}, with another's answer {fates.joined}, told to wait "
        f"{fates.told}, silent in a told wait {fates.silent}, lost {fates.lost}, twice "
        f"{fates.twice}; {seconds:.1f} s, at most {figures.most_in_progress} in progress",
    )
    before, most, after = figures.memory
    yield Outcome(
        f"{asked}: memory",
        len(tries),
        [f"grew by {most - before:.0f} MB"] if most - before > GROWTH else [],
        f"{before:.0f} MB before, {most:.0f} at most, {after:.0f} after",
    )
    late = [f"{1000 * f.worst_late:.0f} ms" for _, f, _ in tries]
    yield Outcome(
        f"{asked}: event loop",
        len(tries),
        [f"late by {worst} in every try" for worst in late if figures.worst_late > BLOCKED],
        f"late by {' / '.join(late)} at worst, 99 % under {1000 * figures.p99_late:.0f} ms",
    )


async def _burst(questions: int) -> tuple[Fates, Figures, float]:
    """One burst, and how many seconds it took until the last answer."""
    discord = Loopback(CHANNELS)
    with tempfile.TemporaryDirectory() as data:
        async with stand_in(discord.app()) as discord.address:
            bot = await _start(discord.address, data)
            await discord.until(lambda: discord.logins)
            await _ask_last(discord)
            began = time.perf_counter()
            members = questions // EACH
            asked = [await _ask(discord, n // members, n % members) for n in range(questions)]
            await _ask_last(discord)
            seconds = time.perf_counter() - began
            bot.terminate()
            output, _ = await bot.communicate()
    return _fates(asked, discord.posted), Figures(**json.loads(output)), seconds


async def _start(address: str, data: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.measured_bot", address),
        cwd=ROOT,
        env=os.environ | {"DISCORD_TOKEN": "abc.def.ghi", "FOOTNOTE_DATA": data},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def _ask(discord: Loopback, turn: int, member: int) -> Question:
    """Ask a member's question of a turn: every second one in a channel, the others directly."""
    channel = None if turn % 2 else CHANNEL + member % CHANNELS
    at, member = time.time(), _FIRST + member
    text = QUESTIONS[(turn + member) % len(QUESTIONS)]
    asked = await discord.ask(text, member, channel)
    return Question(asked, text, member, channel or DIRECT + member, at)


async def _ask_last(discord: Loopback) -> None:
    """Ask, and wait for the answer: it comes when all that was asked before was looked at."""
    await discord.until_answered(await discord.ask(QUESTIONS[0], _LAST))


def _fates(asked: Sequence[Question], posted: Sequence[Posted]) -> Fates:
    replies: Mapping[int, list[str]] = defaultdict(list)
    for post in posted:
        replies[post.to].append(post.text)
    by_channel: Mapping[int, list[tuple[Question, str]]] = defaultdict(list)
    for question in asked:
        by_channel[question.channel] += [(question, text) for text in replies.get(question.id, ())]
    waits = [
        (question, int(found[1]))
        for replied in by_channel.values()
        for question, text in replied
        if (found := _WAIT.search(text))
    ]
    alone = [question for question in asked if question.id not in replies]
    unheard = [q for q in alone if not any(_accounts_for(*wait, q) for wait in waits)]
    lost = [q for q in unheard if not any(_names(*one, q) for one in by_channel[q.channel])]
    return Fates(
        answered=len(asked) - len(waits) - len(alone),
        joined=len(unheard) - len(lost),
        told=len(waits),
        silent=len(alone) - len(unheard),
        lost=len(lost),
        twice=sum(len(texts) > 1 for texts in replies.values()),
    )


def _names(answered: Question, text: str, other: Question) -> bool:
    """Whether the answer to a question is one to another question too, of the same channel."""
    same = answered.id < other.id and answered.text == other.text
    return (
        same
        and not _WAIT.search(text)
        and (answered.member == other.member or f"<@{other.member}>" in text)
    )


def _accounts_for(told: Question, until: int, silent: Question) -> bool:
    """Whether a wait that was told is why another question got no reply."""
    same = told.member == silent.member or told.channel == silent.channel
    # Discord shows whole seconds.
    return same and told.id < silent.id and silent.at < until + 1
