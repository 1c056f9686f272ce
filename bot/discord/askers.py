"""Who asked for a message of the bot."""

import discord


def asker_of(message: discord.Message) -> int | None:
    """The user id of who a message of the bot answers, by a command or by a reply to theirs.

    None if Discord doesn't tell.
    """
    if message.interaction_metadata:
        return message.interaction_metadata.user.id
    asked = message.reference.resolved if message.reference else None
    return asked.author.id if isinstance(asked, discord.Message) else None
