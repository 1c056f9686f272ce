"""The Discord face: hears members, asks the router, sends what it says."""

import asyncio
import logging
import sys
from typing import Any

import discord
from discord import app_commands

from bot.config import Settings
from bot.discord_commands import FactsGroup, ask, summary
from bot.discord_errors import APOLOGY, FootnoteTree
from bot.discord_sync import sync_when_changed
from bot.discord_views import QUIET, reply_view
from bot.edition import Edition, publish
from bot.errors import SettingsError

log = logging.getLogger(__name__)

TOLD_COMMANDS = "commands.sha256"


class FootnoteBot(discord.Client):
    """Answers mentions, direct messages and commands from one edition at a time."""

    def __init__(self, settings: Settings, edition: Edition) -> None:
        super().__init__(intents=discord.Intents.default(), allowed_mentions=QUIET)
        self.settings = settings
        self.edition = edition
        self.tree = FootnoteTree(
            self,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        commands: list[app_commands.Command[Any, ..., Any] | app_commands.Group] = [
            ask,
            summary,
            FactsGroup(),
        ]
        for command in commands:
            self.tree.add_command(command)
        self._reloading = asyncio.Lock()

    async def setup_hook(self) -> None:
        """Tell Discord the commands where they changed."""
        await sync_when_changed(self.tree, self.settings.data / TOLD_COMMANDS)

    async def on_message(self, message: discord.Message) -> None:
        """Answer a person who mentions the bot or writes to it directly."""
        if message.author.bot or not self._is_addressed(message):
            return
        reply = self.edition.router.ask(self._without_mention(message.content))
        # The nonce lets Discord drop the second copy where a request is tried twice.
        await message.reply(
            view=reply_view(reply),
            mention_author=False,
            allowed_mentions=QUIET,
            suppress_embeds=True,
            nonce=message.id,
        )

    def _is_addressed(self, message: discord.Message) -> bool:
        # Not `mentioned_in`, which is true of @everyone.
        return message.guild is None or self.user in message.mentions

    def _without_mention(self, content: str) -> str:
        own = self.user.id if self.user else 0
        return content.replace(f"<@{own}>", " ").replace(f"<@!{own}>", " ")

    async def on_error(self, event_method: str, /, *args: object, **_: object) -> None:
        """Log what failed, once; where it was a message, apologise there."""
        log.error("Handling %s failed.", event_method, exc_info=sys.exc_info())
        message = args[0] if args else None
        if event_method == "on_message" and isinstance(message, discord.Message):
            try:
                await message.reply(APOLOGY, mention_author=False, allowed_mentions=QUIET)
            except discord.HTTPException as error:
                log.warning("The apology could not be sent either: %s", error)

    async def reload(self) -> Edition:
        """Publish the knowledge anew and answer from it from now on; return the edition before.

        Raises KnowledgeError or StoreError; the edition before goes on answering.
        """
        async with self._reloading:
            before = self.edition
            folders = self.settings.knowledge, self.settings.data
            self.edition = await asyncio.to_thread(publish, *folders)
            return before


def run_bot(settings: Settings) -> None:
    """Run until stopped. Raises SettingsError where Discord refuses the token or an intent."""
    if not settings.token:
        raise SettingsError("DISCORD_TOKEN is not set; put the bot's token into .env.")
    discord.utils.setup_logging()
    bot = FootnoteBot(settings, publish(settings.knowledge, settings.data))
    try:
        bot.run(settings.token, log_handler=None)
    except discord.LoginFailure:
        raise SettingsError(
            "Discord refused the token. Copy it anew from the developer portal (Bot → Reset Token) "
            "into DISCORD_TOKEN."
        ) from None
    except discord.PrivilegedIntentsRequired:
        raise SettingsError(
            "Discord refused an intent. Switch it on in the developer portal (Bot → Privileged "
            "Gateway Intents)."
        ) from None
