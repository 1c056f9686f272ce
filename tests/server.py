"""A simulated Discord server with the bot in it, for the tests that drive it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from simcord.results import InteractionResult

from bot.discord.bot import FootnoteBot
from bot.wording import DEFAULT, wordings

QUESTION = "What do the islanders want by May?"
ANSWER = [
    "The islanders want a second ferry by May.",
    "> **[1]** They want a second one by May.\n> -# — the islanders · The Harbour Post, ¶ 2",
]
HEADED = [f"**{QUESTION}**", *ANSWER]
"""The answer if the question does not stand above it."""
NOTHING_ASKED = wordings()[DEFAULT]("reply.nothing_asked")
APOLOGY = "Something went wrong on my side. It has been logged; please try again later."
COMMAND_CHANGED = "This command has changed. Please try again in a minute."


@dataclass(frozen=True)
class Server:
    """A Discord server with the bot, a channel, a member and an admin."""

    env: simcord.Env
    guild: Any
    channel: Any
    alice: Any
    admin: Any

    @property
    def bot(self) -> FootnoteBot:
        assert isinstance(self.env.bot, FootnoteBot)
        return self.env.bot

    @property
    def mention(self) -> str:
        return str(self.guild.me.mention)

    def said(self) -> list[list[str]]:
        """The texts of each message of the bot in the channel."""
        history = self.channel.history()
        return [texts(message) for message in history if message.author.id == self.guild.me.id]

    def requests(self, method: str, path: str) -> list[Any]:
        log = self.env.http_requests
        return [entry.json for entry in log if entry.method == method and path in entry.path]


async def answered(server: Server) -> discord.Message:
    """The bot's answer to a mention."""
    await server.alice.send(server.channel, f"{server.mention} {QUESTION}")
    message: discord.Message = server.channel.last_message
    return message


def texts(message: discord.Message) -> list[str]:
    return [
        item.content
        for item in discord.ui.LayoutView.from_message(message).walk_children()
        if isinstance(item, discord.ui.TextDisplay)
    ]


def shown(result: InteractionResult) -> list[str]:
    """The texts of the message that answered an interaction, as it is now."""
    assert result.response
    return texts(result.response.message)


def filled(opened: InteractionResult) -> dict[str, str]:
    """What a form holds when it opens, by the custom ids of its fields."""
    return {field["custom_id"]: _held(field) for field in _fields(opened)}


async def fill(member: Any, opened: InteractionResult, **values: str) -> InteractionResult:
    """Send a form as it opened, but for `values`."""
    typed = filled(opened) | values
    menus = {field["custom_id"] for field in _fields(opened) if "options" in field}
    sent = {name: [value] if name in menus else value for name, value in typed.items()}
    result: InteractionResult = await member.submit_modal(opened, sent)
    return result


def _fields(opened: InteractionResult) -> list[dict[str, Any]]:
    assert opened.modal
    return [label["component"] for label in opened.modal["components"]]


def _held(field: dict[str, Any]) -> str:
    chosen = (option["value"] for option in field.get("options", []) if option.get("default"))
    return field.get("value") or next(chosen, "")


def buttons(result: InteractionResult) -> dict[str | None, bool]:
    """The labels of the buttons of that message, and which of them can be clicked."""
    assert result.response
    return buttons_of(result.response.message)


def buttons_of(message: discord.Message) -> dict[str | None, bool]:
    """The same of a message."""
    items = discord.ui.LayoutView.from_message(message).walk_children()
    return {i.label: not i.disabled for i in items if isinstance(i, discord.ui.Button)}


async def turned(server: Server, result: InteractionResult) -> list[list[str]]:
    """The texts of the page that alice sees and of all behind it, clicked one by one."""
    pages = [shown(result)]
    while buttons(result).get("Next"):
        # At leisure: floods of clicks are stopped.
        await server.env.advance_time(10)
        await server.alice.click(result.response, label="Next")
        pages.append(shown(result))
    return pages


def options(result: InteractionResult) -> list[discord.SelectOption]:
    """What the menu of that message offers."""
    assert result.response
    return options_of(result.response.message)


def options_of(message: discord.Message) -> list[discord.SelectOption]:
    """The same of a message."""
    items = discord.ui.LayoutView.from_message(message).walk_children()
    return [
        option for item in items if isinstance(item, discord.ui.Select) for option in item.options
    ]


def lines_of(pages: list[list[str]]) -> list[str]:
    """The lines of pages, one behind the other."""
    return [line for page in pages for part in page for line in part.splitlines()]


async def restart_with(server: Server, new_bot: Callable[[], FootnoteBot], knowledge: Path) -> None:
    """Restart the bot with other knowledge, which it tells by /facts reload as well."""
    bot = new_bot()
    bot.settings = replace(bot.settings, knowledge=knowledge)
    await bot.reload("a test", confirmed=True)
    await server.env.restart_bot(bot)


def logged(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.levelno >= logging.WARNING]


def build_server(env: simcord.Env) -> Server:
    guild = env.create_guild()
    moderators = guild.create_role("moderators", permissions=discord.Permissions(manage_guild=True))
    return Server(
        env=env,
        guild=guild,
        channel=guild.create_text_channel("general"),
        alice=guild.add_member(env.create_user("alice")),
        admin=guild.add_member(env.create_user("admin"), roles=[moderators]),
    )
