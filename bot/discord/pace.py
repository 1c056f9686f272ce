"""Rate limits: for a member who asks too much at once, and for a channel full of commands."""

from discord.utils import format_dt, utcnow

from bot.discord.client import Interaction, wording_of
from bot.discord.errors import whisper
from bot.operation.cooldown import Cooldown, Wait


async def is_too_fast(interaction: Interaction, pace: Cooldown) -> bool:
    """Count a request of a member; if they make too many, say so."""
    wait = pace.take(interaction.user.id, utcnow())
    # Each time: Discord shows a command or click that gets no answer as failed.
    if wait:
        await tell_to_wait(interaction, wait)
    return wait is not None


async def tell_to_wait(interaction: Interaction, wait: Wait) -> None:
    """Tell a member, and nobody else, when they can ask again."""
    slowly = wording_of(interaction)("answer.slowly", when=format_dt(wait.until, "R"))
    await whisper(interaction, slowly)


def wait_of_channel(interaction: Interaction) -> Wait | None:
    """Count an answer in a channel; how long to wait if there have been too many."""
    return interaction.client.channels.take(interaction.channel_id, utcnow())
