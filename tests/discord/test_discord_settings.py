"""`/settings`, as moderators use it and as members don't get it."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import discord
import pytest
from server import Server, texts

from bot.discord.bot import FootnoteBot
from bot.members.members import Members
from bot.members.misses import NewMiss
from bot.members.settings import GuildSettings
from bot.publishing.edition import publish


def stored(server: Server) -> GuildSettings:
    """What is on the disk, read by another program."""
    with closing(Members(server.bot.settings.data / "members.db")) as members:
        return members.settings(server.guild.id)


async def run_settings(server: Server, command: str, **options: object) -> list[str]:
    """What the admin alone is told."""
    result = await server.admin.slash(server.channel, f"settings {command}", **options)
    assert result.ephemeral
    return texts(result.response.message)


async def test_an_ask_channel_without_the_intent_says_what_is_missing_and_how_to_get_it(
    server: Server,
) -> None:
    said, missing = await run_settings(server, "ask-channel", channel=server.channel, enabled=True)
    assert said.startswith(f"In <#{server.channel.id}> I now answer")
    assert "`FOOTNOTE_MESSAGE_CONTENT=1`" in missing
    assert "`.env`" in missing
    assert "developer portal" in missing
    assert stored(server).ask_channels == (server.channel.id,)
    assert (await run_settings(server, "show"))[-1] == missing


async def test_an_ask_channel_with_the_intent_is_simply_on(server: Server) -> None:
    settings = replace(server.bot.settings, message_content=True)
    edition = publish(settings.knowledge, settings.data)
    await server.env.restart_bot(FootnoteBot(settings, edition, server.bot.members))
    assert len(await run_settings(server, "ask-channel", channel=server.channel, enabled=True)) == 1
    shown = await run_settings(server, "show")
    assert shown[0] == f"**Ask channels:** <#{server.channel.id}>"
    assert len(shown) == 6


async def test_an_ask_channel_where_the_bot_may_not_speak_says_so(server: Server) -> None:
    mute = {server.guild.me: discord.PermissionOverwrite(send_messages=False)}
    closed = server.guild.create_text_channel("closed", overwrites=mute)
    *_, missing = await run_settings(server, "ask-channel", channel=closed, enabled=True)
    assert f"I can't answer in <#{closed.id}>." in missing


async def test_an_ask_channel_can_be_switched_off(server: Server) -> None:
    await run_settings(server, "ask-channel", channel=server.channel, enabled=True)
    said = await run_settings(server, "ask-channel", channel=server.channel, enabled=False)
    assert said == [f"In <#{server.channel.id}> I answer only when I am mentioned."]
    assert stored(server).ask_channels == ()


async def test_plain_text_is_switched_on_and_off(server: Server) -> None:
    assert await run_settings(server, "plain", enabled=True) == ["Answers here are now plain text."]
    assert stored(server).plain
    await run_settings(server, "plain", enabled=False)
    assert not stored(server).plain


async def test_keeping_the_text_of_misses_says_what_it_means(server: Server) -> None:
    (said,) = await run_settings(server, "misses", enabled=True, days=30)
    assert "never keep who asked" in said
    assert "30 days" in said
    assert stored(server).misses
    assert stored(server).miss_days == 30


async def test_keeping_no_text_any_more_deletes_what_was_kept(server: Server) -> None:
    await run_settings(server, "misses", enabled=True)
    now, members = discord.utils.utcnow(), server.bot.members
    members.add_miss(NewMiss(server.guild.id, "who is the captain", "", "declined"), now)
    (said,) = await run_settings(server, "misses", enabled=False)
    assert "deleted now" in said
    assert [miss.question for miss in members.misses(server.guild.id, now)] == [""]


async def test_days_stay_as_they_are_unless_given(server: Server) -> None:
    await run_settings(server, "misses", enabled=True, days=30)
    await run_settings(server, "misses", enabled=False)
    assert stored(server).miss_days == 30


async def test_corrections_are_set_by_days_and_none_switches_them_off(server: Server) -> None:
    (said,) = await run_settings(server, "corrections", days=30)
    assert "30 days" in said
    assert stored(server).corrections == 30
    await run_settings(server, "corrections", days=0)
    assert stored(server).corrections == 0
    assert "**Corrections:** off" in await run_settings(server, "show")


async def test_a_role_for_editors_says_where_discord_must_offer_it_the_command(
    server: Server,
) -> None:
    role = server.guild.create_role("librarians")
    (said,) = await run_settings(server, "editors", role=role)
    assert f"<@&{role.id}>" in said
    assert "Integrations" in said
    assert stored(server).editors == role.id
    assert f"<@&{role.id}>" in (await run_settings(server, "show"))[-1]


async def test_no_role_clears_the_editors(server: Server) -> None:
    await run_settings(server, "editors", role=server.guild.create_role("librarians"))
    await run_settings(server, "editors")
    assert stored(server).editors is None
    assert (await run_settings(server, "show"))[-1].endswith("nobody")


async def test_everyone_can_t_be_the_editors(server: Server) -> None:
    (said,) = await run_settings(server, "editors", role=server.guild.default_role)
    assert said.startswith("That would let everybody change the facts.")
    assert stored(server).editors is None


async def test_settings_survive_a_restart(
    server: Server, new_bot: Callable[[], FootnoteBot]
) -> None:
    await run_settings(server, "plain", enabled=True)
    await server.env.restart_bot(new_bot())
    assert "**Plain text:** on" in await run_settings(server, "show")


async def test_every_change_is_in_the_audit_list(server: Server) -> None:
    await run_settings(server, "plain", enabled=True)
    await run_settings(server, "show")
    await run_settings(server, "ask-channel", channel=server.channel, enabled=True)
    changes = server.bot.members.audit_list(server.guild.id)
    assert [change.what for change in changes] == [
        "/settings ask-channel channel:#general enabled:True",
        "/settings plain enabled:True",
    ]
    assert {change.user for change in changes} == {server.admin.id}


@pytest.mark.parametrize("command", ["show", "plain", "editors"])
async def test_a_member_is_refused_whatever_discord_was_told(server: Server, command: str) -> None:
    """The role for editors does not help either: it is about facts."""
    role = server.guild.create_role("librarians")
    await run_settings(server, "editors", role=role)
    bob = server.guild.add_member(server.env.create_user("bob"), roles=[role])
    commands = await server.bot.tree.fetch_commands()
    settings = next(command for command in commands if command.name == "settings")
    server.guild.set_command_permissions(settings, {server.alice: True, role: True})
    options = {"enabled": True} if command == "plain" else {}
    for member in (server.alice, bob):
        result = await member.slash(server.channel, f"settings {command}", **options)
        assert texts(result.response.message) == ["You need the permission Manage Server for this."]
        assert result.ephemeral
    assert stored(server) == GuildSettings(editors=role.id)
    assert len(server.env.errors) == 2


async def test_a_member_is_not_offered_them(server: Server) -> None:
    offered = server.alice.available_commands(server.channel)
    assert not any(command.startswith("settings") for command in offered)
    assert "settings show" in server.admin.available_commands(server.channel)
    assert "settings show" not in server.admin.user.available_commands()
