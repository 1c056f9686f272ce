"""Several shards in one process: each has its part of the servers, and fails by itself."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import discord
import pytest
from faults.live import bot_on
from faults.loopback import Loopback
from faults.payloads import channel_id

from bot.config import Settings, Shards
from bot.discord import gateway
from bot.discord.bot import FootnoteBot

QUESTION = "What do the islanders want by May?"
ANSWER = "The islanders want a second ferry by May."


@pytest.fixture
def loopback() -> Loopback:
    return Loopback(shards=2, guilds=4)


@pytest.fixture
async def bot(
    loopback: Loopback, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FootnoteBot]:
    """A bot with two shards, which try again without a wait."""
    monkeypatch.setattr(gateway, "FIRST_WAIT", 0.0)
    async with bot_on(loopback, settings) as bot:
        await loopback.until_logins(2)
        yield bot


async def ask_in(loopback: Loopback, guild: int) -> int:
    """Ask in a server that has not asked before, so that nobody has to wait."""
    return await loopback.ask(QUESTION, member=1000 + guild, channel=channel_id(guild))


@pytest.mark.usefixtures("bot")
async def test_the_servers_of_all_shards_are_answered_once(loopback: Loopback) -> None:
    assert sorted(loopback.identified) == [0, 1]
    asked = [await ask_in(loopback, guild) for guild in loopback.guilds]
    asked += [await loopback.ask(QUESTION), await loopback.command("ask", question=QUESTION)]
    for number in asked:
        assert ANSWER in await loopback.until_answered(number)
    assert len(loopback.posted) == len(asked)


async def test_a_shard_that_is_away_holds_up_no_other(bot: FootnoteBot, loopback: Loopback) -> None:
    await bot.wait_until_ready()
    await loopback.shut_out(1)
    first, second, *_ = loopback.guilds
    missed = await ask_in(loopback, second)
    assert ANSWER in await loopback.until_answered(await ask_in(loopback, first))
    assert bot.connection.up == {0}
    assert not loopback.answers_to(missed)
    loopback.let_in(1)
    assert ANSWER in await loopback.until_answered(missed)
    assert loopback.logins == ["IDENTIFY", "IDENTIFY", "RESUME"]


@pytest.mark.usefixtures("identifies_at_once")
async def test_a_frame_that_is_none_begins_only_its_shard_again(loopback: Loopback) -> None:
    await loopback.garble(shard=1)
    await loopback.until_logins(3)
    assert loopback.identified[2:] == [1]
    for guild in loopback.guilds:
        assert ANSWER in await loopback.until_answered(await ask_in(loopback, guild))


async def test_if_its_shards_become_too_few_the_bot_ends(settings: Settings) -> None:
    loopback = Loopback(guilds=4)
    loopback.most = 3
    with pytest.raises(discord.ConnectionClosed, match="4011"):
        async with bot_on(loopback, settings):
            pass


async def test_it_tells_if_discord_advises_more_shards(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with bot_on(Loopback(shards=4), replace(settings, shards=Shards(0, 1, 2))):
        pass
    (line,) = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    assert line == "Discord advises 4 shards, not 2 as set."


async def test_it_waits_until_discord_lets_sessions_start(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    loopback = Loopback(shards=2)
    loopback.sessions, loopback.reset_after = 1, 0.01
    async with bot_on(loopback, settings):
        await loopback.until_logins(2)
    (line,) = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    assert line == "Discord lets no more sessions start today; waiting 0 s."
