"""Reloading the knowledge folder: a dry run, publishing, and what to do if that is held."""

import asyncio
from pathlib import Path
from typing import Any

import discord
from discord import ui

from bot.discord.client import FootnoteClient, Interaction, wording_of
from bot.discord.editing.audit import audit
from bot.discord.editing.releases import change_lines, replay_lines, was_and_now, worse_lines
from bot.discord.editing.rights import EditorButton, check_change
from bot.discord.errors import GoneError, fault_texts
from bot.discord.feature import Feature
from bot.discord.views import layout
from bot.members.posted import correction_of
from bot.publishing.edition import Edition
from bot.publishing.release import Proposal
from bot.publishing.rewrite import Rewrite, read_settled
from bot.wording import Wording


async def dry_run_view(interaction: Interaction) -> ui.LayoutView:
    """What a reload would change, each entry as it was and would be. Raises KnowledgeError."""
    bot, wording = interaction.client, wording_of(interaction)
    async with bot.editing:
        proposal = await bot.propose()
        corrected = await _to_correct(bot, proposal.edition)
    would = wording("correction.would", count=corrected)
    held = [wording("release.would_hold"), *worse_lines(proposal.replay, wording)]
    texts = [
        wording("release.dry_run"),
        *(held if proposal.held else []),
        *_looked_at(bot, proposal, wording),
        *([would] if corrected else []),
    ]
    return layout(texts, wording)


async def reload_view(
    interaction: Interaction, rewrite: Rewrite | None = None, *, confirmed: bool = False
) -> ui.LayoutView:
    """Publish the folder, or a state of it that was looked at; what changed, or why it is held.

    Raises what `bot.reload` raises.
    """
    bot, wording = interaction.client, wording_of(interaction)
    async with bot.editing:
        old = bot.edition
        proposal = await bot.reload(str(interaction.user.id), rewrite, confirmed=confirmed)
        if proposal.edition is not bot.edition:
            return _held_view(bot, proposal, wording)
        corrected = await _to_correct(bot, bot.edition)
    if bot.edition.version != old.version:
        await audit(interaction, f"/facts reload: version {bot.edition.version}")
    count = wording("correction.count", count=corrected)
    texts = [
        *left_out_lines(bot.edition, bot.settings.knowledge, wording),
        *change_lines(proposal.changes, wording),
        *replay_lines(proposal.replay, wording),
        *([count] if corrected else []),
    ]
    return layout(texts, wording)


def _held_view(bot: FootnoteClient, proposal: Proposal, wording: Wording) -> ui.LayoutView:
    texts = [wording("release.held"), *worse_lines(proposal.replay, wording)]
    publish = PublishButton(
        wording("button.publish"),
        f"v1:publish:{proposal.rewrite.after.version}",
        discord.ButtonStyle.danger,
    )
    row = ui.ActionRow[Any](publish, CancelButton(wording("button.cancel"), "v1:cancel"))
    return layout([*texts, *_looked_at(bot, proposal, wording)], wording, [row])


def _looked_at(bot: FootnoteClient, proposal: Proposal, wording: Wording) -> list[str]:
    """What a proposal leaves out, changes, and makes of the replies."""
    return [
        *left_out_lines(proposal.edition, bot.settings.knowledge, wording),
        *was_and_now(bot.edition, proposal.edition, wording),
        *replay_lines(proposal.replay, wording),
    ]


class PublishButton(EditorButton, template=r"v1:publish:[0-9a-f]{12}"):
    """Publishes what is held; carries the version that was looked at."""

    async def act(self, interaction: Interaction) -> None:
        """Publish that very version, or nothing."""
        await check_change(interaction)
        await interaction.response.defer()
        found = await asyncio.to_thread(read_settled, interaction.client.settings)
        if found.version != self.parts[0]:
            raise GoneError(wording_of(interaction)("release.moved_on"))
        view = await reload_view(interaction, Rewrite(found, found), confirmed=True)
        await interaction.edit_original_response(view=view)


class CancelButton(EditorButton, template="v1:cancel"):
    """Leaves what is held unpublished."""

    async def act(self, interaction: Interaction) -> None:
        """Say so, in place of what was held."""
        wording = wording_of(interaction)
        view = layout([wording("release.cancelled")], wording)
        await interaction.response.edit_message(view=view)


async def _to_correct(bot: FootnoteClient, edition: Edition) -> int:
    """How many posted answers a reader has to be told about. Raises MembersError."""
    found = [correction_of(*pair) for pair in await bot.outstanding(edition)]
    return sum(correction in {"changed", "withdrawn"} for correction in found)


def left_out_lines(edition: Edition, folder: Path, wording: Wording) -> list[str]:
    """What is wrong with articles in the folder, and what becomes of them."""
    faults = fault_texts(edition.knowledge.faults, folder)
    return [wording("facts.left_out"), *faults] if faults else []


FEATURE = Feature(buttons=(PublishButton, CancelButton))
