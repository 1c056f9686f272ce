"""A channel: which articles answer there, and what the bot may do there."""

import discord

from bot.discord.client import FootnoteClient
from bot.publishing.edition import Edition
from bot.routing.library import ScopeError
from bot.wording import Wording


def places(channel: discord.abc.Snowflake | None) -> tuple[int, ...]:
    """The id of a channel and, of a thread, that of the channel it hangs on."""
    if isinstance(channel, discord.Thread):
        return channel.id, channel.parent_id
    return (channel.id,) if channel else ()


async def bound_articles(
    bot: FootnoteClient,
    edition: Edition,
    guild: discord.Guild | None,
    channel: discord.abc.Snowflake | None,
    wording: Wording,
) -> tuple[str, ...] | None:
    """The slugs that the channel, or else its server, is bound to; None if it is to none.

    Raises ScopeError if none of them is an article any more.
    """
    settings = await bot.guild_settings(guild.id if guild else None)
    bound = settings.articles_in(places(channel))
    known = {article.slug for article in edition.knowledge.articles}
    there = tuple(slug for slug in bound if slug in known)
    if bound and not there:
        raise ScopeError(wording("answer.articles_gone"))
    return there or None


def lacking(channel: discord.abc.Snowflake, guild: discord.Guild | None) -> list[str]:
    """The permissions, by Discord's names, that the bot lacks to answer in a channel.

    For a channel that discord.py doesn't know, as a thread may be, none: the bot has to try.
    """
    if guild is None or isinstance(channel, discord.PartialMessageable):
        return []
    # A thread whose channel the bot can't see has no permissions to check.
    if isinstance(channel, discord.Thread) and channel.parent is None:
        return ["View Channels"]
    assert isinstance(channel, discord.abc.GuildChannel | discord.Thread)
    allowed = channel.permissions_for(guild.me)
    needed = {"View Channels": allowed.view_channel}
    if isinstance(channel, discord.Thread | discord.ForumChannel):
        needed["Send Messages in Threads"] = allowed.send_messages_in_threads
    else:
        needed["Send Messages"] = allowed.send_messages
    if isinstance(channel, discord.VoiceChannel | discord.StageChannel):
        needed["Connect"] = allowed.connect
    return [name for name, granted in needed.items() if not granted]
