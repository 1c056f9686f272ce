"""What is kept about members, shown and deleted on request: the group `/privacy`."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord
from discord import app_commands, ui
from discord.utils import escape_markdown, format_dt

from bot.discord.client import FootnoteClient, Interaction, wording_of
from bot.discord.feature import Feature
from bot.discord.ui.lasting import LastingButton
from bot.discord.ui.pages import Entry, page_foot, page_texts, show, show_instead
from bot.discord.views import inert, layout
from bot.members.members import AuditEntry, PersonalData, Vote
from bot.publishing.history import History, State
from bot.publishing.release import forget_publisher
from bot.wording import Wording


class PrivacyGroup(app_commands.Group, name="privacy", description="What the bot keeps about you"):
    """Commands for everybody, each about who uses it."""

    @app_commands.command()
    async def about(self, interaction: Interaction) -> None:
        """Say what the bot keeps and deletes."""
        wording = wording_of(interaction)
        settings = await interaction.client.guild_settings(interaction.guild_id)
        texts = [wording("privacy.kept"), wording("privacy.not_kept")]
        if interaction.guild_id is not None:
            key = "privacy.here_with_text" if settings.misses else "privacy.here_counts"
            texts.append(wording(key, days=settings.miss_days))
            if settings.corrections:
                texts.append(wording("privacy.here_posted", days=settings.corrections))
        texts.append(wording("privacy.rights"))
        await show(interaction, layout(texts, wording), ephemeral=True)

    @app_commands.command(name="show")
    async def show_kept(self, interaction: Interaction) -> None:
        """List everything that the bot keeps about you."""
        await show(interaction, await kept_view(interaction, 0), ephemeral=True)

    @app_commands.command()
    async def forget(self, interaction: Interaction) -> None:
        """Delete what the bot keeps about you."""
        wording = wording_of(interaction)
        user = interaction.user.id
        kept = await asyncio.to_thread(_kept_about, interaction.client, user)
        if kept == NOTHING:
            view = layout([wording("privacy.nothing")], wording)
        else:
            button = ForgetButton(
                wording("privacy.delete"), "v1:forget", discord.ButtonStyle.danger
            )
            question = wording("privacy.sure", **_counts(kept))
            view = layout([question], wording, [ui.ActionRow[Any](button)])
        await show(interaction, view, ephemeral=True)


@dataclass(frozen=True)
class Kept:
    """Everything that is kept about one member, the versions that they published too."""

    known: PersonalData
    versions: tuple[State, ...]


NOTHING = Kept(PersonalData(votes=(), changes=()), versions=())


class ForgetButton(LastingButton, template="v1:forget"):
    """Deletes what is kept about whoever clicks."""

    async def clicked(self, interaction: Interaction) -> None:
        """Delete, then say what was deleted in place of the question."""
        wording = wording_of(interaction)
        bot = interaction.client
        await interaction.response.defer()
        # Wait for a reload here; one by another program is reported as an error.
        async with bot.editing:
            kept = await asyncio.to_thread(_forget, bot, interaction.user.id)
        key = "privacy.nothing" if kept == NOTHING else "privacy.deleted"
        view = layout([wording(key, **_counts(kept))], wording)
        await interaction.edit_original_response(view=view)


def _kept_about(bot: FootnoteClient, user: int) -> Kept:
    states = History(bot.settings.data).states()
    published = tuple(state for state in reversed(states) if state.by == str(user))
    return Kept(bot.members.personal_data(user), published)


def _forget(bot: FootnoteClient, user: int) -> Kept:
    """Delete what is kept about a member; what that was."""
    kept = _kept_about(bot, user)
    forget_publisher(bot.settings.data, str(user))
    bot.members.forget(user)
    return kept


def _counts(kept: Kept) -> dict[str, int]:
    known = kept.known
    return {
        "votes": len(known.votes),
        "changes": len(known.changes),
        "versions": len(kept.versions),
    }


class KeptPage(LastingButton, template=r"v1:kept:\d{1,6}"):
    """Turns the pages of what is kept about whoever clicks."""

    async def clicked(self, interaction: Interaction) -> None:
        """Show the page in place of the one before."""
        await show_instead(interaction, await kept_view(interaction, int(self.parts[0])))


async def kept_view(interaction: Interaction, page: int) -> ui.LayoutView:
    """A page of everything that is kept about a member. Raises GoneError, MembersError."""
    wording = wording_of(interaction)
    user = interaction.user.id
    kept = await asyncio.to_thread(_kept_about, interaction.client, user)
    known = kept.known
    entries = [_vote_entry(vote, interaction, wording) for vote in known.votes]
    entries += [_change_entry(change, interaction, wording) for change in known.changes]
    entries += [_version_entry(state, wording) for state in kept.versions]
    texts, count = page_texts(entries, page, wording)
    foot, rows = page_foot(KeptPage, "v1:kept", page, count, wording)
    return layout([*(texts or [wording("privacy.nothing")]), *foot], wording, rows)


def _vote_entry(vote: Vote, interaction: Interaction, wording: Wording) -> Entry:
    facts = {fact.id: fact.question for fact in interaction.client.edition.knowledge.facts}
    thumb = "👍" if vote.up else "👎"
    text = f"- {thumb} {escape_markdown(facts.get(vote.answer, vote.answer))}"
    if vote.reason:
        text += f"\n  “{inert(vote.reason)}”"
    return Entry(wording("privacy.votes"), text + _when(vote.at, vote.guild, interaction, wording))


def _change_entry(change: AuditEntry, interaction: Interaction, wording: Wording) -> Entry:
    text = f"- {inert(change.what)}"
    when = _when(change.at, change.guild, interaction, wording)
    return Entry(wording("privacy.changes"), text + when)


def _version_entry(state: State, wording: Wording) -> Entry:
    text = wording("privacy.version", version=state.version)
    return Entry(wording("privacy.versions"), f"{text}\n  -# {format_dt(state.at)}")


def _when(at: datetime, guild: int, interaction: Interaction, wording: Wording) -> str:
    """When and where something was done, on a line of its own."""
    known = interaction.client.get_guild(guild)
    where = escape_markdown(known.name) if known else wording("privacy.server", id=guild)
    return f"\n  -# {format_dt(at)} · {where if guild else wording('privacy.direct')}"


FEATURE = Feature(commands=(PrivacyGroup(),), buttons=(KeptPage, ForgetButton))
