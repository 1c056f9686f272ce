"""The slash commands: each checks, asks the core, and sends."""

from typing import TYPE_CHECKING, Any, TypeAlias

import discord
from discord import app_commands

from bot.discord_views import QUIET, notice_view, reply_view, summary_view
from bot.edition import Changes, compare
from bot.store import Style

if TYPE_CHECKING:
    from bot.discord_bot import FootnoteBot

Asked: TypeAlias = "discord.Interaction[FootnoteBot]"


@app_commands.command()
@app_commands.describe(question="What you want to know, in your own words")
async def ask(interaction: Asked, question: str) -> None:
    """Ask the article a question."""
    reply = interaction.client.edition.router.ask(question)
    await interaction.response.send_message(view=reply_view(reply), allowed_mentions=QUIET)


@app_commands.command()
@app_commands.describe(style="How to sum it up")
async def summary(interaction: Asked, style: Style = "brief") -> None:
    """Sum up the article in its own sentences."""
    edition = interaction.client.edition
    article = edition.knowledge.articles[0]
    lines = edition.store.summary(article.slug, style)
    view = summary_view(article.title, lines)
    await interaction.response.send_message(view=view, allowed_mentions=QUIET)


class FactsGroup(
    app_commands.Group,
    name="facts",
    description="Look after what the bot knows",
    guild_only=True,
    default_permissions=discord.Permissions(manage_guild=True),
):
    """Commands for those who may manage the server."""

    async def interaction_check(self, interaction: discord.Interaction[Any]) -> bool:
        """Check at run time too: what Discord is told of permissions is only a hint."""
        if interaction.permissions.manage_guild:
            return True
        raise app_commands.MissingPermissions(["manage_guild"])

    @app_commands.command()
    async def reload(self, interaction: Asked) -> None:
        """Read the knowledge anew; a faulty edit changes nothing."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        before = await interaction.client.reload()
        after = interaction.client.edition
        changes = compare(before.knowledge, after.knowledge)
        await interaction.followup.send(
            view=notice_view(changes_text(changes, after.version)), ephemeral=True
        )

    @app_commands.command()
    async def status(self, interaction: Asked) -> None:
        """Say what the bot knows."""
        edition = interaction.client.edition
        knowledge = edition.knowledge
        lines = [
            *(f"**{article.title}**, {article.publisher}" for article in knowledge.articles),
            f"{len(knowledge.facts)} facts, {len(knowledge.unsaid)} questions left open",
            f"-# version {edition.version}",
        ]
        view = notice_view("\n".join(lines))
        await interaction.response.send_message(view=view, ephemeral=True)


def changes_text(changes: Changes, version: str) -> str:
    """What a reload changed: + added, − removed, ~ edited."""
    lines = [
        *(f"+ {question}" for question in changes.added),
        *(f"− {question}" for question in changes.removed),
        *(f"~ {question}" for question in changes.edited),
    ]
    return "\n".join([*(lines or ["Nothing changed."]), f"-# version {version}"])
