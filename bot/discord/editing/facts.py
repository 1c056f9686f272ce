"""Looking after the facts in Discord: the group `/facts`."""

import asyncio

import discord
from discord import app_commands
from discord.utils import escape_markdown

from bot.discord.client import Interaction, wording_of
from bot.discord.editing.audit import audit_view
from bot.discord.editing.edits import make_edit, tell_outcome
from bot.discord.editing.entries import chosen_entry, entry_texts, suggest_entries, vote_lines
from bot.discord.editing.forms import Task, article_of, edit_task, open_form
from bot.discord.editing.misses import misses_view
from bot.discord.editing.reloading import dry_run_view, left_out_lines, reload_view
from bot.discord.editing.rights import EditorGroup, check_change, of_servers
from bot.discord.editing.versions import rollback_view, states_view, suggest_versions
from bot.discord.feature import Feature
from bot.discord.ui.choices import article_here, takes_article
from bot.discord.ui.pages import show
from bot.discord.views import layout
from bot.editing.coverage import coverage
from bot.editing.edits import remove_entry
from bot.knowledge.facts import anchor_of
from bot.knowledge.loading import Knowledge
from bot.wording import Wording


@of_servers
class FactsGroup(
    EditorGroup,
    name="facts",
    description="Edit the facts",
    default_permissions=discord.Permissions(manage_guild=True),
):
    """Commands for those who may edit the facts."""

    @app_commands.command()
    @app_commands.check(check_change)
    @app_commands.describe(dry_run="Show what would change, and publish nothing")
    async def reload(self, interaction: Interaction, *, dry_run: bool = False) -> None:
        """Publish the edited files."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await (dry_run_view if dry_run else reload_view)(interaction)
        await show(interaction, view, ephemeral=True)

    @app_commands.command()
    async def status(self, interaction: Interaction) -> None:
        """Say what is covered."""
        wording = wording_of(interaction)
        bot = interaction.client
        lines = [
            *(_article_line(part, wording) for part in bot.edition.knowledge.parts),
            wording("facts.version", version=bot.edition.version),
            *left_out_lines(bot.edition, bot.settings.knowledge, wording),
        ]
        await show(interaction, layout(lines, wording), ephemeral=True)

    @app_commands.command()
    @takes_article
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
        anchor = anchor_of(found.id)
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
        """Show a fact or an open question."""
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
        """Find facts."""
        wording = wording_of(interaction)
        store = interaction.client.edition.store
        hits = await asyncio.to_thread(store.search, text, open_too=True)
        texts = [f"**{escape_markdown(h.question)}**\n{escape_markdown(h.answer)}" for h in hits]
        view = layout(texts or [wording("browse.nothing_found")], wording)
        await show(interaction, view, ephemeral=True)

    @app_commands.command()
    async def misses(self, interaction: Interaction) -> None:
        """List unanswered questions."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await misses_view(interaction, 0)
        await show(interaction, view, ephemeral=True)

    @app_commands.command()
    async def history(self, interaction: Interaction) -> None:
        """List the versions."""
        await show(interaction, await states_view(interaction), ephemeral=True)

    @app_commands.command()
    @app_commands.check(check_change)
    @app_commands.describe(version="Which version is to answer again")
    @app_commands.autocomplete(version=suggest_versions)
    async def rollback(self, interaction: Interaction, version: str) -> None:
        """Go back to a version."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await rollback_view(interaction, version)
        await show(interaction, view, ephemeral=True)

    @app_commands.command(name="audit")
    async def audit_list(self, interaction: Interaction) -> None:
        """Show all changes."""
        await show(interaction, await audit_view(interaction, 0), ephemeral=True)


def _article_line(part: Knowledge, wording: Wording) -> str:
    counted = coverage(part)
    return wording(
        "facts.article",
        title=escape_markdown(part.article.title),
        publisher=escape_markdown(part.article.publisher),
        facts=len(part.facts),
        cited=counted.cited,
        sentences=counted.sentences,
        open_questions=counted.open_questions,
    )


FEATURE = Feature(commands=(FactsGroup(),))
