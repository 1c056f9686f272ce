"""Answering messages: mentions, direct messages, replies, and questions in ask channels."""

import logging

import discord
from discord.utils import format_dt

from bot.discord.asking.asking import (
    is_for_editors,
    note_miss,
    reply_to,
    wait_for,
    without_mention,
)
from bot.discord.asking.listening import Hearing, hearing
from bot.discord.asking.posted import Place, keep_posted
from bot.discord.asking.replies import cut_note, reply_message
from bot.discord.client import FootnoteClient, wording_in
from bot.discord.errors import UNTAKEN, is_out_of_reach
from bot.discord.feature import Feature
from bot.discord.ui.choices import READ_LIMIT
from bot.discord.views import QUIET
from bot.wording import Wording

log = logging.getLogger(__name__)


async def _is_to_wait(bot: FootnoteClient, message: discord.Message, wording: Wording) -> bool:
    """Whether the author or the channel of a message has to wait; the first is told."""
    wait = wait_for(bot, message.author.id, message.channel.id)
    if wait and wait.first:
        await bot.in_hand.turn("message")
        slowly = wording("answer.slowly", when=format_dt(wait.until, "R"))
        await reply_to(message, {"content": slowly, "allowed_mentions": QUIET})
    return wait is not None


async def answer_message(
    bot: FootnoteClient, message: discord.Message, heard: Hearing, wording: Wording
) -> None:
    """Answer a message; what wasn't put to the bot by name gets an answer or silence."""
    spoken_to = heard == "spoken to"
    # Counted before it is read: who has to wait must not make a queue.
    if spoken_to and await _is_to_wait(bot, message, wording):
        return
    await bot.in_hand.turn("message")
    text = without_mention(message.content, bot.own_id)
    edition = bot.edition
    reply = edition.library.ask(text[:READ_LIMIT])
    if not spoken_to and (reply.status == "declined" or await _is_to_wait(bot, message, wording)):
        return
    guild = message.guild.id if message.guild else None
    plain = (await bot.guild_settings(guild)).plain
    notes = cut_note(text, wording)
    answer = reply_message(reply, edition, wording, plain=plain, notes=notes)
    # The nonce lets Discord drop the second copy where a request is tried twice.
    sent = await reply_to(message, {**answer, "nonce": message.id})
    bot.metrics.question(reply.status)
    await keep_posted(bot, Place(guild, sent.channel.id, sent.id), reply, edition, plain=plain)
    if is_for_editors(reply, heard):
        await note_miss(bot, guild, reply)


async def hear(bot: FootnoteClient, message: discord.Message) -> None:
    """Answer a message that is meant for the bot; apologise if that fails, and raise why."""
    try:
        guild = message.guild.id if message.guild and bot.hears_all else None
        ask_channels = (await bot.guild_settings(guild)).ask_channels
        heard = hearing(message, bot.own_id, ask_channels)
        if heard and bot.in_hand.begin("message", message.id):
            await answer_message(bot, message, heard, wording_in(message.guild))
    except Exception as error:
        # Who overhears an ask channel says nothing: nobody spoke to the bot.
        if not is_out_of_reach(error) and hearing(message, bot.own_id):
            await _apologise(message)
        raise


async def _apologise(message: discord.Message) -> None:
    apology = wording_in(message.guild)("error.apology")
    try:
        await reply_to(message, {"content": apology, "allowed_mentions": QUIET})
    except UNTAKEN as failure:
        log.warning("An apology could not be sent: %.300r", failure)


FEATURE = Feature(on_message=hear)
