"""From which servers the facts can be changed, and what others get."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest
from server import Server, fill, shown
from simcord.results import InteractionResult

from bot.discord.errors import NotEditingServer

REFUSED = "The facts can't be changed from this server."
FACT = "What do the islanders want by May?"


def check_refused(server: Server, result: InteractionResult) -> None:
    assert shown(result)[0].startswith(REFUSED)
    assert result.ephemeral
    assert {type(error) for error in server.env.errors} == {NotEditingServer}


class Stranger:
    """A second server that has the bot, and who manages it."""

    def __init__(self, server: Server) -> None:
        self.guild: Any = server.env.create_guild("Elsewhere")
        self.channel: Any = self.guild.create_text_channel("general")
        rights = discord.Permissions(manage_guild=True)
        role = self.guild.create_role("rulers", permissions=rights)
        user = server.env.create_user("mallory")
        self.admin: Any = self.guild.add_member(user, roles=[role])


def name_servers(server: Server, *guilds: int) -> None:
    server.bot.settings = replace(server.bot.settings, editing_guilds=frozenset(guilds))


COMMANDS = [
    ("facts add", {}),
    ("facts edit", {"fact": FACT}),
    ("facts reload", {}),
    ("facts reload", {"dry_run": True}),
    ("facts rollback", {"version": "0123456789ab"}),
]


@pytest.mark.parametrize(("command", "given"), COMMANDS)
@pytest.mark.parametrize("named", [True, False])
async def test_a_stranger_changes_nothing(
    server: Server, small: Path, command: str, given: dict[str, Any], *, named: bool
) -> None:
    stranger = Stranger(server)
    if named:
        name_servers(server, server.guild.id)
    with (small / "ferry" / "facts.md").open("a", encoding="utf-8") as file:
        file.write("\n<!-- an edit that nobody has published -->\n")
    before = server.bot.edition
    result = await stranger.admin.slash(stranger.channel, command, **given)
    check_refused(server, result)
    assert server.bot.edition is before


async def test_the_servers_that_the_owner_named_may(server: Server) -> None:
    stranger = Stranger(server)
    name_servers(server, server.guild.id, stranger.guild.id)
    result = await stranger.admin.slash(stranger.channel, "facts reload")
    assert shown(result)[0] == "No question changed."


async def test_if_others_are_named_the_only_server_may_not(server: Server) -> None:
    name_servers(server, 10**17)
    result = await server.admin.slash(server.channel, "facts reload")
    check_refused(server, result)


async def test_a_form_that_was_open_when_the_bot_was_invited_elsewhere_is_refused(
    server: Server, small: Path
) -> None:
    file = small / "ferry" / "facts.md"
    before = file.read_bytes()
    opened = await server.admin.slash(server.channel, "facts edit", fact=FACT)
    Stranger(server)
    result = await fill(server.admin, opened, answer="They want nothing.")
    check_refused(server, result)
    assert file.read_bytes() == before


async def test_a_stranger_may_look_and_sees_changes_made_elsewhere(server: Server) -> None:
    stranger = Stranger(server)
    name_servers(server, server.guild.id)
    opened = await server.admin.slash(server.channel, "facts edit", fact=FACT)
    await fill(server.admin, opened, answer="They want one more by May.")
    await server.admin.slash(server.channel, "settings plain", enabled=True)
    said = "\n".join(shown(await stranger.admin.slash(stranger.channel, "facts audit")))
    assert "They want one more by May." in said
    assert "/settings" not in said


async def test_in_several_servers_the_owner_may(server: Server) -> None:
    stranger = Stranger(server)
    about = server.bot.application
    assert about
    about.owner = await server.bot.fetch_user(stranger.admin.id)
    result = await stranger.admin.slash(stranger.channel, "facts reload")
    assert shown(result)[0] == "No question changed."
    result = await server.admin.slash(server.channel, "facts reload")
    check_refused(server, result)
