"""Which articles are meant in a channel if a member names none."""

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
