"""A clock that is set back by a day: nobody waits for it, and what is new stays new."""

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.discord.bot import FootnoteBot
from bot.knowledge.facts import fact_key
from bot.members.members import MEMBERS, Members, Vote
from bot.members.misses import NewMiss
from bot.operation.cooldown import Cooldown
from bot.publishing.release import accept, propose, published_edition, rollback

from .live import bot_on
from .loopback import Loopback
from .member_scenes import MEMBER
from .outcome import Outcome
from .processes import run
from .scenes import ARTICLE, FACT, NEW_ANSWER, NOW, QUESTION, Release
from .stage import staged

BEFORE = NOW - dt.timedelta(days=1)


def set_clock_back() -> Iterator[Outcome]:
    """Do at NOW and then again a day before it what depends on the time."""
    checks: tuple[Callable[[], None], ...] = (_release, _vote, _miss, _cooldown, _bot)
    failures = [failure for check in checks if (failure := _failure(check))]
    yield Outcome("clock set back by a day", len(checks), failures)


def _failure(check: Callable[[], None]) -> str:
    return run(lambda _: check()).failure


def _release() -> None:
    with staged(Release) as stage:
        scene = stage.scene
        assert isinstance(scene, Release)
        settings = scene.settings
        proposal = propose(settings, published_edition(settings), {})
        new = accept(settings, proposal, "ann", BEFORE).version
        newest = published_edition(settings)
        assert newest
        assert newest.version == new == scene.new
        assert rollback(settings, "", "bob", BEFORE).version == scene.old


def _vote() -> None:
    with TemporaryDirectory() as folder, closing(Members(Path(folder, MEMBERS))) as members:
        members.vote(Vote(MEMBER, "a", up=True, at=NOW))
        members.vote(Vote(MEMBER, "a", up=False, at=BEFORE, reason="wrong"))
        assert (members.tally("a").up, members.tally("a").down) == (0, 1)
        assert members.confirmed(BEFORE, ()) == {}


def _miss() -> None:
    missed = NewMiss(1, "who is new", "", "declined")
    with TemporaryDirectory() as folder, closing(Members(Path(folder, MEMBERS))) as members:
        members.add_miss(missed, NOW)
        members.add_miss(missed, BEFORE)
        members.expire(BEFORE)
        (miss,) = members.misses(1, BEFORE)
        assert (miss.times, miss.last_seen) == (2, NOW.date())


def _bot() -> None:
    asyncio.run(_drive())


async def _drive() -> None:
    """A running bot answers, takes votes and publishes as before when its clock is set back."""
    discord = Loopback()
    with staged(Release) as stage:
        scene = stage.scene
        assert isinstance(scene, Release)
        async with bot_on(discord, scene.settings) as bot:
            assert NEW_ANSWER not in (await _use(bot, discord, "down"))[-1]
            await bot.reload("ann", confirmed=True)
            _set_clock_back()
            assert NEW_ANSWER in (await _use(bot, discord, "up"))[0]
            with scene.facts.open("a", encoding="utf-8") as facts:
                facts.write("\n<!-- an edit -->\n")
            await bot.reload("ann", confirmed=True)
            assert _newest(scene) == bot.edition.version != scene.new
            await bot.roll_back("", "bob")
            assert _newest(scene) == bot.edition.version == scene.new


def _newest(scene: Release) -> str:
    newest = published_edition(scene.settings)
    assert newest
    return newest.version


async def _use(bot: FootnoteBot, discord: Loopback, way: str) -> list[str]:
    """Ask more often than the pace allows, and vote; what is answered to the questions."""
    vote = await discord.click(f"v1:vote:{way}:{fact_key(f'{ARTICLE}#{FACT}')}", MEMBER)
    await discord.until_answered(vote)
    (kept,) = bot.members.personal_data(MEMBER).votes
    assert kept.up == (way == "up")
    asked = [await discord.command("ask", MEMBER, question=QUESTION) for _ in range(6)]
    return [await discord.until_answered(number) for number in asked]


def _set_clock_back() -> None:
    """Let this process, which is one of its own, take yesterday for today."""

    class Yesterday(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> "Yesterday":
            return cls.fromtimestamp(time.time(), tz) - dt.timedelta(days=1)

    dt.datetime = Yesterday  # type: ignore[misc]


def _cooldown() -> None:
    cooldown = Cooldown(burst=2, seconds=5)
    waits = [cooldown.take(MEMBER, NOW) for _ in range(3)]
    assert waits[-1]
    assert cooldown.take(MEMBER, BEFORE) is None
