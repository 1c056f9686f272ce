"""Asking by command: `/ask`, and "Ask about this" on somebody's message."""

from collections.abc import Sequence

import discord
from discord import app_commands

from bot.discord.asking.counting import count_question, is_for_editors, note_miss
from bot.discord.asking.pointing import pointed
from bot.discord.asking.posted import keep_posted, place_of
from bot.discord.asking.replies import Look, cut_note, reply_message
from bot.discord.client import Interaction, home_guild, wording_of
from bot.discord.errors import whisper
from bot.discord.feature import Feature
from bot.discord.pace import is_too_fast, wait_of_channel
from bot.discord.ui.choices import chosen_key, scope_of, suggest_facts, takes_article
from bot.language.utterance import read_utterance
from bot.publishing.edition import Edition
from bot.routing.reply import Refusal, Reply


@app_commands.command()
@app_commands.describe(
    question="What you want to know, in your own words",
    private="Show the answer to you alone",
)
@app_commands.autocomplete(question=suggest_facts)
@takes_article
async def ask(
    interaction: Interaction, question: str, article: str = "", *, private: bool = False
) -> None:
    """Ask the article a question."""
    if await is_too_fast(interaction, interaction.client.askers):
        return
    wording = wording_of(interaction)
    edition = interaction.client.edition
    key = chosen_key(question)
    if key is None:
        scope = await scope_of(interaction, edition, article)
        reply = edition.library.ask(question, scope)
        notes = cut_note(reply, wording)
        await _answer(interaction, reply, edition, notes, private=private)
        if is_for_editors(reply):
            await note_miss(interaction.client, home_guild(interaction), reply)
    elif fact := edition.facts_by_key.get(key):
        await _answer(interaction, edition.library.answer(fact.id), edition, private=private)
    else:
        await whisper(interaction, wording("answer.gone"))


async def ask_about(interaction: Interaction, message: discord.Message) -> None:
    """Answer what somebody else wrote; a refusal is for who asked alone."""
    if await is_too_fast(interaction, interaction.client.askers):
        return
    wording = wording_of(interaction)
    edition = interaction.client.edition
    text = pointed(message, interaction.client.own_id, edition).text
    reply = edition.library.ask(text, await scope_of(interaction, edition))
    notes = [wording("answer.about", link=message.jump_url), *cut_note(reply, wording)]
    await _answer(interaction, reply, edition, notes, private=reply.status == "declined")
    if read_utterance(text).asks and is_for_editors(reply):
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
    private = private or wait_of_channel(interaction) is not None
    has_editors = home_guild(interaction) is not None
    nothing = reply.refusal is Refusal.NOTHING_ASKED
    scope = await scope_of(interaction, edition) if nothing else None
    look = Look(
        wording_of(interaction), plain=plain, headed=True, has_editors=has_editors, scope=scope
    )
    message = reply_message(reply, edition, look, notes=notes)
    sent = await interaction.response.send_message(
        **message, ephemeral=private, suppress_embeds=True
    )
    count_question(bot, home_guild(interaction), reply)
    if not private:
        await keep_posted(bot, place_of(interaction, sent), reply, edition, plain=plain)


FEATURE = Feature(commands=(ask, ask_about_this))
