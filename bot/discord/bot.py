"""The Discord face: hears members, asks the router, sends what it says."""

import asyncio
import logging
import socket
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import aiohttp
import discord
from discord import app_commands, ui
from discord.utils import utcnow

from bot.config import Settings
from bot.discord.asking.answer_buttons import ContextButton, VoteButton, WhyButton
from bot.discord.asking.answers import answer_message, ask, ask_about_this
from bot.discord.asking.asking import reply_to
from bot.discord.asking.corrections import Corrections
from bot.discord.asking.listening import hearing
from bot.discord.asking.replies import ChooseButton, ShareButton
from bot.discord.curating.audit import AuditPage
from bot.discord.curating.facts import FactsGroup
from bot.discord.curating.forms import TryAgain
from bot.discord.curating.misses import DismissButton, MissesPage, PhrasingButton, UnsaidButton
from bot.discord.curating.settings import SettingsGroup
from bot.discord.curating.watch import Watch
from bot.discord.errors import UNTAKEN, FootnoteTree, is_no_late_choice, is_out_of_reach
from bot.discord.reading.browse import BrowsePage, QuestionMenu, SourcesPage, browse, sources
from bot.discord.reading.help import show_help
from bot.discord.reading.privacy import ForgetButton, KeptPage, PrivacyGroup
from bot.discord.reading.quote import check_this_quote, quote
from bot.discord.reading.reading import ArticlePage, SummaryStyle, read_article, summary
from bot.discord.sync import sync_when_changed
from bot.discord.translator import CatalogueTranslator
from bot.discord.ui.buttons import answer_unknown_button
from bot.discord.views import QUIET
from bot.language.spelling import english
from bot.members.members import Members
from bot.members.settings import GuildSettings
from bot.operation.cooldown import Cooldown
from bot.operation.health import Connection
from bot.operation.in_hand import InHand
from bot.operation.metrics import NO_METRICS, Metrics, Release
from bot.publishing.edition import Edition
from bot.publishing.release import Proposal, accept, propose, rollback
from bot.publishing.replay import CONFIRMED_DAYS
from bot.wording import wording_for

log = logging.getLogger(__name__)

TOLD_COMMANDS = "commands.sha256"

RECEIVED = 2**14
"""Bytes that the system may receive before the bot reads them; Linux doubles it."""

CONNECTIONS = 50
"""Connections to Discord at once, the gateway's aside: it takes no more requests in a second."""

_choices_log = logging.getLogger("discord.app_commands.tree")


class FootnoteBot(discord.Client):
    """Answers mentions, direct messages and commands from one edition at a time."""

    def __init__(
        self,
        settings: Settings,
        edition: Edition,
        members: Members,
        metrics: Metrics = NO_METRICS,
    ) -> None:
        intents = discord.Intents.default()
        intents.message_content = settings.message_content
        super().__init__(intents=intents, allowed_mentions=QUIET)
        self.settings = settings
        self.edition = edition
        self.members = members
        self.metrics = metrics
        self.in_hand = InHand(metrics.request)
        self.connection = Connection()
        self.askers = Cooldown(burst=5, seconds=4)
        # No faster for long than Discord takes messages, or discord.py would make a queue.
        self.channels = Cooldown(burst=8, seconds=1.5)
        self.clicks = Cooldown(burst=10, seconds=2)
        self._guilds: dict[int, GuildSettings] = {}
        self._buttons: list[type[ui.DynamicItem[Any]]] = []
        self.tree = FootnoteTree(
            self,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        commands: list[app_commands.Command[Any, ..., Any] | app_commands.Group] = [
            ask,
            read_article,
            summary,
            browse,
            sources,
            quote,
            show_help,
            PrivacyGroup(),
            FactsGroup(),
            SettingsGroup(),
        ]
        for command in commands:
            self.tree.add_command(command)
        self.tree.add_command(ask_about_this)
        self.tree.add_command(check_this_quote)
        self.curating = asyncio.Lock()
        self.corrections = Corrections(self)
        self._watching: asyncio.Task[None] | None = None

    async def login(self, token: str) -> None:
        """Log in, to open fewer connections than discord.py would: one for each request."""
        self.http.connector = aiohttp.TCPConnector(
            limit=0, limit_per_host=CONNECTIONS, socket_factory=_socket
        )
        await super().login(token)

    async def setup_hook(self) -> None:
        """Know the buttons of earlier answers, and tell Discord the commands where they changed."""
        _choices_log.addFilter(is_no_late_choice)
        # Loading it takes tenths of a second, which nobody should wait for.
        await asyncio.to_thread(english)
        self.add_dynamic_items(ContextButton, WhyButton, VoteButton, ChooseButton, ShareButton)
        self.add_dynamic_items(ArticlePage, SummaryStyle, BrowsePage, SourcesPage, QuestionMenu)
        self.add_dynamic_items(KeptPage, ForgetButton)
        self.add_dynamic_items(MissesPage, PhrasingButton, UnsaidButton, DismissButton)
        self.add_dynamic_items(TryAgain, AuditPage)
        await self.tree.set_translator(CatalogueTranslator())
        await sync_when_changed(self.tree, self.settings.data / TOLD_COMMANDS)
        self.corrections.start()
        if self.settings.watch:
            self._watching = asyncio.create_task(Watch(self).run())

    async def close(self) -> None:
        """Stop watching and correcting, then disconnect."""
        if self._watching:
            self._watching.cancel()
            await asyncio.wait({self._watching})
        await self.corrections.stop()
        await super().close()

    def add_dynamic_items(self, *items: type[ui.DynamicItem[Any]]) -> None:
        """Register buttons, and remember them, to tell those that nobody knows."""
        super().add_dynamic_items(*items)
        self._buttons += items

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that is meant for the bot."""
        guild = message.guild.id if message.guild and self.hears_all else None
        ask_channels = (await self.guild_settings(guild)).ask_channels
        heard = hearing(message, self.own_id, ask_channels)
        if heard and self.in_hand.begin("message", message.id):
            await answer_message(self, message, heard, wording_for(_locale_of(message)))

    async def on_interaction(self, interaction: "discord.Interaction[FootnoteBot]") -> None:
        """Answer a click on a button that only another version of the program knew."""
        await answer_unknown_button(interaction, self._buttons)

    async def on_ready(self) -> None:
        """Note that Discord is connected, and correct what was left when the bot stopped."""
        self.connection.now(ready=True)
        self.corrections.look()

    async def on_resumed(self) -> None:
        """Note that Discord is connected again."""
        self.connection.now(ready=True)

    async def on_disconnect(self) -> None:
        """Note that Discord is not connected."""
        self.connection.now(ready=False)

    @property
    def hears_all(self) -> bool:
        """Whether the Message Content intent is requested, which ask channels need."""
        return self.intents.message_content

    @property
    def own_id(self) -> int:
        """The bot's user id; 0 before it is logged in."""
        return self.user.id if self.user else 0

    async def on_error(self, event_method: str, /, *args: object, **_: object) -> None:
        """Log what failed, once; where it was a message, apologise there."""
        error = sys.exc_info()[1]
        if is_out_of_reach(error):
            log.warning("What %s answered was not taken: %.300r", event_method, error)
            return
        log.error("Handling %s failed.", event_method, exc_info=error)
        message = args[0] if args else None
        # Nothing is said where nobody spoke to the bot.
        if isinstance(message, discord.Message) and hearing(message, self.own_id):
            apology = wording_for(_locale_of(message))("error.apology")
            try:
                await reply_to(message, {"content": apology, "allowed_mentions": QUIET})
            except UNTAKEN as failure:
                log.warning("The apology could not be sent either: %.300r", failure)

    async def guild_settings(self, guild: int | None) -> GuildSettings:
        """What the moderators of a guild chose; the defaults outside of one."""
        if guild is None:
            return GuildSettings()
        if guild not in self._guilds:
            self._guilds[guild] = await asyncio.to_thread(self.members.settings, guild)
        return self._guilds[guild]

    async def change_guild_settings(
        self, guild: int, change: Callable[[GuildSettings], GuildSettings]
    ) -> GuildSettings:
        """Change a guild's settings, durably, and return the new ones. Raises MembersError."""
        self._guilds[guild] = await asyncio.to_thread(self.members.change_settings, guild, change)
        return self._guilds[guild]

    async def propose(self) -> Proposal:
        """Say what publishing the knowledge folder would change; nothing is published.

        Raises KnowledgeError, QuestionSetError, ReleaseError or MembersError.
        """
        return await asyncio.to_thread(self._propose)

    def _propose(self) -> Proposal:
        confirmed = self.members.confirmed(utcnow() - timedelta(days=CONFIRMED_DAYS))
        return propose(self.settings, self.edition, confirmed)

    async def reload(self, by: str, *, confirmed: bool = False) -> Proposal:
        """Publish the knowledge folder and answer from it, unless that is held; say what changes.

        Hold `curating` meanwhile. `by` is who, as the history says it. Raises what `propose` and
        `accept` raise; the edition before goes on answering.
        """
        outcome: Release = "refused"
        try:
            proposal = await self.propose()
            if confirmed or not proposal.held:
                how = self.settings, proposal, by, utcnow()
                self._answer_from(await asyncio.to_thread(accept, *how, confirmed=confirmed))
                outcome = "taken"
        finally:
            self.metrics.reload(outcome)
        return proposal

    async def roll_back(self, version: str, by: str) -> Edition:
        """Answer from an earlier state from now on; return the edition before.

        Hold `curating` meanwhile. Raises what `rollback` raises; nothing has changed then.
        """
        before = self.edition
        how = self.settings, version, by, utcnow()
        self._answer_from(await asyncio.to_thread(rollback, *how))
        self.metrics.reload("rolled_back")
        return before

    def _answer_from(self, edition: Edition) -> None:
        """Answer from an edition from now on, and correct what was answered otherwise."""
        self.edition = edition
        self.corrections.look()


def _socket(address: aiohttp.AddrInfoType) -> socket.socket:
    """A socket to Discord that holds back what comes faster than the bot reads it."""
    family, kind, protocol, *_ = address
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVED)
    return made


def _locale_of(message: discord.Message) -> str:
    """The language to answer a message in: Discord tells only a community's own."""
    return message.guild.preferred_locale.value if message.guild else "en"
