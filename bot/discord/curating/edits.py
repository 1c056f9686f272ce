"""Edits from Discord: each is written, published and audited at once, or changes nothing."""

import asyncio
import logging
from dataclasses import dataclass
from io import BytesIO

import discord
from discord import ui

from bot.discord.client import Interaction, wording_of
from bot.discord.curating.audit import audit
from bot.discord.curating.releases import change_lines, held_line, replay_lines
from bot.discord.views import QUIET, layout
from bot.editing.curation import Curation, Edit, prepare
from bot.errors import FootnoteError
from bot.knowledge.article import Article
from bot.publishing.release import ReleaseError, folder_changed
from bot.wording import Wording

log = logging.getLogger(__name__)

PATCH = "facts.patch"


@dataclass(frozen=True)
class Outcome:
    """What became of an edit, in lines to show; `patch` is it where it could not be written."""

    lines: tuple[str, ...]
    patch: str = ""


async def make_edit(
    interaction: Interaction, article: Article, edit: Edit, command: str
) -> Outcome:
    """Make an edit of the fact file of an article, one at a time.

    Raises KnowledgeError where it is refused, ReleaseError where it is held for what somebody else
    left in the folder, StoreError or MembersError; what is refused changes nothing. `command` is
    what the audit list says it was made by.
    """
    bot, wording = interaction.client, wording_of(interaction)
    async with bot.editing:
        folder = bot.settings.knowledge
        curation = await asyncio.to_thread(prepare, folder, article, edit)
        if not curation.patch:
            return Outcome((wording("editing.same"),))
        # What an editor sees and sends is confirmed by that; what else lies in the folder is not.
        alone = not await asyncio.to_thread(folder_changed, bot.settings, bot.edition)
        try:
            await asyncio.to_thread(curation.write)
        except FootnoteError as error:
            log.warning("An edit is handed out as a patch: %s", error)
            return Outcome((wording("editing.read_only", file=PATCH),), curation.patch)
        lines = await _published(interaction, curation, wording, confirmed=alone)
        await audit(interaction, f"{command}: {curation.changes}")
    return Outcome(tuple(lines))


async def _published(
    interaction: Interaction, curation: Curation, wording: Wording, *, confirmed: bool
) -> list[str]:
    """Answer from the new file, or put the old one back and raise what stood in the way."""
    bot = interaction.client
    try:
        proposal = await bot.reload(str(interaction.user.id), confirmed=confirmed)
    except Exception:
        await asyncio.to_thread(curation.undo)
        raise
    if proposal.edition.version != bot.edition.version:
        await asyncio.to_thread(curation.undo)
        raise ReleaseError(held_line(proposal.replay, wording))
    lines = change_lines(proposal.changes, wording)
    lines.append(wording("facts.version", version=bot.edition.version))
    worse = proposal.replay.worse + proposal.replay.lost
    return [*lines, *(replay_lines(proposal.replay, wording) if worse else ())]


async def tell_outcome(interaction: Interaction, outcome: Outcome) -> None:
    """Show an editor alone what became of an edit, as a follow-up."""
    view = layout(outcome.lines, wording_of(interaction))
    if not outcome.patch:
        await interaction.followup.send(view=view, ephemeral=True, allowed_mentions=QUIET)
        return
    view.add_item(ui.File(f"attachment://{PATCH}"))
    file = discord.File(BytesIO(outcome.patch.encode()), PATCH)
    await interaction.followup.send(view=view, file=file, ephemeral=True, allowed_mentions=QUIET)
