"""Looking after the facts in Discord: the group `/facts`."""

import asyncio
from pathlib import Path
from typing import Any

import discord
from discord import app_commands
from discord.utils import escape_markdown

from bot.discord.client import FootnoteClient, Interaction, wording_of
from bot.discord.curating.audit import audit, audit_view
from bot.discord.curating.edits import make_edit, tell_outcome
from bot.discord.curating.entries import chosen_entry, entry_texts, suggest_entries, vote_lines
from bot.discord.curating.forms import Task, article_of, edit_task, open_form
from bot.discord.curating.misses import misses_view
from bot.discord.curating.releases import (
    change_lines,
    held_line,
    proposal_lines,
    states_view,
    suggest_versions,
)
from bot.discord.curating.rights import check_change, check_editor
from bot.discord.errors import fault_lines, fault_texts
from bot.discord.feature import Feature
from bot.discord.ui.choices import article_here, suggest_articles
from bot.discord.ui.pages import show
from bot.discord.views import QUIET, layout
from bot.editing.edits import remove_entry
from bot.errors import KnowledgeError
from bot.members.posted import correction_of
from bot.publishing.edition import Edition, compare
from bot.wording import Wording


# Not `guild_only`, which the tree's own contexts would override.
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
class FactsGroup(
    app_commands.Group,
    name="facts",
    description="Look after what the bot knows",
    default_permissions=discord.Permissions(manage_guild=True),
):
    """Commands for those who may edit the facts."""

    async def interaction_check(self, interaction: discord.Interaction[Any]) -> bool:
        """Check at run time too: what Discord is told of permissions is only a hint."""
        await check_editor(interaction)
        return True

    @app_commands.command()
    @app_commands.check(check_change)
    @app_commands.describe(
        dry_run="Show what would change, and publish nothing",
        confirm="Publish even what is answered worse than before",
    )
    async def reload(
        self, interaction: Interaction, *, dry_run: bool = False, confirm: bool = False
    ) -> None:
        """Read the knowledge anew; a faulty edit changes nothing."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        wording = wording_of(interaction)
        try:
            if dry_run:
                lines = await _dry_run(interaction, wording)
            else:
                lines = await _reload(interaction, wording, confirmed=confirm)
        except KnowledgeError as error:
            lines = fault_lines(error, interaction.client.settings.knowledge, wording)
        view = layout(lines, wording)
        await interaction.followup.send(view=view, ephemeral=True, allowed_mentions=QUIET)

    @app_commands.command()
    async def status(self, interaction: Interaction) -> None:
        """Say what the bot knows."""
        wording = wording_of(interaction)
        bot = interaction.client
        lines = status_lines(bot.edition, wording)
        lines += left_out_lines(bot.edition, bot.settings.knowledge, wording)
        await show(interaction, layout(lines, wording), ephemeral=True)

    @app_commands.command()
    @app_commands.describe(article="Which article, where there are several")
    @app_commands.autocomplete(article=suggest_articles)
    async def add(self, interaction: Interaction, article: str = "") -> None:
        """Add a fact."""
        found = await article_here(interaction, interaction.client.edition, article)
        await open_form(interaction, Task(found))

    @app_commands.command()
    @app_commands.describe(fact="Its question")
    @app_commands.autocomplete(fact=suggest_entries)
    async def edit(self, interaction: Interaction, fact: str) -> None:
        """Edit a fact or an open question."""
        wording = wording_of(interaction)
        found = chosen_entry(interaction.client.edition, fact, wording)
        await open_form(interaction, await edit_task(interaction.client, found))

    @app_commands.command()
    @app_commands.check(check_change)
    @app_commands.describe(fact="Its question")
    @app_commands.autocomplete(fact=suggest_entries)
    async def remove(self, interaction: Interaction, fact: str) -> None:
        """Remove a fact or an open question."""
        wording, edition = wording_of(interaction), interaction.client.edition
        found = chosen_entry(edition, fact, wording)
        anchor = found.id.partition("#")[2]
        await interaction.response.defer(ephemeral=True, thinking=True)
        outcome = await make_edit(
            interaction,
            article_of(edition, found),
            lambda source, article: remove_entry(source, article, anchor),
            f"/facts remove “{found.question}”",
        )
        await tell_outcome(interaction, outcome)

    @app_commands.command(name="show")
    @app_commands.describe(fact="Its question")
    @app_commands.autocomplete(fact=suggest_entries)
    async def show_fact(self, interaction: Interaction, fact: str) -> None:
        """Show everything about a fact or an open question."""
        wording = wording_of(interaction)
        edition, members = interaction.client.edition, interaction.client.members
        found = chosen_entry(edition, fact, wording)
        votes = await asyncio.to_thread(
            vote_lines, members, found.id, interaction.guild_id or 0, wording
        )
        view = layout([*entry_texts(found, edition, wording), *votes], wording)
        await show(interaction, view, ephemeral=True)

    @app_commands.command()
    @app_commands.describe(text="Words of its question, answer or phrasings")
    async def find(self, interaction: Interaction, text: str) -> None:
        """Find facts and open questions by their words."""
        wording = wording_of(interaction)
        store = interaction.client.edition.store
        hits = await asyncio.to_thread(store.search, text, open_too=True)
        texts = [f"**{escape_markdown(h.question)}**\n{escape_markdown(h.answer)}" for h in hits]
        view = layout(texts or [wording("browse.nothing_found")], wording)
        await show(interaction, view, ephemeral=True)

    @app_commands.command()
    async def misses(self, interaction: Interaction) -> None:
        """List unanswered questions, the most asked first."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await misses_view(interaction, 0)
        await interaction.followup.send(view=view, ephemeral=True, allowed_mentions=QUIET)

    @app_commands.command()
    async def history(self, interaction: Interaction) -> None:
        """List the published versions, the newest first."""
        await show(interaction, await states_view(interaction), ephemeral=True)

    @app_commands.command()
    @app_commands.check(check_change)
    @app_commands.describe(version="Which version is to answer again")
    @app_commands.autocomplete(version=suggest_versions)
    async def rollback(self, interaction: Interaction, version: str) -> None:
        """Go back to an earlier version, in the knowledge folder too."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot, wording = interaction.client, wording_of(interaction)
        async with bot.editing:
            before = await bot.roll_back(version, str(interaction.user.id))
            lines = change_lines(compare(before.knowledge, bot.edition.knowledge), wording)
            lines.append(wording("facts.version", version=bot.edition.version))
            await audit(interaction, f"/facts rollback: version {bot.edition.version}")
        view = layout(lines, wording)
        await interaction.followup.send(view=view, ephemeral=True, allowed_mentions=QUIET)

    @app_commands.command(name="audit")
    async def audit_list(self, interaction: Interaction) -> None:
        """Show who changed what, the newest first."""
        await show(interaction, await audit_view(interaction, 0), ephemeral=True)


async def _dry_run(interaction: Interaction, wording: Wording) -> list[str]:
    """What a reload would change."""
    bot = interaction.client
    async with bot.editing:
        proposal = await bot.propose()
        corrected = await _to_correct(bot, proposal.edition)
    held = [held_line(proposal.replay, wording)] if proposal.held else []
    lines = proposal_lines(proposal, wording, answering=bot.edition.version)
    if corrected:
        lines.append(wording("correction.would", count=corrected))
    left_out = left_out_lines(proposal.edition, bot.settings.knowledge, wording)
    return [wording("release.dry_run"), *held, *left_out, *lines]


async def _reload(interaction: Interaction, wording: Wording, *, confirmed: bool) -> list[str]:
    """Publish what stands in the folder, unless that is held; what changed, or would change."""
    bot = interaction.client
    async with bot.editing:
        before = bot.edition.version
        proposal = await bot.reload(str(interaction.user.id), confirmed=confirmed)
        corrected = await _to_correct(bot, bot.edition)
    after = bot.edition.version
    if after != before:
        await audit(interaction, f"/facts reload: version {after}")
    held = [held_line(proposal.replay, wording)] if proposal.edition.version != after else []
    left_out = left_out_lines(proposal.edition, bot.settings.knowledge, wording)
    lines = [*held, *left_out, *proposal_lines(proposal, wording, answering=after)]
    return [*lines, *([wording("correction.count", count=corrected)] if corrected else [])]


async def _to_correct(bot: FootnoteClient, edition: Edition) -> int:
    """How many posted answers a reader has to be told about. Raises MembersError."""
    found = [correction_of(*pair) for pair in await bot.outstanding(edition)]
    return sum(correction in {"changed", "withdrawn"} for correction in found)


def left_out_lines(edition: Edition, folder: Path, wording: Wording) -> list[str]:
    """What is wrong with articles in the folder, and what becomes of them."""
    faults = fault_texts(edition.knowledge.faults, folder)
    return [wording("facts.left_out"), *faults] if faults else []


def status_lines(edition: Edition, wording: Wording) -> list[str]:
    """What an edition knows."""
    knowledge = edition.knowledge
    lines = [
        wording(
            "facts.article",
            title=escape_markdown(article.title),
            publisher=escape_markdown(article.publisher),
        )
        for article in knowledge.articles
    ]
    counts = {"facts": len(knowledge.facts), "unsaid": len(knowledge.unsaid)}
    return [
        *lines,
        wording("facts.counts", **counts),
        wording("facts.version", version=edition.version),
    ]


FEATURE = Feature(commands=(FactsGroup(),))
