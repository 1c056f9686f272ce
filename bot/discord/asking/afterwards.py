"""After the answer: its question is corrected or deleted, or it is not wanted any more."""

import logging
from datetime import timedelta

import discord

from bot.discord.asking.messages import correct_answer
from bot.discord.asking.posted import take_back
from bot.discord.asking.triggers import trigger_of
from bot.discord.client import FootnoteClient
from bot.discord.errors import UNTAKEN
from bot.discord.feature import Feature
from bot.discord.message_text import asker_of
from bot.operation.recent import RecentAnswer

CORRECTABLE = timedelta(minutes=2)
"""For how long a question may be corrected, after it was asked."""

BINS = {"🗑", "🗑️"}
"""Discord may send the waste bin with or without the mark that makes it colorful."""

log = logging.getLogger(__name__)


async def on_edit(bot: FootnoteClient, edit: discord.RawMessageUpdateEvent) -> None:
    """Answer a question again that its author corrected soon."""
    message = edit.message
    # Discord sends an edit also when it adds the preview of a link.
    if message.edited_at is None or message.edited_at - message.created_at > CORRECTABLE:
        return
    guild = message.guild.id if message.guild and bot.settings.message_content else None
    trigger = trigger_of(message, bot.own_id, (await bot.guild_settings(guild)).ask_channels)
    number = hash((message.id, message.edited_at))
    if trigger and bot.in_progress.begin("message", number):
        await correct_answer(bot, message)


async def on_delete(bot: FootnoteClient, deletion: discord.RawMessageDeleteEvent) -> None:
    """Delete the answer to a question that was deleted."""
    await _delete_answers(bot, {deletion.message_id})


async def on_bulk_delete(bot: FootnoteClient, deletion: discord.RawBulkMessageDeleteEvent) -> None:
    """Delete the answers to questions that were deleted together."""
    await _delete_answers(bot, deletion.message_ids)


async def _delete_answers(bot: FootnoteClient, questions: set[int]) -> None:
    answers = {bot.recent_answers.delete(question) for question in questions} - {None}
    for answer in answers:
        if answer and answer.message not in questions:
            await take_back(bot, answer)


async def on_reaction(bot: FootnoteClient, reaction: discord.RawReactionActionEvent) -> None:
    """Delete an answer at which its asker, or a moderator, puts a waste bin."""
    others = reaction.message_author_id not in (bot.own_id, None)
    if others or str(reaction.emoji) not in BINS or reaction.user_id == bot.own_id:
        return
    channel = bot.get_partial_messageable(reaction.channel_id, guild_id=reaction.guild_id)
    try:
        answer = await channel.fetch_message(reaction.message_id)
        asker = asker_of(answer) or await _opener(bot, reaction.channel_id)
    except UNTAKEN as error:
        log.warning("The answer %d could not be read: %.300r", reaction.message_id, error)
        return
    unwanted = asker == reaction.user_id or _moderates(bot, reaction)
    if unwanted and answer.author.id == bot.own_id:
        await take_back(bot, RecentAnswer(reaction.channel_id, answer.id, frozenset()))


async def _opener(bot: FootnoteClient, thread: int) -> int | None:
    """Who wrote the message that a thread hangs on: the question, if the answer has a thread."""
    channel = bot.get_channel(thread)
    if not isinstance(channel, discord.Thread) or not isinstance(
        channel.parent, discord.TextChannel
    ):
        return None
    return (await channel.parent.fetch_message(thread)).author.id


def _moderates(bot: FootnoteClient, reaction: discord.RawReactionActionEvent) -> bool:
    guild = bot.get_guild(reaction.guild_id or 0)
    channel = guild.get_channel_or_thread(reaction.channel_id) if guild else None
    if channel is None or reaction.member is None:
        return False
    return channel.permissions_for(reaction.member).manage_messages


FEATURE = Feature(
    events={
        "raw_message_edit": on_edit,
        "raw_message_delete": on_delete,
        "raw_bulk_message_delete": on_bulk_delete,
        "raw_reaction_add": on_reaction,
    }
)
