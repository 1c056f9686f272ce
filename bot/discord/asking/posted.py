"""Keeping which answers stand in a channel, so that they can be corrected."""

import asyncio
import logging
from dataclasses import dataclass
from typing import TypeAlias

import discord
from discord.utils import utcnow

from bot.discord.asking.asking import home_guild
from bot.discord.client import FootnoteClient, Interaction
from bot.members.file import MembersError
from bot.members.posted import Posted
from bot.publishing.edition import Edition
from bot.routing.reply import Reply

Sent: TypeAlias = discord.InteractionCallbackResponse[FootnoteClient]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """Where an answer was posted: None for what the bot has no way back to, or nobody shares."""

    guild: int | None
    channel: int | None
    message: int | None


def place_of(interaction: Interaction, sent: Sent) -> Place:
    """Where everybody sees what answered an interaction."""
    return Place(home_guild(interaction), interaction.channel_id, sent.message_id)


async def keep_posted(
    bot: FootnoteClient, place: Place, reply: Reply, edition: Edition, *, plain: bool
) -> None:
    """Keep where the answer of an edition was posted, and that its article was seen there.

    The member has it by now, so a failure is logged and no more.
    """
    if place.channel and reply.article:
        bot.last_seen.note(place.channel, reply.article)
    if not (place.guild and place.channel and place.message and reply.fact):
        return
    where = place.guild, place.channel, place.message
    try:
        answer = await asyncio.to_thread(_posted, where, reply, edition, plain=plain)
        await asyncio.to_thread(bot.members.posted.keep, answer)
    except MembersError as error:
        log.warning("An answer can't be corrected later: %s", error)
    if bot.edition is not edition:
        bot.changed()


def _posted(where: tuple[int, int, int], reply: Reply, edition: Edition, *, plain: bool) -> Posted:
    shown = tuple(edition.digests[fact] for fact in reply.facts)
    return Posted(*where, reply.facts, shown, shown, plain, utcnow())
