"""What a member sees when something fails: a sentence of ours, or one fixed apology."""

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path

import aiohttp
import discord
from discord import app_commands, ui
from discord.utils import escape_markdown

from bot.discord.client import Interaction, is_foreign, wording_of
from bot.discord.views import inert, layout
from bot.errors import Fault, FootnoteError, KnowledgeError
from bot.wording import Wording

UNTAKEN = (discord.HTTPException, aiohttp.ClientError, TimeoutError)
"""What sending raises if Discord refuses it or can't be reached."""

_TOO_LATE = {
    10062,  # The interaction is older than three seconds.
    40060,  # It was answered: an answer that Discord took but didn't confirm was sent again.
    50027,  # The interaction is older than 15 minutes.
}

log = logging.getLogger(__name__)


class GoneError(FootnoteError):
    """What a member chose no longer exists; the message is in their language."""


class NotEditor(app_commands.CheckFailure):
    """A member may neither manage the server nor has its role for editors."""


class NotEditingServer(app_commands.CheckFailure):
    """The facts can't be changed in this server, whoever asks for it."""


class ForeignServer(app_commands.CheckFailure):
    """An interaction is of a server that the bot is not in."""


_REFUSALS: Mapping[type[Exception], str] = {
    NotEditor: "error.not_editor",
    NotEditingServer: "error.not_editing_server",
    ForeignServer: "error.foreign_server",
}


def is_out_of_reach(error: BaseException | None) -> bool:
    """Whether an apology would fail too: Discord is down, or it is too late."""
    if isinstance(error, discord.HTTPException) and not isinstance(
        error, discord.DiscordServerError
    ):
        return error.code in _TOO_LATE
    return isinstance(error, UNTAKEN)


def is_worth_logging(record: logging.LogRecord) -> bool:
    """Whether a log record of discord.py's is more than an autocomplete that came too late."""
    return not (record.exc_info and is_out_of_reach(record.exc_info[1]))


def check_server(interaction: Interaction) -> None:
    """Raise ForeignServer if the bot is not in the server and no member brought it there."""
    message = interaction.message
    asked = message.interaction_metadata if message else None
    if is_foreign(interaction) and not (
        interaction.is_user_integration() or (asked and asked.is_user_integration())
    ):
        raise ForeignServer


async def tell_failure(interaction: Interaction, error: Exception) -> None:
    """Tell the member what went wrong, for commands, buttons and modals alike."""
    if is_out_of_reach(error):
        log.warning("An answer did not reach Discord: %.300r", error)
        return
    wording = wording_of(interaction)
    gone = app_commands.CommandNotFound | app_commands.CommandSignatureMismatch
    if isinstance(error, KnowledgeError):
        lines = fault_lines(error, interaction.client.settings.knowledge, wording)
        await whisper_view(interaction, layout(lines, wording))
    elif isinstance(error, FootnoteError):
        await whisper(interaction, str(error))
    elif isinstance(error, app_commands.CheckFailure):
        await whisper(interaction, wording(_REFUSALS.get(type(error), "error.not_allowed")))
    elif isinstance(error, gone):
        log.warning("Discord sent a command that is not ours: %s", error)
        await whisper(interaction, wording("error.command_changed"))
    else:
        log.error("An interaction failed.", exc_info=error)
        await whisper(interaction, wording("error.apology"))


async def whisper(interaction: Interaction, text: str) -> None:
    """Answer with plain text that only the member sees, as a follow-up if there was an answer."""
    view = layout(escape_markdown(text).splitlines(), wording_of(interaction))
    await whisper_view(interaction, view)


async def whisper_view(interaction: Interaction, view: ui.LayoutView) -> None:
    """Answer with a layout that only the member sees."""
    done = interaction.response.is_done()
    send = interaction.followup.send if done else interaction.response.send_message
    try:
        await send(view=view, ephemeral=True)
    except UNTAKEN as error:
        log.warning("A message to a member could not be sent: %s", error)


def fault_lines(error: KnowledgeError, folder: Path, wording: Wording) -> list[str]:
    """Why an edit was refused: every fault, its file as seen from the knowledge folder."""
    return [wording("facts.refused"), *fault_texts(error.faults, folder)]


def fault_texts(faults: Iterable[Fault], folder: Path) -> list[str]:
    """Each fault, its file as seen from the knowledge folder."""
    return [inert(str(fault.moved(folder, Path()))) for fault in faults]
