"""What a server asks and how it is answered, week by week, for its editors: `/stats`."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from io import BytesIO

import discord
from discord import app_commands, ui
from discord.utils import escape_markdown, utcnow

from bot.discord.client import FootnoteClient, Interaction, wording_of
from bot.discord.editing.chart import ChartWords, draw_weeks
from bot.discord.editing.rights import check_editor, of_servers
from bot.discord.editing.unanswered import all_clusters
from bot.discord.feature import Background, Feature
from bot.discord.views import inert, layout
from bot.members.counts import WEEKS, Week
from bot.members.sqlite import MembersError
from bot.wording import Wording

MOST = 5
"""Facts, and questions, that are listed."""

PERIOD = 600.0
"""Seconds after which what was counted is written: a crash loses no more."""

PICTURE = "stats.png"

log = logging.getLogger(__name__)


@app_commands.command()
@of_servers
@app_commands.default_permissions(manage_guild=True)
@app_commands.check(check_editor)
async def stats(interaction: Interaction) -> None:
    """Show what is asked."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    wording, counts = wording_of(interaction), interaction.client.members.counts
    guild, now = interaction.guild_id or 0, utcnow()
    await keep_counts(interaction.client)
    weeks = await asyncio.to_thread(counts.weeks, guild, now)
    facts = interaction.client.edition.library.facts
    given = await asyncio.to_thread(counts.most_asked, guild, now, MOST)
    asked = [(escape_markdown(facts[id_].question), n) for id_, n in given if id_ in facts]
    missed = [(inert(c.question), c.times) for c in await all_clusters(interaction) if c.question]
    texts = [
        _summary(weeks, wording),
        _table(weeks, wording),
        *_list("stats.most_asked", asked, wording),
        *_list("stats.most_missed", missed[:MOST], wording),
    ]
    view, files = layout(texts, wording), []
    if picture := await asyncio.to_thread(draw_weeks, weeks, _chart_words(wording)):
        about = wording("stats.title", weeks=WEEKS)
        shown = discord.MediaGalleryItem(f"attachment://{PICTURE}", description=about)
        view.add_item(ui.MediaGallery(shown))
        files = [discord.File(BytesIO(picture), PICTURE)]
    await interaction.followup.send(view=view, files=files, ephemeral=True)


def _summary(weeks: Sequence[Week], wording: Wording) -> str:
    kinds = ("asked", "answered", "near", "declined", "up", "down")
    totals = {kind: sum(getattr(week, kind) for week in weeks) for kind in kinds}
    return wording("stats.summary", weeks=WEEKS, **totals)


def _table(weeks: Sequence[Week], wording: Wording) -> str:
    """The weeks in which something was asked or voted, a line each."""
    rows = [wording("stats.columns").split("|")]
    rows += [
        [f"{week.start:%m-%d}", *map(str, numbers)]
        for week in weeks
        if any(numbers := (week.asked, week.answered, week.near, week.declined, week.up, week.down))
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (" ".join(map(str.rjust, row, widths)) for row in rows)
    return "```\n" + "\n".join(lines) + "\n```"


def _list(key: str, counted: Iterable[tuple[str, int]], wording: Wording) -> list[str]:
    lines = [wording("stats.line", question=question, times=times) for question, times in counted]
    return ["\n".join([wording(key), *lines])] if lines else []


def _chart_words(wording: Wording) -> ChartWords:
    return ChartWords(
        title=wording("stats.title", weeks=WEEKS),
        answered=wording("stats.answered"),
        near=wording("stats.near"),
        declined=wording("stats.declined"),
    )


async def keep_counts(bot: FootnoteClient) -> None:
    """Write the counts to the database. Raises MembersError."""
    counts = bot.members.counts
    if taken := counts.take():
        await asyncio.to_thread(counts.keep, taken)


class Counting(Background):
    """Writes the counts regularly, and when the bot stops."""

    async def stop(self) -> None:
        """Write what is left."""
        await super().stop()
        await self._keep()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(PERIOD)
            await self._keep()

    async def _keep(self) -> None:
        try:
            await keep_counts(self._bot)
        except MembersError as error:
            log.warning("The counts of the last minutes are lost: %s", error)


FEATURE = Feature(commands=(stats,), services=(Counting,))
