"""Channels in which the bot may not answer: a line in the log, a name for the doctor, a hint."""

import logging
from contextlib import suppress

import discord
from discord.utils import utcnow

from bot.discord.asking.triggers import trigger_of
from bot.discord.channels import lacking
from bot.discord.client import FootnoteClient, wording_in
from bot.discord.errors import UNTAKEN
from bot.language.text import squeeze

REMEMBERED = 20
"""Closed channels that the doctor is told of."""

log = logging.getLogger(__name__)


async def tell_closed(bot: FootnoteClient, message: discord.Message) -> None:
    """Say in the log, to the doctor and to who asked that no answer can be posted there."""
    channel = message.channel
    missing = ", ".join(lacking(channel, message.guild)) or "Discord refuses it"
    where = squeeze(f"#{getattr(channel, 'name', channel.id)} of {message.guild}: {missing}")
    log.warning("A question can't be answered in %s.", where)
    bot.closed[channel.id] = where
    if len(bot.closed) > REMEMBERED:
        del bot.closed[next(iter(bot.closed))]
    addressed = trigger_of(message, bot.own_id) == "mention"
    if addressed and not bot.askers.take(message.author.id, utcnow()):
        await _hint(message)


async def _hint(message: discord.Message) -> None:
    """Tell who asked by the way that is open: directly, or by a sign under the question."""
    hint = wording_in(message.guild)("answer.closed", channel=f"<#{message.channel.id}>")
    try:
        await message.author.send(hint)
    except UNTAKEN:
        with suppress(*UNTAKEN):
            await message.add_reaction("🔇")
