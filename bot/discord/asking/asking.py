"""What was asked in Discord: reading it, keeping to a pace, and counting what was missed."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import discord
from discord.utils import utcnow

from bot.discord.asking.listening import Hearing
from bot.discord.client import FootnoteClient, Interaction
from bot.members.file import MembersError
from bot.members.misses import Missed, MissReason
from bot.routing.reply import Refusal, Reply

log = logging.getLogger(__name__)

NO_MISSES = {Refusal.NOTHING_ASKED, Refusal.SMALL_TALK, Refusal.OPEN}
"""Refusals that no editor has to look at."""


_CLOSED = {50001, 50013}
"""Discord's codes if the bot may not see a channel, or not write there."""


def without_mention(content: str, me: int) -> str:
    """A message without the mentions of the bot whose user id is `me`."""
    return content.replace(f"<@{me}>", " ").replace(f"<@!{me}>", " ").strip()


def asked_in(answer: discord.Message | None, me: int) -> str:
    """The question that a message of the bot replied to, "" if Discord doesn't tell."""
    asked = answer.reference.resolved if answer and answer.reference else None
    return without_mention(asked.content, me) if isinstance(asked, discord.Message) else ""


async def reply_to(message: discord.Message, content: Mapping[str, Any]) -> discord.Message:
    """Reply without a ping; if Discord refuses that, the answer stands alone.

    `content` are more arguments of discord.py's ways to send.
    """
    reference = message.to_reference(fail_if_not_exists=False)
    try:
        return await message.channel.send(**content, reference=reference, mention_author=False)
    except discord.HTTPException as error:
        # To reply needs Read Message History too, and a message that can be replied to.
        if error.status not in (400, 403) or error.code in _CLOSED:
            raise
        log.warning("A reply is sent without its reference: %.300r", error)
        return await message.channel.send(**content)


def home_guild(interaction: Interaction) -> int | None:
    """The guild of an interaction, if the bot itself is there and not only with its user."""
    guild = interaction.guild_id
    return guild if guild and interaction.client.get_guild(guild) else None


def is_for_editors(reply: Reply, heard: Hearing) -> bool:
    """Whether a reply is a miss: an editor could do better, and it was no chatter."""
    if reply.refusal in NO_MISSES or reply.head in {"answered", "which"}:
        return False
    return heard == "spoken to" or reply.status != "declined"


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
    missed = Missed(guild, " ".join(reply.asked) or reply.question, nearest, why)
    try:
        await asyncio.to_thread(bot.members.add_miss, missed, utcnow())
    except MembersError as error:
        log.warning("A miss could not be counted: %s", error)
