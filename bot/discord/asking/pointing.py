"""What a message points at: the one that it replies to, or the bot's answer that it follows up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import discord
from discord.utils import escape_markdown

from bot.discord.message_text import (
    own_text,
    parts_of,
    quoted,
    shown_text,
    text_of,
    without_mention,
)
from bot.knowledge.facts import Fact
from bot.language.follow_ups import asks_who_says, leans_on_answer
from bot.language.utterance import read_utterance
from bot.publishing.edition import Edition
from bot.routing.reply import Reply
from bot.wording import Wording

_VOTE = re.compile(r"v1:vote:up:([0-9a-f]{10})")
"""The button under every answer that names its fact."""


@dataclass(frozen=True)
class Pointed:
    """What to ask for a message: its own words, and behind them as a quotation what they point at.

    `unread` is whether Discord doesn't tell the bot what that is, or what the message itself says.
    `follows` is the fact of the bot's answer that its words make sense with only; `who` whether
    they ask who says so.
    """

    text: str
    unread: bool = False
    follows: Fact | None = None
    who: bool = False


def pointed(message: discord.Message, me: int, edition: Edition) -> Pointed:
    """Read a message to the bot whose user id is `me`, and whose answers are of an edition."""
    own = without_mention(own_text(message), me)
    other = message.reference.resolved if message.reference else None
    answer = other if isinstance(other, discord.Message) and other.author.id == me else None
    fact = _fact_of(answer, edition.facts_by_key) if answer else None
    own = edition.library.following(own, fact.id) if fact else own
    if fact and leans_on_answer(own):
        return Pointed(f"{own}\n{quoted(fact.question)}", follows=fact, who=asks_who_says(own))
    shown = shown_text(message)
    if not (message.reference or shown) or not read_utterance(own).points:
        return Pointed(own)
    if isinstance(other, discord.Message) and not answer:
        shown = f"{shown}\n{text_of(other)}".strip()
    empty = not (message.content or message.attachments or message.stickers)
    unread = bool(message.reference) and not shown and (empty if answer else True)
    return Pointed(f"{own}\n{quoted(shown)}".strip(), unread=unread)


def _fact_of(answer: discord.Message, facts: Mapping[str, Fact]) -> Fact | None:
    ids = (getattr(part, "custom_id", None) or "" for part in parts_of(answer.components))
    keys = (found[1] for each in ids if (found := _VOTE.fullmatch(each)))
    return next((facts[key] for key in keys if key in facts), None)


def said_instead(asked: Pointed, reply: Reply, edition: Edition, wording: Wording) -> str:
    """What to say if a message can't be read, or asks about an answer what its fact doesn't say."""
    fact = asked.follows
    if asked.unread:
        menu = wording.commands.get("Ask about this", "Ask about this")
        return wording("answer.unread", menu=menu)
    if fact and asked.who:
        speakers = edition.library.speakers(edition.library.answer(fact.id))
        return wording("answer.who_says", speakers="; ".join(map(escape_markdown, speakers)))
    # Its own words lead to the answer again that was not enough.
    if fact and (reply.status != "answered" or reply.fact == fact.id):
        return wording("answer.follow_up")
    return ""
