"""The audit list in Discord: every change of what this server is told, newest first."""

import asyncio
from datetime import datetime

import discord
from discord import ui
from discord.utils import format_dt

from bot.discord.client import Interaction, wording_of
from bot.discord.editing.releases import change_text, changes_of, publisher
from bot.discord.editing.rights import EditorButton
from bot.discord.feature import Feature
from bot.discord.ui.pages import page_foot, show_instead
from bot.discord.views import inert, layout, shortened
from bot.members.members import AuditEntry
from bot.publishing.history import History
from bot.wording import Wording

CHANGES = 10
"""Changes on a page."""

CHANGE_LENGTH = 300
"""Characters that are shown of a change, so that a page holds all of its own."""


async def audit(interaction: Interaction, what: str) -> None:
    """Add what a member just changed in this server to the audit list. Raises MembersError."""
    change = AuditEntry(
        user=interaction.user.id,
        at=discord.utils.utcnow(),
        what=what,
        guild=interaction.guild_id or 0,
    )
    await asyncio.to_thread(interaction.client.members.add_audit_entry, change)


class AuditPage(EditorButton, template=r"v1:audit:\d{1,6}"):
    """Turns the pages of the audit list."""

    async def act(self, interaction: Interaction) -> None:
        """Show the page in place of the one before."""
        await show_instead(interaction, await audit_view(interaction, int(self.parts[0])))


async def audit_view(interaction: Interaction, page: int) -> ui.LayoutView:
    """A page, counted from 0, of the audit list of this server."""
    wording, bot = wording_of(interaction), interaction.client
    start, end = page * CHANGES, (page + 1) * CHANGES
    # One more than is shown tells whether there is another page.
    place = interaction.guild_id or 0, 0, end + 1
    changes = await asyncio.to_thread(bot.members.audit_list, *place)
    releases = await asyncio.to_thread(_releases, History(bot.settings.data), wording)
    entries = [(change.at, _change_text(change, wording)) for change in changes] + releases
    entries.sort(key=lambda each: each[0], reverse=True)
    texts = [text for _, text in entries[start:end]]
    count = page + 1 + (len(entries) > end)
    _, rows = page_foot(AuditPage, "v1:audit", page, count, wording)
    return layout(texts or [wording("audit.none")], wording, rows)


def _releases(history: History, wording: Wording) -> list[tuple[datetime, str]]:
    """What was published without a command of Discord's: when, and who did what."""
    states = history.states()
    return [
        (state.at, _text(state.at, publisher(state, wording), change_text(changes, wording)))
        for state, changes in zip(states, changes_of(history, states), strict=True)
        if changes and state.published and state.by and not state.by.isdecimal()
    ]


def _change_text(change: AuditEntry, wording: Wording) -> str:
    who = f"<@{change.user}>" if change.user else wording("audit.forgotten")
    return _text(change.at, who, change.what)


def _text(at: datetime, who: str, what: str) -> str:
    return f"-# {format_dt(at)} · {who}\n{inert(shortened(what, CHANGE_LENGTH))}"


FEATURE = Feature(buttons=(AuditPage,))
