"""Discord fails in each of its ways, many times over, while members ask."""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.config import Settings
from bot.discord.bot import FootnoteBot
from bot.discord.client import CONNECTIONS
from bot.knowledge.facts import fact_key
from bot.operation import in_progress

from .chance import chance
from .live import bot_on
from .loopback import EXPIRED, Fault, Loopback
from .measured_bot import resident
from .outcome import Outcome

KNOWLEDGE = Path(__file__).parent.parent / "small"
QUESTION = "What do the islanders want by May?"
VOTE = f"v1:vote:up:{fact_key('ferry#what-do-the-islanders-want-by-may')}"

GROWTH = 150.0
"""MB that a flood may take at the most while nothing is answered."""

_TRIES = 5
"""How often discord.py tries a request."""

_LAST = 900_000
"""Who asks when all others have."""


def break_discord(times: int, *, patient: bool) -> Iterator[Outcome]:
    """Let each fault happen as many times.

    `patient` is whether to try what takes half a minute each: failing until discord.py gives up,
    and a flood up to the limit.
    """
    for breaking in (_resume, _identify_again, _limit, _fail, _expire):
        yield asyncio.run(breaking(times))
    if patient:
        yield asyncio.run(_give_up())
        yield asyncio.run(_flood(times))


class _Log(logging.Handler):
    """What the bot logs as amiss, and every traceback."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self.tracebacks: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Note a record."""
        if record.exc_info:
            self.tracebacks.append(f"traceback: {record.getMessage()}")
        if record.name.startswith("bot."):
            self.lines.append(record.getMessage())


@dataclass(frozen=True)
class _Scene:
    """A bot on a Discord, and its log."""

    bot: FootnoteBot
    discord: Loopback
    log: _Log

    async def end(self) -> None:
        """Wait until all that was asked is dealt with."""
        await self.discord.until_answered(await self.discord.ask(QUESTION, _LAST))
        await self.bot.in_progress.finish(120)

    def failures(self, asked: Sequence[int], *, lines: int = 0) -> list[str]:
        """Who got another number of answers than one; as many as `lines` may have got none."""
        times = [len(self.discord.answers_to(number)) for number in asked]
        lost, twice = times.count(0), sum(n > 1 for n in times)
        return [
            *([f"{lost} not answered"] * (lost > lines)),
            *([f"{twice} answered twice"] * (twice > 0)),
            *self.log.tracebacks,
        ]


@asynccontextmanager
async def _scene() -> AsyncIterator[_Scene]:
    discord, log = Loopback(), _Log()
    logging.getLogger().addHandler(log)
    try:
        with tempfile.TemporaryDirectory() as data:
            async with bot_on(discord, Settings(KNOWLEDGE, Path(data))) as bot:
                yield _Scene(bot, discord, log)
    finally:
        logging.getLogger().removeHandler(log)


async def _ask_in_all_ways(discord: Loopback, member: int) -> list[int]:
    """Ask directly, ask by a command, and vote."""
    return [
        await discord.ask(QUESTION, member),
        await discord.command("ask", member, question=QUESTION),
        await discord.click(VOTE, member),
    ]


async def _resume(times: int) -> Outcome:
    luck = chance("resume")
    async with _scene() as scene:
        asked = []
        for number in range(times):
            asked += await _ask_in_all_ways(scene.discord, 1000 + 2 * number)
            await scene.discord.hang_up(again=luck.randrange(4))
            asked += await _ask_in_all_ways(scene.discord, 1001 + 2 * number)
            await scene.discord.until_logins(number + 2)
        await scene.end()
        resumed = scene.discord.logins.count("RESUME")
        return Outcome(
            "Discord: disconnect and resume, events sent again",
            resumed,
            scene.failures(asked),
            f"{len(asked)} questions and votes, each answered once",
        )


async def _identify_again(times: int) -> Outcome:
    async with _scene() as scene:
        asked = []
        for number in range(times):
            # Discord lets a bot identify every five seconds; this one waits for nothing.
            scene.bot.before_identify_hook = _at_once  # type: ignore[method-assign]
            await scene.discord.end_session()
            await scene.discord.until_logins(number + 2)
            asked += await _ask_in_all_ways(scene.discord, 1000 + number)
        await scene.end()
        return Outcome(
            "Discord: invalid session",
            scene.discord.logins.count("IDENTIFY") - 1,
            scene.failures(asked),
            f"{len(asked)} questions and votes after it, each answered once",
        )


async def _at_once(shard_id: int | None, *, initial: bool = False) -> None:
    pass


async def _limit(times: int) -> Outcome:
    luck = chance("limit")
    waits = [luck.choice([0.1, 0.5, 2.0]) for _ in range(times)]
    async with _scene() as scene:
        scene.discord.faults += [Fault(429, seconds=seconds) for seconds in waits]
        asked = [n for m in range(times) for n in await _ask_in_all_ways(scene.discord, 1000 + m)]
        await scene.end()
        return Outcome(
            "Discord: 429 with a wait",
            times,
            scene.failures(asked),
            f"{len(asked)} questions and votes, each answered once; waits up to {max(waits)} s",
        )


async def _fail(times: int) -> Outcome:
    luck = chance("fail")
    async with _scene() as scene:
        for _ in range(times):
            fault = Fault(luck.choice([500, 502]), taken=luck.random() < 0.3)
            scene.discord.faults.append(fault)
        asked = [await scene.discord.ask(QUESTION, 1000 + m) for m in range(times // 2)]
        await scene.end()
        given_up = len(scene.log.lines)
        return Outcome(
            "Discord: bursts of 500 and 502, some with the answer taken",
            times,
            scene.failures(asked, lines=given_up),
            f"{len(asked)} questions, {given_up} given up with a line in the log, none twice",
        )


async def _give_up() -> Outcome:
    """Fail as often as discord.py tries, then no more."""
    async with _scene() as scene:
        scene.discord.faults += [Fault(502)] * _TRIES
        asked = await scene.discord.ask(QUESTION)
        await scene.discord.until(lambda: not scene.discord.faults)
        await scene.end()
        lines = len(scene.log.lines)
        return Outcome(
            "Discord: 502 until discord.py gives up",
            1,
            [*scene.failures([asked], lines=1), *([f"{lines} lines in the log"] * (lines != 1))],
            f"{lines} line in the log, the next question answered",
        )


async def _expire(times: int) -> Outcome:
    async with _scene() as scene:
        for number in range(times):
            scene.discord.faults += [EXPIRED] * 3
            await scene.discord.command("ask", 1000 + number, question=QUESTION)
            await scene.discord.click(VOTE, 1000 + number)
            await scene.discord.type_in("ask", "question", "ferry", 1000 + number)
            await scene.discord.until(lambda: not scene.discord.faults)
        await scene.end()
        known = [scene.bot.members.personal_data(1000 + number) for number in range(times)]
        kept = sum(len(one.votes) for one in known)
        lines = len(scene.log.lines)
        return Outcome(
            "Discord: expired commands, votes and choices",
            3 * times,
            [
                *([f"{kept} of {times} votes kept"] * (kept != times)),
                *([f"{lines} lines in the log, not {2 * times}"] * (lines != 2 * times)),
                *scene.log.tracebacks,
            ],
            f"{kept} votes kept, {lines} lines in the log, no traceback",
        )


async def _flood(times: int) -> Outcome:
    """Ask more than may be in progress while Discord answers nothing."""
    async with _scene() as scene:
        before, flood, most = resident(), in_progress.MOST + 10 * times, in_progress.MOST + 1
        scene.discord.gate.clear()
        asked = [await scene.discord.ask(QUESTION, 1000 + number) for number in range(flood)]
        # Joined again, the bot has heard them all.
        await scene.discord.hang_up()
        await scene.discord.until_logins(2)
        await scene.discord.until(lambda: scene.discord.requests == CONNECTIONS)
        grown = resident() - before
        scene.discord.gate.set()
        await scene.bot.in_progress.finish(120)
        await scene.end()
        return Outcome(
            "Discord: a flood of questions while it answers nothing",
            flood,
            [
                *scene.failures(asked, lines=flood - in_progress.MOST),
                *(
                    [f"more than {in_progress.MOST} in progress"]
                    * (len(scene.discord.posted) > most)
                ),
                *([f"grew by {grown:.0f} MB"] * (grown > GROWTH)),
            ],
            f"{in_progress.MOST} in progress at most, by {scene.discord.most_waiting} connections, "
            f"{grown:.0f} MB; all of them answered then",
        )
