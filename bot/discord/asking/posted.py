"""Keeping which answers are in a channel, so that they can be corrected."""

import asyncio
import logging
from dataclasses import dataclass
from typing import TypeAlias

import discord
from discord.utils import utcnow

from bot.discord.client import FootnoteClient, Interaction, home_guild
from bot.discord.errors import UNTAKEN
from bot.members.posted import Posted
from bot.members.sqlite import MembersError
from bot.operation.recent import RecentAnswer
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
        await asyncio.to_thread(
            lambda: bot.members.posted.keep(_posted(where, reply, edition, plain=plain))
        )
    except MembersError as error:
        log.warning("An answer can't be corrected later: %s", error)
    if bot.edition is not edition:
        bot.changed()


async def take_back(bot: FootnoteClient, answer: RecentAnswer) -> None:
    """Delete an answer that is not wanted any more; a failure is logged."""
    channel = bot.get_partial_messageable(answer.channel)
    try:
        await channel.get_partial_message(answer.message).delete()
    except discord.NotFound:
        pass
    except UNTAKEN as error:
        log.warning("The answer %d could not be deleted: %.300r", answer.message, error)
        return
    await forget_posted(bot, answer.message)


async def forget_posted(bot: FootnoteClient, message: int) -> None:
    """Correct a message no more; a failure is logged."""
    try:
        await asyncio.to_thread(bot.members.posted.drop, message)
    except MembersError as error:
        log.warning("An answer that is gone can't be forgotten: %s", error)


def _posted(where: tuple[int, int, int], reply: Reply, edition: Edition, *, plain: bool) -> Posted:
    shown = tuple(edition.digests[fact] for fact in reply.facts)
    return Posted(*where, reply.facts, shown, shown, plain, utcnow())
