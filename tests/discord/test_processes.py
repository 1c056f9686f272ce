"""Two processes, each with half of the shards, against one Discord.

They share a data folder, as on one machine, or a PostgreSQL server and nothing but the knowledge.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from signal import SIGKILL

import pytest
from faults.live import stand_in
from faults.loopback import Loopback, shard_of
from faults.payloads import GUILD, channel_id
from faults.postgres import PASSWORD, Postgres
from forked import Forked, forked
from releasing import Publisher

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
    logs: list[str] = field(default_factory=list)
    """What the processes logged that have ended."""

    def settings(self, shards: Shards) -> Settings:
        """The settings of a process."""
        data = self.data / str(shards.first) if self.database else self.data
        return Settings(self.knowledge, data, shards=shards, database=self.database)

    def guilds(self, shards: Shards) -> list[int]:
        """The servers that a process has."""
        return [guild for guild in self.discord.guilds if shards.have(guild)]

    @asynccontextmanager
    async def process(self, shards: Shards) -> AsyncIterator[Forked]:
        """Run a process until the block ends."""
        async with self._forked(shards, "run") as process:
            yield process
        self.logs.append((await process.output.read()).decode())

    async def reload(self, shards: Shards) -> None:
        """Publish the knowledge folder, where a process runs."""
        async with self._forked(shards, "reload") as process:
            assert await process.ended() == 0

    def _forked(self, shards: Shards, command: str) -> AbstractAsyncContextManager[Forked]:
        settings = self.settings(shards)
        return forked(
            self.discord.address,
            settings,
            command,
            FOOTNOTE_DATABASE_URL=settings.database,
            FOOTNOTE_SHARDS=str(shards),
            FOOTNOTE_EDITING_GUILDS=str(GUILD),
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
        first.send_signal(SIGKILL)
        await first.ended()
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
    log = "".join(place.logs)
    assert log.count("The PostgreSQL server does not answer; `footnote doctor` tells why.") == 2
    assert log.count("The PostgreSQL server answers again.") == 2
    assert PASSWORD not in log
