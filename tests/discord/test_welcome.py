"""What the bot says to a server that it joins."""

from dataclasses import replace

import discord
import pytest
from server import Server
from simcord.backend import serializers

from bot.config import Settings


async def join(server: Server, channel: int | None) -> None:
    """Let the bot leave the server and join it again; `channel` is there for such news."""
    backend = server.env.backend
    record = backend.get_guild(server.guild.id)
    record.system_channel_id = channel
    backend.emit("GUILD_DELETE", {"id": str(record.id)})
    payload = dict(serializers.guild_create_payload(backend, record))
    # That it is there again after an outage would be no joining.
    payload.pop("unavailable", None)
    backend.emit("GUILD_CREATE", payload)
    await server.env.settle()


async def test_it_introduces_itself_with_three_commands(server: Server) -> None:
    await join(server, server.channel.id)
    ((about, editing),) = server.said()
    assert "New Ferry Reaches The Islands" in about
    assert all(command in about for command in ("/ask", "/browse", "/help"))
    assert editing.startswith("Members who manage this server edit the facts")


async def test_a_server_that_may_not_change_the_facts_is_told_so(server: Server) -> None:
    server.bot.settings = replace(server.bot.settings, editing_guilds=frozenset({1}))
    await join(server, server.channel.id)
    ((_, editing),) = server.said()
    assert editing.startswith("The facts can't be edited from this server.")


async def test_without_a_channel_for_it_nothing_is_said(server: Server) -> None:
    await join(server, None)
    assert server.said() == []


@pytest.mark.parametrize("right", ["view_channel", "send_messages"])
async def test_if_it_may_not_speak_it_does_not_try(server: Server, right: str) -> None:
    mute = {server.guild.me: discord.PermissionOverwrite(**{right: False})}
    quiet = server.guild.create_text_channel("quiet", overwrites=mute)
    await join(server, quiet.id)
    assert server.requests("POST", "/messages") == []


class TestABotThatHearsAll:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, message_content=True)

    async def test_it_speaks_of_ask_channels(self, server: Server) -> None:
        await join(server, server.channel.id)
        ((_, _, ask_channels),) = server.said()
        assert "without a mention" in ask_channels
