"""Curating in Discord: an edit is written, published and audited at once, or changes nothing."""

import asyncio
import logging
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, TypeAlias

import discord
from discord import ui
from discord.utils import escape_markdown

from bot.article import Article
from bot.curation import Curation, Edit, prepare
from bot.discord_audit import audit
from bot.discord_views import QUIET, layout
from bot.edition import Changes, compare
from bot.errors import FootnoteError
from bot.wording import Wording, wording_for

if TYPE_CHECKING:
    from bot.discord_bot import FootnoteBot

Asked: TypeAlias = "discord.Interaction[FootnoteBot]"

log = logging.getLogger(__name__)

PATCH = "facts.patch"


@dataclass(frozen=True)
class Outcome:
    """What became of an edit, in lines to show; `patch` is it where it could not be written."""

    lines: tuple[str, ...]
    patch: str = ""


async def curate(interaction: Asked, article: Article, edit: Edit, command: str) -> Outcome:
    """Make an edit of the fact file of an article, one at a time.

    Raises KnowledgeError where it is refused, StoreError or MembersError; what is refused changes
    nothing. `command` is what the audit list says it was made by.
    """
    bot, wording = interaction.client, wording_for(interaction.locale.value)
    async with bot.curating:
        folder = bot.settings.knowledge
        curation = await asyncio.to_thread(prepare, folder, article, edit)
        if not curation.patch:
            return Outcome((wording("curating.same"),))
        try:
            await asyncio.to_thread(curation.write)
        except FootnoteError as error:
            log.warning("An edit is handed out as a patch: %s", error)
            return Outcome((wording("curating.read_only", file=PATCH),), curation.patch)
        lines = await _published(bot, curation, wording)
        await audit(interaction, f"{command}: {curation.changes}")
    return Outcome(tuple(lines))


async def _published(bot: "FootnoteBot", curation: Curation, wording: Wording) -> list[str]:
    """Answer from the new file, or put the old one back and raise what stood in the way."""
    try:
        before = await bot.reload()
    except Exception:
        await asyncio.to_thread(curation.undo)
        raise
    lines = change_lines(compare(before.knowledge, bot.edition.knowledge), wording)
    return [*lines, wording("facts.version", version=bot.edition.version)]


async def tell_outcome(interaction: Asked, outcome: Outcome) -> None:
    """Show a curator alone what became of an edit, as a follow-up."""
    view = layout(outcome.lines, wording_for(interaction.locale.value))
    if not outcome.patch:
        await interaction.followup.send(view=view, ephemeral=True, allowed_mentions=QUIET)
        return
    view.add_item(ui.File(f"attachment://{PATCH}"))
    file = discord.File(BytesIO(outcome.patch.encode()), PATCH)
    await interaction.followup.send(view=view, file=file, ephemeral=True, allowed_mentions=QUIET)


def change_lines(changes: Changes, wording: Wording) -> list[str]:
    """What changed among the questions: + added, − removed, ~ edited."""
    kinds = {"added": changes.added, "removed": changes.removed, "edited": changes.edited}
    lines = [
        wording(f"facts.{kind}", question=escape_markdown(question))
        for kind, questions in kinds.items()
        for question in questions
    ]
    return lines or [wording("facts.unchanged")]
