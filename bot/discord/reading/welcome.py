"""A word to a server that the bot joins: what it does, and who may edit the facts."""

import logging

import discord
from discord.utils import escape_markdown

from bot.discord.client import FootnoteClient, wording_in
from bot.discord.errors import UNTAKEN
from bot.discord.feature import Feature
from bot.discord.views import layout

log = logging.getLogger(__name__)


async def on_guild_join(bot: FootnoteClient, guild: discord.Guild) -> None:
    """Introduce the bot in the channel for such news, if there is one in which it may speak."""
    channel = guild.system_channel
    if channel is None or not _may_speak(channel):
        return
    wording = wording_in(guild)
    titles = "; ".join(escape_markdown(a.title) for a in bot.edition.knowledge.articles)
    editing = "here" if guild.id in bot.editing_guilds else "elsewhere"
    texts = [wording("welcome.about", titles=titles), wording(f"welcome.editing_{editing}")]
    if bot.settings.message_content:
        texts.append(wording("welcome.ask_channels"))
    try:
        await channel.send(view=layout(texts, wording))
    except UNTAKEN as error:
        log.warning("A welcome could not be posted: %.300r", error)


def _may_speak(channel: discord.TextChannel) -> bool:
    allowed = channel.permissions_for(channel.guild.me)
    return allowed.view_channel and allowed.send_messages


FEATURE = Feature(events={"guild_join": on_guild_join})
