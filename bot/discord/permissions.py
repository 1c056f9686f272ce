"""What the bot may do in a channel."""

import discord


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
