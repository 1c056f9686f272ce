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
from bot.discord.curating.rights import check_change
from bot.discord.views import QUIET, layout
from bot.editing.prepared import Edit, fact_file, prepare
from bot.knowledge.article import Article
from bot.publishing.folder import UnwritableError
from bot.publishing.release import Proposal, ReleaseError
from bot.publishing.rewrite import Rewrite, read_settled
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

    Raises KnowledgeError if it is refused, ReleaseError if it is held for what somebody else left
    in the folder, FolderError, StoreError or MembersError; what is refused changes nothing.
    `command` is what the audit list says it was made by.
    """
    await check_change(interaction)
    bot, wording = interaction.client, wording_of(interaction)
    async with bot.editing:
        found = await asyncio.to_thread(read_settled, bot.settings)
        name = fact_file(article.slug)
        prepared = await asyncio.to_thread(prepare, name, found.text(name), article, edit)
        if not prepared.patch:
            return Outcome((wording("editing.same"),))
        rewrite = Rewrite(found, found.with_file(name, prepared.new))
        # What an editor sees and sends is confirmed by that; what else lies in the folder is not.
        alone = found.version == bot.edition.version
        try:
            by = str(interaction.user.id)
            proposal = await bot.reload(by, rewrite, confirmed=alone)
        except UnwritableError as error:
            log.warning("An edit is handed out as a patch: %s", error)
            return Outcome((wording("editing.read_only", file=PATCH),), prepared.patch)
        if proposal.edition is not bot.edition:
            raise ReleaseError(held_line(proposal.replay, wording))
        await audit(interaction, f"{command}: {prepared.changes}")
    return Outcome(tuple(_published_lines(proposal, wording)))


def _who(interaction: Interaction) -> str:
    return str(interaction.user.id)


def _published_lines(proposal: Proposal, wording: Wording) -> list[str]:
    lines = change_lines(proposal.changes, wording)
    lines.append(wording("facts.version", version=proposal.edition.version))
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
