"""The ways to ask in Discord: `/ask`, "Ask about this", and messages."""

import logging
from collections.abc import Sequence

import discord
from discord import app_commands
from discord.utils import format_dt

from bot.discord.asking.asking import (
    has_to_wait,
    home_guild,
    is_for_editors,
    note_miss,
    reply_to,
    wait_for,
    without_mention,
)
from bot.discord.asking.listening import Hearing, hearing, looks_like_question
from bot.discord.asking.posted import Place, keep_posted, place_of
from bot.discord.asking.replies import cut_note, reply_message
from bot.discord.client import FootnoteClient, Interaction, wording_in, wording_of
from bot.discord.errors import UNTAKEN, is_out_of_reach, whisper
from bot.discord.feature import Feature
from bot.discord.ui.choices import READ_LIMIT, chosen_key, suggest_facts
from bot.discord.views import QUIET
from bot.publishing.edition import Edition
from bot.routing.reply import Reply
from bot.wording import Wording

log = logging.getLogger(__name__)


@app_commands.command()
@app_commands.describe(
    question="What you want to know, in your own words", private="Show the answer to you alone"
)
@app_commands.autocomplete(question=suggest_facts)
async def ask(interaction: Interaction, question: str, *, private: bool = False) -> None:
    """Ask the article a question."""
    if await has_to_wait(interaction):
        return
    wording = wording_of(interaction)
    edition = interaction.client.edition
    key = chosen_key(question)
    if key is None:
        reply = edition.library.ask(question[:READ_LIMIT])
        notes = cut_note(question, wording)
        await _answer(interaction, reply, edition, notes, private=private)
        if is_for_editors(reply, "spoken to"):
            await note_miss(interaction.client, home_guild(interaction), reply)
    elif fact := edition.facts_by_key.get(key):
        await _answer(interaction, edition.library.answer(fact.id), edition, private=private)
    else:
        await whisper(interaction, wording("answer.gone"))


async def ask_about(interaction: Interaction, message: discord.Message) -> None:
    """Answer what somebody else wrote; a refusal is for who asked alone."""
    if await has_to_wait(interaction):
        return
    wording = wording_of(interaction)
    text = without_mention(message.content, interaction.client.own_id)
    edition = interaction.client.edition
    reply = edition.library.ask(text[:READ_LIMIT])
    notes = [wording("answer.about", link=message.jump_url), *cut_note(text, wording)]
    await _answer(interaction, reply, edition, notes, private=reply.status == "declined")
    if looks_like_question(text) and is_for_editors(reply, "spoken to"):
        await note_miss(interaction.client, home_guild(interaction), reply)


# Made by hand: the decorator would want the tree.
ask_about_this = app_commands.ContextMenu(name="Ask about this", callback=ask_about)


async def _answer(
    interaction: Interaction,
    reply: Reply,
    edition: Edition,
    notes: Sequence[str] = (),
    *,
    private: bool,
) -> None:
    bot = interaction.client
    plain = (await bot.guild_settings(interaction.guild_id)).plain
    wording = wording_of(interaction)
    message = reply_message(reply, edition, wording, plain=plain, notes=notes)
    sent = await interaction.response.send_message(**message, ephemeral=private)
    bot.metrics.question(reply.status)
    if not private:
        await keep_posted(bot, place_of(interaction, sent), reply, edition, plain=plain)


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


FEATURE = Feature(commands=(ask, ask_about_this), on_message=hear)
