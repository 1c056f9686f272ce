"""A bot that shares a database with other processes: what they set and publish holds here too."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from click.testing import Result
from faults.live import bot_on
from faults.loopback import Loopback
from faults.payloads import GUILD
from faults.postgres import Postgres
from releasing import NOW, Publisher
from server import logged

from bot.config import Settings, Shards
from bot.discord.bot import FootnoteBot
from bot.members.members import MEMBERS, AuditEntry, Members
from bot.publishing.edition import fingerprint

OLD, NEW = "says that the ferry left on Monday.", "says that it left on Monday at last."
QUESTION = "When did the new ferry leave?"
LONGEST = 50


@pytest.fixture(params=["file", "server"])
def shared(small: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """A process that has the first of two shards, over one data folder or over one server."""
    settings = Settings(small, tmp_path / "data", shards=Shards(0, 0, 2))
    if request.param == "file":
        return settings
    return replace(settings, database=request.getfixturevalue("postgres").new_place())


@pytest.fixture
def elsewhere(shared: Settings) -> Iterator[Members]:
    """Another process, as far as the database knows."""
    with closing(Members(shared.data / MEMBERS, url=shared.database)) as members:
        yield members


@pytest.fixture
def loopback() -> Loopback:
    return Loopback(shards=2)


@pytest.fixture
async def bot(
    shared: Settings, elsewhere: Members, loopback: Loopback
) -> AsyncIterator[FootnoteBot]:
    """A bot that has announced what it started with."""
    async with bot_on(loopback, shared) as bot:
        await until(lambda: elsewhere.announcements.announced() == bot.edition.source)
        yield bot


async def until(come: Callable[[], bool]) -> None:
    """Wait until something is so, which another thread or process brings about."""
    async with asyncio.timeout(LONGEST):
        while not await asyncio.to_thread(come):
            pass


async def until_plain(bot: FootnoteBot, elsewhere: Members) -> None:
    """Set something in another process, and wait until that holds here."""
    elsewhere.change_settings(GUILD, lambda s: replace(s, plain=True))
    async with asyncio.timeout(LONGEST):
        while not (await bot.guild_settings(GUILD)).plain:
            await asyncio.to_thread(elsewhere.settings, GUILD)


@pytest.fixture
def environment(shared: Settings, environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The environment of the other process; with a server, it may be on another machine."""
    data = tmp_path / "other data" if shared.database else shared.data
    return environment | {
        "FOOTNOTE_DATA": str(data),
        "FOOTNOTE_DATABASE_URL": shared.database,
        "FOOTNOTE_SHARDS": "1-1/2",
        "FOOTNOTE_EDITING_GUILDS": str(GUILD),
    }


async def test_settings_that_another_process_changes_hold_here(
    bot: FootnoteBot, elsewhere: Members
) -> None:
    assert not (await bot.guild_settings(GUILD)).plain
    await until_plain(bot, elsewhere)


async def test_what_another_process_publishes_answers_here(
    bot: FootnoteBot, shared: Settings, loopback: Loopback, cli: Callable[..., Result]
) -> None:
    await asyncio.to_thread(cli, "reload")
    Publisher(shared).edit(OLD, NEW)
    for command, answer in (("reload", NEW), ("rollback", OLD)):
        result = await asyncio.to_thread(cli, command)
        assert "All processes that are running take it over." in result.output
        await until(lambda: bot.edition.version == fingerprint(shared.knowledge))
        assert answer in await loopback.until_answered(await loopback.ask(QUESTION))


async def test_what_is_published_here_is_announced(
    bot: FootnoteBot, shared: Settings, elsewhere: Members
) -> None:
    Publisher(shared).edit(OLD, NEW)
    async with bot.editing:
        await bot.reload("ann")
    await until(lambda: elsewhere.announcements.announced() == bot.edition.source)


@pytest.mark.parametrize("shared", ["server"], indirect=True)
async def test_who_is_forgotten_elsewhere_is_dropped_from_the_history_here(
    bot: FootnoteBot, shared: Settings, elsewhere: Members
) -> None:
    for user, old, new in ((7, OLD, NEW), (8, NEW, OLD)):
        elsewhere.add_audit_entry(AuditEntry(user, NOW, "/facts reload", GUILD))
        Publisher(shared).edit(old, new)
        async with bot.editing:
            await bot.reload(str(user), confirmed=True)
    elsewhere.forget(7)
    history = Publisher(shared).history
    await until(lambda: "7" not in {state.by for state in history.states()})
    assert "8" in {state.by for state in history.states()}


async def test_what_is_not_in_the_folder_is_told_once_and_the_bot_goes_on(
    bot: FootnoteBot, elsewhere: Members, loopback: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    before = bot.edition
    for version in ("of the other", "of the other", before.source, "of a third"):
        elsewhere.announcements.announce(version)
    await until(lambda: "of a third" in caplog.text)
    lines = [record.getMessage() for record in logged(caplog)]
    assert len(lines) == len({*lines})
    assert all("does not answer here. Version of " in line for line in lines)
    assert bot.edition is before
    assert OLD in await loopback.until_answered(await loopback.ask(QUESTION))


@pytest.mark.parametrize("shared", ["server"], indirect=True)
async def test_without_the_server_answers_go_on_and_votes_are_told_to_try_again(
    bot: FootnoteBot, elsewhere: Members, postgres: Postgres, loopback: Loopback
) -> None:
    assert not (await bot.guild_settings(GUILD)).plain
    key, fact = next(iter(bot.edition.facts_by_key.items()))
    vote = f"v1:vote:up:{key}"
    assert "Thank" in await loopback.until_answered(await loopback.click(vote))
    postgres.stop()
    try:
        for _ in range(3):
            assert OLD in await loopback.until_answered(await loopback.ask(QUESTION))
            text = await loopback.until_answered(await loopback.click(vote, member=101))
            assert "Please try again in a minute." in text
    finally:
        postgres.start()
    voters = count(1000)
    async with asyncio.timeout(LONGEST):
        said = ""
        while "Thank" not in said:
            said = await loopback.until_answered(await loopback.click(vote, next(voters)))
    assert elsewhere.tally(fact.id).up == 2
    await until_plain(bot, elsewhere)
