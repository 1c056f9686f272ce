"""Edits from Discord: each is written, published and audited at once, or changes nothing."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import discord
from discord import ui
from discord.utils import escape_markdown

from bot.discord.client import Interaction, wording_of
from bot.discord.editing.audit import audit
from bot.discord.editing.entries import preview
from bot.discord.editing.releases import change_lines, replay_lines
from bot.discord.editing.rights import EditorButton, check_change
from bot.discord.errors import GoneError, fault_lines
from bot.discord.feature import Feature
from bot.discord.views import inert, layout
from bot.editing.prepared import Edit, PreparedEdit, fact_file, prepare
from bot.editing.refusals import EditError, Problem
from bot.errors import KnowledgeError
from bot.knowledge.article import Article
from bot.knowledge.facts import Fact, OpenQuestion
from bot.publishing.folder import UnwritableError
from bot.publishing.release import Proposal, ReleaseError
from bot.publishing.rewrite import Rewrite, read_settled, reverting
from bot.wording import Wording

log = logging.getLogger(__name__)

PATCH = "facts.patch"


@dataclass(frozen=True)
class Outcome:
    """What became of an edit, in lines to show.

    `patch` is the edit if it could not be written; `published` it if it was, and `entry` what it
    added or changed, if that is there now.
    """

    lines: tuple[str, ...]
    patch: str = ""
    published: Rewrite | None = None
    entry: Fact | OpenQuestion | None = None


async def make_edit(
    interaction: Interaction, article: Article, edit: Edit, command: str
) -> Outcome:
    """Make an edit of the fact file of an article, one at a time.

    Raises EditError, KnowledgeError for faults that it has not made, ReleaseError if it is held
    for what somebody else left in the folder, FolderError, StoreError or MembersError; nothing is
    changed then.
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
        try:
            proposal = await publish(interaction, rewrite)
        except KnowledgeError as error:
            raise prepared.explained(error, found.folder, article) from None
        except UnwritableError as error:
            log.warning("An edit is handed out as a patch: %s", error)
            return Outcome((wording("editing.read_only", file=PATCH),), prepared.patch)
        await audit(interaction, f"{command}: {prepared.changes}")
    entry = _changed(proposal, article)
    seen = preview(entry, proposal.edition, wording) if entry else []
    return Outcome((*_lines(proposal, wording), *seen), published=rewrite, entry=entry)


def _changed(proposal: Proposal, article: Article) -> Fact | OpenQuestion | None:
    """The entry of an article that a proposal adds or edits."""
    questions = proposal.changes.added + proposal.changes.edited
    entries = proposal.edition.library.router(article.slug).knowledge.entries
    return next((entry for entry in entries if entry.question in questions), None)


async def publish(interaction: Interaction, rewrite: Rewrite) -> Proposal:
    """Publish a rewrite of the folder. Raises ReleaseError if it is held."""
    bot, wording = interaction.client, wording_of(interaction)
    # What an editor sees and sends is confirmed by that; what else lies in the folder is not.
    alone = rewrite.before.version == bot.edition.source
    proposal = await bot.reload(str(interaction.user.id), rewrite, confirmed=alone)
    if proposal.edition is not bot.edition:
        raise ReleaseError(wording("release.left_behind"))
    return proposal


def _lines(proposal: Proposal, wording: Wording) -> list[str]:
    """What an edit changed, and what that makes worse."""
    return [*change_lines(proposal.changes, wording), *worse_replies(proposal, wording)]


def worse_replies(proposal: Proposal, wording: Wording) -> list[str]:
    """What is answered worse than before; nothing if nothing is."""
    worse = proposal.replay.worse + proposal.replay.lost
    return list(replay_lines(proposal.replay, wording)) if worse else []


class UndoButton(EditorButton, template=r"v1:undo:[0-9a-f]{12}:[0-9a-f]{12}"):
    """Takes an edit back; carries the versions before and after it."""

    async def act(self, interaction: Interaction) -> None:
        """Take back what nobody has changed since, and say so in place of the edit."""
        await check_change(interaction)
        bot, wording = interaction.client, wording_of(interaction)
        await interaction.response.defer()
        async with bot.editing:
            rewrite = await asyncio.to_thread(reverting, bot.settings, *self.parts)
            if rewrite.before.version == rewrite.after.version:
                raise GoneError(wording("editing.changed_since"))
            lines = _lines(await publish(interaction, rewrite), wording)
            await audit(interaction, f"/facts undo: {_changes(rewrite)}")
        view = layout([wording("editing.undone"), *lines], wording)
        await interaction.edit_original_response(view=view, attachments=[])


def _changes(rewrite: Rewrite) -> str:
    """Which articles come and go, and which lines of the others."""
    old, new = rewrite.before, rewrite.after
    names = [n for n in new.files if n in old.files and old.files[n] != new.files[n]]
    articles = [f"+ {slug}" for slug in sorted(new.articles - old.articles)]
    articles += [f"− {slug}" for slug in sorted(old.articles - new.articles)]
    edits = (PreparedEdit(n, old.text(n), new.text(n)).changes for n in names)
    return " · ".join([*articles, *edits])


async def tell_outcome(
    interaction: Interaction, outcome: Outcome, more: Sequence[EditorButton] = ()
) -> None:
    """Show an editor alone what became of an edit, as a follow-up; `more` are buttons for it."""
    wording = wording_of(interaction)
    buttons: list[EditorButton] = []
    if done := outcome.published:
        versions = f"{done.before.version}:{done.after.version}"
        buttons = [*more, UndoButton(wording("button.undo"), f"v1:undo:{versions}")]
    view = layout(outcome.lines, wording, [ui.ActionRow[Any](*buttons)] if buttons else [])
    files = []
    if outcome.patch:
        view.add_item(ui.File(f"attachment://{PATCH}"))
        files = [discord.File(BytesIO(outcome.patch.encode()), PATCH)]
    await interaction.followup.send(view=view, files=files, ephemeral=True)


def refusal_lines(interaction: Interaction, error: EditError | KnowledgeError) -> list[str]:
    """Why an edit is refused: field by field, or by files if it is not the edit's fault."""
    wording = wording_of(interaction)
    if isinstance(error, KnowledgeError):
        return fault_lines(error, interaction.client.settings.knowledge, wording)
    return [wording("editing.refused"), *(_problem_text(each, wording) for each in error.problems)]


def _problem_text(problem: Problem, wording: Wording) -> str:
    field = f"**{wording(f'form.{problem.field}')}:** " if problem.field else ""
    nearest = escape_markdown(problem.nearest)
    near = f"\n{wording('editing.nearest', sentence=nearest)}" if nearest else ""
    return f"{field}{inert(problem.message)}{near}"


FEATURE = Feature(buttons=(UndoButton,))
