"""Asking in every kind of channel in which members write, besides plain text channels."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from faults.live import bot_on
from faults.loopback import Loopback
from faults.payloads import GUILD, asked, channel, channel_id, post
from server import ANSWER, QUESTION, Server, shown, texts

from bot.config import Settings
from bot.discord.bot import FootnoteBot

KINDS = ("news", "voice", "stage")

FORUM, MEDIA = 15, 16
PLACE, POST = channel_id(GUILD, 100), channel_id(GUILD, 101)


@pytest.fixture
def settings(small: Path, tmp_path: Path) -> Settings:
    return Settings(small, tmp_path / "data", message_content=True)


def made(server: Server, kind: str) -> Any:
    return getattr(server.guild, f"create_{kind}_channel")("place")


@pytest.mark.parametrize("kind", KINDS)
class TestKinds:
    async def test_a_mention_and_a_command_are_answered(self, server: Server, kind: str) -> None:
        place = made(server, kind)
        await server.alice.send(place, f"{server.mention} {QUESTION}")
        assert texts(place.last_message) == ANSWER
        assert shown(await server.alice.slash(place, "ask", question=QUESTION))[1:] == ANSWER

    async def test_it_can_be_an_ask_channel(self, server: Server, kind: str) -> None:
        place = made(server, kind)
        result = await server.admin.slash(
            server.channel, "settings ask-channel", channel=place, enabled=True
        )
        assert len(shown(result)) == 1
        await server.alice.send(place, QUESTION)
        assert texts(place.last_message) == ANSWER

    async def test_a_thread_is_opened_if_there_can_be_one(self, server: Server, kind: str) -> None:
        await server.admin.slash(server.channel, "settings threads", enabled=True)
        place = made(server, kind)
        await server.alice.send(place, f"{server.mention} {QUESTION}")
        (answer_in,) = place.threads if kind == "news" else [place]
        assert texts(answer_in.last_message) == ANSWER


async def test_a_voice_channel_that_the_bot_may_not_join_is_told(server: Server) -> None:
    """Discord shows its messages only to who may."""
    place = made(server, "voice")
    known: Any = server.bot.get_channel(place.id)
    await known.set_permissions(known.guild.me, connect=False)
    result = await server.admin.slash(
        server.channel, "settings ask-channel", channel=place, enabled=True
    )
    assert "What is missing" in "\n".join(shown(result))


class TestUnseenBySimCord:
    """Media channels, and threads that discord.py was not told of."""

    @pytest.fixture
    def loopback(self) -> Loopback:
        return Loopback()

    @pytest.fixture(autouse=True)
    async def bot(self, loopback: Loopback, settings: Settings) -> AsyncIterator[FootnoteBot]:
        async with bot_on(loopback, settings) as bot:
            yield bot

    @pytest.mark.parametrize("kind", [FORUM, MEDIA])
    async def test_a_post_is_asked_with_its_title(self, loopback: Loopback, kind: int) -> None:
        await loopback.dispatch("CHANNEL_CREATE", {**channel(PLACE, kind), "guild_id": str(GUILD)})
        await loopback.dispatch("THREAD_CREATE", post(POST, PLACE, "What do the islanders"))
        await loopback.dispatch("MESSAGE_CREATE", asked(POST, "want by May?", 100, POST))
        assert (await loopback.until_answered(POST)).startswith(ANSWER[0])

    async def test_a_thread_that_was_asleep_is_answered(self, loopback: Loopback) -> None:
        """Discord tells of active threads alone, and so its permissions are unknown."""
        question = await loopback.ask(QUESTION, channel=POST)
        assert (await loopback.until_answered(question)).startswith(ANSWER[0])
