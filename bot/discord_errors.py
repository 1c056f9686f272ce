"""What a member sees when something fails: a sentence of ours, or one fixed apology."""

import logging

import discord
from discord import app_commands

from bot.discord_views import QUIET
from bot.errors import FootnoteError

log = logging.getLogger(__name__)

APOLOGY = "Something went wrong on my side. It is noted; please try again later."
NOT_ALLOWED = "You need the permission Manage Server for this."
COMMAND_CHANGED = "This command has changed. Please try again in a minute."


class FootnoteTree(app_commands.CommandTree):
    """A command tree that answers every failed command."""

    async def on_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        """Tell the member in a sentence; log what was not expected, once."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        if isinstance(cause, FootnoteError):
            await whisper(interaction, str(cause))
        elif isinstance(error, app_commands.CheckFailure):
            await whisper(interaction, NOT_ALLOWED)
        elif isinstance(
            error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch
        ):
            log.warning("Discord sent a command that is not ours: %s", error)
            await whisper(interaction, COMMAND_CHANGED)
        else:
            log.error("A command failed.", exc_info=cause)
            await whisper(interaction, APOLOGY)


async def whisper(interaction: discord.Interaction, text: str) -> None:
    """Answer so that only the member sees it, whether or not there was an answer before."""
    try:
        if interaction.response.is_done():
            await interaction.followup.send(text, ephemeral=True, allowed_mentions=QUIET)
        else:
            await interaction.response.send_message(text, ephemeral=True, allowed_mentions=QUIET)
    except discord.HTTPException as error:
        log.warning("A member could not be told: %s", error)
