"""Counting what is asked, and what was not answered well."""

import asyncio
import logging

from discord.utils import utcnow

from bot.discord.client import FootnoteClient
from bot.members.misses import MissReason, NewMiss
from bot.members.sqlite import MembersError
from bot.routing.reply import Refusal, Reply

log = logging.getLogger(__name__)

NO_MISSES = {
    Refusal.NOTHING_ASKED,
    Refusal.SMALL_TALK,
    Refusal.OPEN,
    Refusal.OTHER_LANGUAGE,
}
"""Refusals that editors don't need to see."""


def is_for_editors(reply: Reply, *, addressed: bool = True) -> bool:
    """Whether a reply is a miss: an editor could do better, and it was no chatter.

    `addressed` is whether the question was put to the bot by name.
    """
    if reply.refusal in NO_MISSES or reply.head in {"answered", "which"}:
        return False
    return addressed or reply.status != "declined"


def count_question(bot: FootnoteClient, guild: int | None, reply: Reply) -> None:
    """Count a question that got a reply, for the operator and for the editors of its guild."""
    bot.metrics.question(reply.status)
    if guild is not None:
        bot.members.counts.count(guild, reply, utcnow())


async def note_miss(bot: FootnoteClient, guild: int | None, reply: Reply) -> None:
    """Count a question that was declined or weakly matched in a guild; never who asked it.

    The member has an answer by now, so a failure is logged and no more.
    """
    if guild is None:
        return
    nearest = reply.suggestions[0].fact if reply.suggestions else ""
    why: MissReason = "declined" if reply.status == "declined" else "weak"
    missed = NewMiss(guild, " ".join(reply.asked) or reply.question, nearest, why)
    try:
        await asyncio.to_thread(bot.members.add_miss, missed, utcnow())
    except MembersError as error:
        log.warning("A miss could not be counted: %s", error)
