"""Channels in which the bot may not answer: a line in the log, a name for the doctor, a hint."""

import logging
from contextlib import suppress

import discord
from discord.utils import utcnow

from bot.discord.asking.listening import hearing
from bot.discord.client import FootnoteClient, wording_in
from bot.discord.errors import UNTAKEN
from bot.discord.views import QUIET
from bot.language.text import squeeze

REMEMBERED = 20
"""Closed channels that the doctor is told of."""

log = logging.getLogger(__name__)


def lacking(message: discord.Message, me: int) -> list[str]:
    """The permissions, by Discord's names, without which a message can't be answered."""
    itself = message.guild.get_member(me) if message.guild else None
    if itself is None:
        return []
    channel = message.channel
    in_thread = isinstance(channel, discord.Thread)
    # A thread whose channel the bot does not see has no permissions to look at.
    if isinstance(channel, discord.Thread) and channel.parent is None:
        return ["View Channels"]
    allowed = channel.permissions_for(itself)
    sending = allowed.send_messages_in_threads if in_thread else allowed.send_messages
    needed = {
        "View Channels": allowed.view_channel,
        "Send Messages in Threads" if in_thread else "Send Messages": sending,
    }
    return [name for name, granted in needed.items() if not granted]


async def tell_closed(bot: FootnoteClient, message: discord.Message) -> None:
    """Say in the log, to the doctor and to who asked that no answer can be posted there."""
    channel = message.channel
    missing = ", ".join(lacking(message, bot.own_id)) or "Discord refuses it"
    where = squeeze(f"#{getattr(channel, 'name', channel.id)} of {message.guild}: {missing}")
    log.warning("A question can't be answered in %s.", where)
    bot.closed[channel.id] = where
    if len(bot.closed) > REMEMBERED:
        del bot.closed[next(iter(bot.closed))]
    spoken_to = hearing(message, bot.own_id) == "spoken to"
    if spoken_to and not bot.askers.take(message.author.id, utcnow()):
        await _hint(message)


async def _hint(message: discord.Message) -> None:
    """Tell who asked by the way that is open: directly, or by a sign under the question."""
    told = wording_in(message.guild)("answer.closed", channel=f"<#{message.channel.id}>")
    try:
        await message.author.send(told, allowed_mentions=QUIET)
    except UNTAKEN:
        with suppress(*UNTAKEN):
            await message.add_reaction("🔇")
