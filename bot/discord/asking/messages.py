"""Answering messages: mentions, direct messages, replies, and questions in ask channels."""

import logging
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord.utils import format_dt, utcnow

from bot.discord.asking.closed import tell_closed
from bot.discord.asking.counting import count_question, is_for_editors, note_miss
from bot.discord.asking.pointing import pointed, said_instead
from bot.discord.asking.posted import Place, forget_posted, keep_posted, take_back
from bot.discord.asking.replies import Look, cut_note, reply_message
from bot.discord.asking.triggers import Trigger, trigger_of
from bot.discord.channels import bound_articles, lacking
from bot.discord.client import FootnoteClient, wording_in
from bot.discord.errors import UNTAKEN, is_out_of_reach
from bot.discord.feature import Feature
from bot.discord.views import QUIET, layout
from bot.language.text import fold
from bot.operation.recent import RecentAnswer
from bot.publishing.edition import Edition
from bot.routing.library import ScopeError
from bot.routing.own_words import OwnWords
from bot.routing.reply import Reply
from bot.wording import Wording

THANKS = (OwnWords("talk.thanks"),)
"""The reply to thanks, if a reaction can't say it."""

THREAD_NAME = 100
"""Characters of a thread's name."""

_CLOSED = {50001, 50013}
"""Discord's codes if the bot may not see a channel, or not write there."""

log = logging.getLogger(__name__)


async def _asks_too_much(bot: FootnoteClient, message: discord.Message, wording: Wording) -> bool:
    """Whether the author of a message has to wait; they are told so once."""
    wait = bot.askers.take(message.author.id, utcnow())
    if wait and wait.first and not await _is_crowded(bot, message, wording):
        async with bot.queues.turn(message.channel.id, message, message.id):
            await _say(message, wording("answer.slowly", when=format_dt(wait.until, "R")))
    return wait is not None


async def _is_crowded(bot: FootnoteClient, message: discord.Message, wording: Wording) -> bool:
    """Whether the queue of a message's channel is full, which is told there once."""
    wait = bot.queues.refusal(message.channel.id, utcnow())
    if wait and wait.first:
        await _say(message, wording("answer.crowded", when=format_dt(wait.until, "R")))
    return wait is not None


@dataclass(frozen=True)
class _Asked:
    """A message, and the reply to it by the articles in `scope`, with `notes` in small print.

    `instead` is what the bot says if there is nothing to look up.
    """

    message: discord.Message
    reply: Reply
    edition: Edition
    scope: Collection[str] | None
    notes: tuple[str, ...]
    wording: Wording
    instead: str = ""

    @property
    def guild(self) -> int | None:
        return self.message.guild.id if self.message.guild else None

    @property
    def answer(self) -> Hashable:
        """Equal for messages that one answer serves."""
        if self.instead:
            return self.message.id
        what = self.reply.facts if not self.reply.own else ()
        return self.edition.version, what or fold(self.reply.question), self.notes


async def answer_message(
    bot: FootnoteClient, message: discord.Message, trigger: Trigger, wording: Wording
) -> None:
    """Answer a message; what wasn't put to the bot by name gets an answer or silence."""
    addressed = trigger == "mention"
    # Counted before reading, so that a flood from one member doesn't delay the others.
    if addressed and await _asks_too_much(bot, message, wording):
        return
    await bot.in_progress.turn("message")
    asked = await _read(bot, message, wording)
    if asked.reply.own == THANKS and await _nod(message):
        return
    if not addressed and asked.reply.status == "declined" and not asked.instead:
        return
    if not addressed and await _asks_too_much(bot, message, wording):
        return
    if await _is_crowded(bot, message, wording):
        return
    await _post(bot, asked)
    if asked.instead:
        return
    count_question(bot, asked.guild, asked.reply)
    if is_for_editors(asked.reply, addressed=addressed):
        await note_miss(bot, asked.guild, asked.reply)


async def _nod(message: discord.Message) -> bool:
    """Put a thumb up under a message; False if the bot may not."""
    try:
        await message.add_reaction("👍")
    except UNTAKEN:
        return False
    return True


async def _read(bot: FootnoteClient, message: discord.Message, wording: Wording) -> _Asked:
    edition = bot.edition
    asked = pointed(message, bot.own_id, edition)
    scope = await bound_articles(bot, edition, message.guild, message.channel, wording)
    reply = edition.library.ask(asked.text, scope)
    notes = tuple(cut_note(reply, wording))
    instead = said_instead(asked, reply, edition, wording)
    return _Asked(message, reply, edition, scope, notes, wording, instead)


async def _post(bot: FootnoteClient, asked: _Asked) -> None:
    """Post an answer in its turn, unless it was given by then to somebody who asked the same."""
    message = asked.message
    async with bot.queues.turn(message.channel.id, message, asked.answer) as served:
        wanted = [m for m in served if not bot.recent_answers.are_deleted({m.id})]
        if not wanted:
            return
        content = await _content(bot, asked, _also_for(wanted, asked.wording))
        # By the nonce Discord drops a second answer, even one of another process of the bot.
        content["nonce"] = wanted[0].id
        thread = await _thread_of(bot, asked, wanted[0])
        sent = await (
            thread.send(**content, suppress_embeds=True)
            if thread
            else _reply_to(wanted[0], content)
        )
    answer = RecentAnswer(sent.channel.id, sent.id, frozenset(m.id for m in wanted))
    bot.recent_answers.note(answer)
    await _keep(bot, asked, answer)
    # Deleted while the answer was on its way.
    if bot.recent_answers.are_deleted(answer.asked):
        await take_back(bot, answer)


async def _thread_of(
    bot: FootnoteClient, asked: _Asked, question: discord.Message
) -> discord.Thread | None:
    """A thread for the answer to a question, if the server wants one and lets the bot open it.

    It has the name of the fact: a member's words are not for the bot to repeat.
    """
    wanted = (await bot.guild_settings(asked.guild)).threads
    if not wanted or not isinstance(question.channel, discord.TextChannel):
        return None
    fact = asked.edition.library.facts.get(asked.reply.fact or "")
    name = fact.question if fact else asked.wording("answer.thread")
    try:
        return await question.create_thread(name=name[:THREAD_NAME])
    except discord.HTTPException as error:
        log.warning("No thread could be opened for an answer: %.300r", error)
        return None


async def correct_answer(bot: FootnoteClient, message: discord.Message) -> None:
    """Answer a message again that was changed since it was answered, in place of that answer."""
    await bot.in_progress.turn("message")
    asked = await _read(bot, message, wording_in(message.guild))
    # In its turn: the first answer may be waiting still.
    async with bot.queues.turn(message.channel.id, message, ("corrected", message.id)):
        answer = bot.recent_answers.answer_to(message.id)
        if answer is None or bot.askers.take(message.author.id, utcnow()):
            return
        content = await _content(bot, asked)
        if shared := len(answer.asked) > 1:
            sent = await _reply_to(message, content)
            answer = RecentAnswer(sent.channel.id, sent.id, frozenset({message.id}))
            bot.recent_answers.note(answer)
        else:
            channel = bot.get_partial_messageable(answer.channel)
            await channel.get_partial_message(answer.message).edit(
                **content, allowed_mentions=QUIET
            )
    if not shared:
        await forget_posted(bot, answer.message)
    await _keep(bot, asked, answer)


async def _content(bot: FootnoteClient, asked: _Asked, notes: Sequence[str] = ()) -> dict[str, Any]:
    plain = (await bot.guild_settings(asked.guild)).plain
    if asked.instead:
        if plain:
            return {"content": asked.instead, "view": None}
        return {"view": layout([asked.instead], asked.wording)}
    look = Look(asked.wording, plain=plain, has_editors=asked.guild is not None, scope=asked.scope)
    return reply_message(asked.reply, asked.edition, look, notes=[*asked.notes, *notes])


async def _keep(bot: FootnoteClient, asked: _Asked, answer: RecentAnswer) -> None:
    plain = (await bot.guild_settings(asked.guild)).plain
    place = Place(asked.guild, answer.channel, answer.message)
    if asked.instead:
        return
    await keep_posted(bot, place, asked.reply, asked.edition, plain=plain)


def _also_for(asked: Sequence[discord.Message], wording: Wording) -> list[str]:
    """The note that names those who asked the same as the first, if anybody did."""
    names = dict.fromkeys(message.author.mention for message in asked)
    names.pop(asked[0].author.mention)
    return [wording("answer.also_for", names=" ".join(names))] if names else []


async def on_message(bot: FootnoteClient, message: discord.Message) -> None:
    """Answer a message that is meant for the bot; apologise if that fails, and raise why."""
    try:
        guild = message.guild.id if message.guild and bot.settings.message_content else None
        ask_channels = (await bot.guild_settings(guild)).ask_channels
        trigger = trigger_of(message, bot.own_id, ask_channels)
        if not trigger or not bot.in_progress.begin("message", message.id):
            return
        if lacking(message.channel, message.guild):
            await tell_closed(bot, message)
            return
        await answer_message(bot, message, trigger, wording_in(message.guild))
        bot.closed.pop(message.channel.id, None)
    except discord.Forbidden:
        if message.guild is None:
            raise
        await tell_closed(bot, message)
    except ScopeError as error:
        if trigger_of(message, bot.own_id):
            await _say(message, str(error))
    except Exception as error:
        # Who overhears an ask channel says nothing: nobody spoke to the bot.
        if not is_out_of_reach(error) and trigger_of(message, bot.own_id):
            await _apologise(message)
        raise


async def _apologise(message: discord.Message) -> None:
    try:
        await _say(message, wording_in(message.guild)("error.apology"))
    except UNTAKEN as failure:
        log.warning("An apology could not be sent: %.300r", failure)


async def _reply_to(message: discord.Message, content: Mapping[str, Any]) -> discord.Message:
    """Reply without a ping; if Discord refuses that, the answer stands alone.

    `content` are more arguments of discord.py's ways to send.
    """
    content = {**content, "suppress_embeds": True}
    reference = message.to_reference(fail_if_not_exists=False)
    try:
        return await message.channel.send(**content, reference=reference, mention_author=False)
    except discord.HTTPException as error:
        # To reply needs Read Message History too, and a message that can be replied to.
        if error.status not in (400, 403) or error.code in _CLOSED:
            raise
        log.warning("A reply is sent without its reference: %.300r", error)
        return await message.channel.send(**content)


async def _say(message: discord.Message, text: str) -> None:
    await _reply_to(message, {"content": text})


FEATURE = Feature(events={"message": on_message})
