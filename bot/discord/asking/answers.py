"""The ways to ask in Discord: `/ask`, "Ask about this", and messages."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import discord
from discord import app_commands
from discord.utils import format_dt

from bot.discord.asking.asking import (
    READ_LIMIT,
    has_to_wait,
    home_guild,
    is_for_curators,
    note_miss,
    reply_to,
    wait_for,
    without_mention,
)
from bot.discord.asking.listening import Hearing, looks_like_question
from bot.discord.asking.posted import Place, keep_posted, place_of
from bot.discord.asking.replies import cut_note, reply_message
from bot.discord.errors import whisper
from bot.discord.views import QUIET
from bot.knowledge.facts import fact_key
from bot.language.text import fold
from bot.publishing.edition import Edition
from bot.routing.reply import Reply
from bot.wording import Wording, wording_for

if TYPE_CHECKING:
    from bot.discord.bot import FootnoteBot

Asked: TypeAlias = "discord.Interaction[FootnoteBot]"

CHOICES = 25
"""Choices of an autocomplete: Discord's limit. A choice has as many characters as a question."""

_CHOSEN = re.compile(r"fact:([0-9a-f]{10})")


@app_commands.command()
@app_commands.describe(
    question="What you want to know, in your own words", private="Show the answer to you alone"
)
async def ask(interaction: Asked, question: str, *, private: bool = False) -> None:
    """Ask the article a question."""
    if await has_to_wait(interaction):
        return
    wording = wording_for(interaction.locale.value)
    edition = interaction.client.edition
    chosen = _CHOSEN.fullmatch(question)
    if not chosen:
        reply = edition.router.ask(question[:READ_LIMIT])
        notes = cut_note(question, wording)
        await _answer(interaction, reply, edition, notes, private=private)
        if is_for_curators(reply, "spoken to"):
            await note_miss(interaction.client, home_guild(interaction), reply)
    elif fact := edition.facts_by_key.get(chosen[1]):
        await _answer(interaction, edition.router.answer(fact.id), edition, private=private)
    else:
        await whisper(interaction, wording("answer.gone"))


@ask.autocomplete("question")
async def nearest_questions(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    """The known questions nearest to what is typed so far; first those that have it in them."""
    edition = interaction.client.edition
    begun = fold(typed[:READ_LIMIT])
    near = edition.router.nearest(begun, len(edition.knowledge.facts))
    offered = sorted(near, key=lambda suggestion: begun not in fold(suggestion.question))
    return [
        app_commands.Choice(name=s.question, value=f"fact:{fact_key(s.fact)}")
        for s in offered[:CHOICES]
    ]


async def ask_about(interaction: Asked, message: discord.Message) -> None:
    """Answer what somebody else wrote; a refusal is for who asked alone."""
    if await has_to_wait(interaction):
        return
    wording = wording_for(interaction.locale.value)
    text = without_mention(message.content, interaction.client.own_id)
    edition = interaction.client.edition
    reply = edition.router.ask(text[:READ_LIMIT])
    notes = [wording("answer.about", link=message.jump_url), *cut_note(text, wording)]
    await _answer(interaction, reply, edition, notes, private=reply.status == "declined")
    if looks_like_question(text) and is_for_curators(reply, "spoken to"):
        await note_miss(interaction.client, home_guild(interaction), reply)


# Made by hand: the decorator would want the tree.
ask_about_this = app_commands.ContextMenu(name="Ask about this", callback=ask_about)


async def _answer(
    interaction: Asked, reply: Reply, edition: Edition, notes: Sequence[str] = (), *, private: bool
) -> None:
    bot = interaction.client
    plain = (await bot.guild_settings(interaction.guild_id)).plain
    wording = wording_for(interaction.locale.value)
    message = reply_message(reply, edition, wording, plain=plain, notes=notes)
    sent = await interaction.response.send_message(**message, ephemeral=private)
    bot.metrics.question(reply.status)
    if not private:
        await keep_posted(bot, place_of(interaction, sent), reply, edition, plain=plain)


async def _is_to_wait(bot: "FootnoteBot", message: discord.Message, wording: Wording) -> bool:
    """Whether the author or the channel of a message has to wait; the first is told."""
    wait = wait_for(bot, message.author.id, message.channel.id)
    if wait and wait.first:
        await bot.in_hand.turn("message")
        slowly = wording("answer.slowly", when=format_dt(wait.until, "R"))
        await reply_to(message, {"content": slowly, "allowed_mentions": QUIET})
    return wait is not None


async def answer_message(
    bot: "FootnoteBot", message: discord.Message, heard: Hearing, wording: Wording
) -> None:
    """Answer a message; what wasn't put to the bot by name gets an answer or silence."""
    spoken_to = heard == "spoken to"
    # Counted before it is read: who has to wait must not make a queue.
    if spoken_to and await _is_to_wait(bot, message, wording):
        return
    await bot.in_hand.turn("message")
    text = without_mention(message.content, bot.own_id)
    edition = bot.edition
    reply = edition.router.ask(text[:READ_LIMIT])
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
    if is_for_curators(reply, heard):
        await note_miss(bot, guild, reply)
