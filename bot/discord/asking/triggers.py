"""Which messages are meant for the bot."""

import re
from collections.abc import Collection
from typing import Literal

import discord

from bot.discord.channels import places
from bot.discord.message_text import own_text
from bot.language.utterance import read_utterance

Trigger = Literal["mention", "reply", "ask channel"]
"""How a message reached the bot.

"mention": it mentions the bot or was sent to it alone, and has to be answered; "reply": it
replies to a message of the bot; "ask channel": a question in an ask channel.
"""

_NO_MENTION = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|\\<@[!&]?\d+>", re.DOTALL)
"""What only looks like a mention: in code, or behind a backslash."""


def trigger_of(
    message: discord.Message, me: int, ask_channels: Collection[int] = ()
) -> Trigger | None:
    """How a message reached the bot whose user id is `me`; None if it is not meant."""
    # A system message mentions the bot too: "alice added Footnote to the thread".
    if message.author.bot or message.is_system():
        return None
    # A server's message has no server if the bot is not in it; that makes it no direct one.
    direct = isinstance(message.channel, discord.DMChannel)
    if message.guild is None and not direct:
        return None
    if direct or _is_named(message, me):
        return "mention"
    if message.reference and any(user.id == me for user in message.mentions):
        return "reply"
    # Who pings somebody asks them and not the room.
    if message.mentions or set(places(message.channel)).isdisjoint(ask_channels):
        return None
    return "ask channel" if read_utterance(own_text(message)).asks else None


def _is_named(message: discord.Message, me: int) -> bool:
    """Whether a message pings the bot, or the role that Discord made for it alone."""
    itself = message.guild.get_member(me) if message.guild else None
    # What Discord manages, and the bot has, is the role that was made for it.
    roles = [role.id for role in itself.roles if role.managed] if itself else []
    ours = "|".join([rf"<@!?{me}>", *(rf"<@&{role}>" for role in roles)])
    # Not `mentioned_in`, which is true of @everyone, nor `mentions`, which holds who is replied to.
    return re.search(ours, _NO_MENTION.sub("", message.content)) is not None
