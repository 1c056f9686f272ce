"""The bot: the client, and every feature bound to it."""

import logging
import sys
from functools import partial

from discord import app_commands

from bot.config import Settings
from bot.discord import expiry, sharing
from bot.discord.asking import (
    afterwards,
    answer_buttons,
    answers,
    browse,
    corrections,
    messages,
    next_steps,
    replies,
)
from bot.discord.client import FootnoteClient, Interaction
from bot.discord.editing import (
    articles,
    audit,
    edits,
    facts,
    forms,
    misses,
    reloading,
    settings,
    stats,
    versions,
    watch,
)
from bot.discord.errors import is_out_of_reach, is_worth_logging
from bot.discord.feature import Feature
from bot.discord.reading import help as help_command
from bot.discord.reading import privacy, quote, reading, sources, welcome
from bot.discord.sync import sync_when_changed
from bot.discord.tree import CatalogueTranslator, FootnoteTree
from bot.discord.ui.lasting import answer_unknown
from bot.members.members import Members
from bot.operation.metrics import NO_METRICS, Metrics
from bot.publishing.builder import Run
from bot.publishing.edition import Edition

log = logging.getLogger(__name__)

SYNCED_COMMANDS = "commands.sha256"

FEATURES: tuple[Feature, ...] = tuple(
    module.FEATURE
    for module in (
        answers,
        messages,
        afterwards,
        answer_buttons,
        replies,
        next_steps,
        corrections,
        reading,
        browse,
        sources,
        quote,
        help_command,
        privacy,
        welcome,
        facts,
        articles,
        edits,
        forms,
        misses,
        audit,
        reloading,
        versions,
        settings,
        stats,
        watch,
        sharing,
        expiry,
    )
)
"""All that the bot can do; `/help` lists the commands in this order."""

_choices_log = logging.getLogger("discord.app_commands.tree")


class FootnoteBot(FootnoteClient):
    """Answers mentions, direct messages, commands and clicks."""

    def __init__(
        self,
        settings: Settings,
        edition: Edition,
        members: Members,
        metrics: Metrics = NO_METRICS,
        run: Run | None = None,
    ) -> None:
        super().__init__(settings, edition, members, metrics, run)
        self.tree = FootnoteTree(
            self,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        for feature in FEATURES:
            for command in feature.commands:
                self.tree.add_command(command)
        for event in {event for feature in FEATURES for event in feature.events}:
            setattr(self, f"on_{event}", partial(self._tell_features, event))
        self._services = [make(self) for feature in FEATURES for make in feature.services]

    async def setup_hook(self) -> None:
        """Register the buttons of earlier answers, sync the commands, and start the services.

        Of several processes only the first syncs.
        """
        _choices_log.addFilter(is_worth_logging)
        for feature in FEATURES:
            self.add_dynamic_items(*feature.buttons)
        await self.tree.set_translator(CatalogueTranslator())
        if self.settings.shards is None or self.settings.shards.first == 0:
            await sync_when_changed(self.tree, self.settings.data / SYNCED_COMMANDS)
        for service in self._services:
            service.start()

    async def close(self) -> None:
        """Stop the services, then disconnect."""
        for service in reversed(self._services):
            await service.stop()
        await super().close()

    async def _tell_features(self, event: str, *arguments: object) -> None:
        """Pass an event of Discord to every feature that handles it."""
        for feature in FEATURES:
            if handle := feature.events.get(event):
                await handle(self, *arguments)

    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer a click on a button that only another version of the program knows."""
        known = [button for feature in FEATURES for button in feature.buttons]
        await answer_unknown(interaction, known)

    async def on_error(self, event_method: str, /, *_: object, **__: object) -> None:
        """Log what failed, once."""
        error = sys.exc_info()[1]
        if is_out_of_reach(error):
            log.warning("An answer of %s did not reach Discord: %.300r", event_method, error)
        else:
            log.error("Handling %s failed.", event_method, exc_info=error)
