"""Two processes, each with half of the shards, against one Discord.

They share a data folder, as on one machine, or a PostgreSQL server and nothing but the knowledge.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from faults.live import ended, stand_in
from faults.loopback import Loopback, shard_of
from faults.payloads import GUILD, channel_id
from faults.postgres import PASSWORD, Postgres
from places import ROOT
from releasing import Publisher
from test_run import START, TOKEN

from bot.config import Settings, Shards
from bot.knowledge.facts import fact_key
from bot.operation.running import Finding, examine_running

QUESTION = "What do the islanders want by May?"
ANSWER = "The islanders want a second ferry by May."
NEW_ANSWER = "The islanders want a second one by May."
VOTE = f"v1:vote:up:{fact_key('ferry#what-do-the-islanders-want-by-may')}"
SHARES = (Shards(0, 1, 4), Shards(2, 3, 4))


@dataclass(frozen=True)
class Place:
    """A Discord, the folders of the processes, and what they are called with."""

    discord: Loopback
    knowledge: Path
    data: Path
    database: str = ""

    @property
    def log(self) -> Path:
        """What all processes log."""
        return self.knowledge.parent / "log"

    def settings(self, shards: Shards) -> Settings:
        """The settings of a process."""
        data = self.data / str(shards.first) if self.database else self.data
        return Settings(self.knowledge, data, shards=shards, database=self.database)

    def guilds(self, shards: Shards) -> list[int]:
        """The servers that a process has."""
        return [guild for guild in self.discord.guilds if shards.have(guild)]

    @asynccontextmanager
    async def process(self, shards: Shards) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run a process until the block ends."""
        async with ended(await self._footnote(shards, "run")) as process:
            yield process

    async def reload(self, shards: Shards) -> None:
        """Publish the knowledge folder, where a process runs."""
        assert await (await self._footnote(shards, "reload")).wait() == 0

    async def _footnote(self, shards: Shards, command: str) -> asyncio.subprocess.Process:
        settings = self.settings(shards)
        environment = {
            "DISCORD_TOKEN": TOKEN,
            "FOOTNOTE_KNOWLEDGE": str(self.knowledge),
            "FOOTNOTE_DATA": str(settings.data),
            "FOOTNOTE_DATABASE_URL": settings.database,
            "FOOTNOTE_SHARDS": str(shards),
            "FOOTNOTE_EDITING_GUILDS": str(GUILD),
            "PYTHONPATH": str(ROOT),
        }
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", START, self.discord.address, command),
                cwd=self.knowledge.parent,
                env=os.environ | environment,
                stderr=log,
            )

    async def answer(self, guild: int, member: int) -> str:
        """What a member is answered in a server."""
        asked = await self.discord.ask(QUESTION, member, channel_id(guild))
        return await self.discord.until_answered(asked)

    async def vote(self, guild: int, member: int) -> str:
        """What a member is told who votes in a server."""
        return await self.discord.until_answered(await self.discord.click(VOTE, member, guild))

    async def known(self, guild: int, member: int) -> str:
        """What a member is told to be kept about them."""
        asked = await self.discord.command("privacy show", member, guild)
        return await self.discord.until_answered(asked)

    async def finding(self, shards: Shards, text: str) -> Finding:
        """What the doctor finds of a process, as soon as it holds `text`."""
        while text not in (finding := await self._look(self.settings(shards))).text:
            pass
        return finding

    async def _look(self, settings: Settings) -> Finding:
        return await asyncio.to_thread(examine_running, settings, datetime.now(UTC))


@pytest.fixture(params=["file", "server"])
async def place(
    small: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Place]:
    discord = Loopback(shards=4, guilds=8)
    with_server = request.param == "server"
    database = request.getfixturevalue("postgres").new_place() if with_server else ""
    async with asyncio.timeout(60), stand_in(discord.app()) as discord.address:
        yield Place(discord, small, tmp_path / "data", database)


async def test_each_server_is_answered_once_and_discord_told_the_commands_once(
    place: Place,
) -> None:
    """They may begin at the same time, though both would make the same databases."""
    async with place.process(SHARES[0]), place.process(SHARES[1]):
        await place.discord.until_logins(4)
        for guild in place.discord.guilds:
            assert ANSWER in await place.answer(guild, 100 + shard_of(guild, 4))
        assert ANSWER in await place.discord.until_answered(await place.discord.ask(QUESTION, 99))
    assert len(place.discord.posted) == len(place.discord.guilds) + 1
    assert sorted(place.discord.identified) == [0, 1, 2, 3]
    assert place.discord.told == 1


async def test_what_is_acknowledged_here_is_known_there_and_outlives_a_kill(place: Place) -> None:
    here, there = (place.guilds(shards)[0] for shards in SHARES)
    async with place.process(SHARES[0]) as first, place.process(SHARES[1]):
        await place.discord.until_logins(4)
        assert "👍" not in await place.known(there, 1)
        for member in range(10):
            await place.vote(here, member)
        first.kill()
        await first.wait()
        for member in range(10):
            assert "👍 What do the islanders want" in await place.known(there, member)
        assert ANSWER in await place.answer(there, 100)
        async with place.process(SHARES[0]):
            await place.discord.until_logins(6)
            assert ANSWER in await place.answer(here, 100)


async def test_the_doctor_tells_which_shard_is_away(place: Place) -> None:
    async with place.process(SHARES[0]), place.process(SHARES[1]):
        await place.discord.until_logins(4)
        for shards in SHARES:
            assert (await place.finding(shards, "connected; ")).ok
        await place.discord.shut_out(3)
        assert not (await place.finding(SHARES[1], "not connected to Discord by shard 3.")).ok
        assert (await place.finding(SHARES[0], "connected; ")).ok
        place.discord.let_in(3)
        assert (await place.finding(SHARES[1], "connected; ")).ok


async def test_what_is_published_here_answers_there(place: Place) -> None:
    there, members = place.guilds(SHARES[1])[0], count(100)
    async with place.process(SHARES[0]), place.process(SHARES[1]):
        await place.discord.until_logins(4)
        assert ANSWER in await place.answer(there, next(members))
        Publisher(place.settings(SHARES[0])).edit(ANSWER, NEW_ANSWER)
        await place.reload(SHARES[0])
        while NEW_ANSWER not in await place.answer(there, next(members)):
            pass


@pytest.mark.parametrize("place", ["server"], indirect=True)
async def test_without_the_server_all_answer_and_votes_are_told_to_try_again(
    place: Place, postgres: Postgres
) -> None:
    guilds, members = [place.guilds(shards)[0] for shards in SHARES], count(100)
    async with place.process(SHARES[0]), place.process(SHARES[1]):
        await place.discord.until_logins(4)
        for guild in guilds:
            assert "Thank" in await place.vote(guild, next(members))
            assert ANSWER in await place.answer(guild, next(members))
        postgres.stop()
        try:
            for guild in 2 * guilds:
                assert "Please try again in a minute." in await place.vote(guild, next(members))
                assert ANSWER in await place.answer(guild, next(members))
        finally:
            postgres.start()
        for guild in guilds:
            while "Thank" not in await place.vote(guild, next(members)):
                pass
    log = place.log.read_text()
    assert log.count("The PostgreSQL server does not answer; `footnote doctor` tells why.") == 2
    assert log.count("The PostgreSQL server answers again.") == 2
    assert PASSWORD not in log
