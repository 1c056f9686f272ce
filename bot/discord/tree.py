"""The commands: taken in turn and at the pace, answered if they fail, and translated."""

import discord
from discord import InteractionType, app_commands

from bot.discord.client import FootnoteClient, Interaction
from bot.discord.errors import check_server, tell_failure
from bot.discord.pace import is_too_fast
from bot.wording import wording_for


class FootnoteTree(app_commands.CommandTree[FootnoteClient]):
    """A command tree that answers every failed command."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Start on a command, in its turn; permissions are checked elsewhere."""
        bot = interaction.client
        if not bot.in_progress.begin("command", interaction.id):
            return False
        await bot.in_progress.turn("command")
        check_server(interaction)
        return not (_is_paced(interaction) and await is_too_fast(interaction, bot.clicks))

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """Tell the member in a sentence; log what was not expected, once."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await tell_failure(interaction, cause)


def _is_paced(interaction: Interaction) -> bool:
    """Whether an interaction runs a command that is open to all; autocomplete is not counted."""
    command = interaction.command
    if command is None or interaction.type is not InteractionType.application_command:
        return False
    root = None if isinstance(command, app_commands.ContextMenu) else command.root_parent
    return (root or command).default_permissions is None


class CatalogueTranslator(app_commands.Translator):
    """Looks up the English text of a command in the catalogue of a locale."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002 (Discord's signature)
    ) -> str | None:
        """The text in `locale`, or None if it stays English."""
        return wording_for(locale.value).commands.get(string.message)
