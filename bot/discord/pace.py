"""The pace: who asks for too much at once waits, and a channel is not filled by commands."""

from discord.utils import format_dt, utcnow

from bot.discord.client import Interaction, wording_of
from bot.discord.errors import whisper
from bot.operation.cooldown import Cooldown, Wait


async def is_too_fast(interaction: Interaction, pace: Cooldown) -> bool:
    """Count what a member wants; tell them if that is too much at once."""
    wait = pace.take(interaction.user.id, utcnow())
    # Each time: Discord shows a command or click that gets no answer as failed.
    if wait:
        await tell_to_wait(interaction, wait)
    return wait is not None


async def tell_to_wait(interaction: Interaction, wait: Wait) -> None:
    """Tell a member alone when they are answered again."""
    slowly = wording_of(interaction)("answer.slowly", when=format_dt(wait.until, "R"))
    await whisper(interaction, slowly)


def wait_of_channel(interaction: Interaction) -> Wait | None:
    """Count an answer that a whole channel sees, and say until when it has had too many."""
    return interaction.client.channels.take(interaction.channel_id, utcnow())
