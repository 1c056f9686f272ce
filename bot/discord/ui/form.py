"""Forms that a member fills in: each is taken once, and answered whatever happens."""

from typing import Any

import discord
from discord import ui

from bot.discord.client import Interaction
from bot.discord.errors import tell_failure

SECONDS = 3600.0
"""For how long a form may be filled in; one that was closed is forgotten then."""


class Form(ui.Modal):
    """A form; a subclass adds its fields, and says in `on_submit` what it is for."""

    def __init__(self, title: str) -> None:
        super().__init__(title=title, timeout=SECONDS)

    async def interaction_check(self, interaction: discord.Interaction[Any]) -> bool:
        """Count the form as an answer in progress; False if it has come before."""
        return bool(interaction.client.in_progress.begin("form", interaction.id))

    # As in discord.py's own Modal, whose base has one argument more.
    async def on_error(  # type: ignore[override]
        self, interaction: Interaction, error: Exception, /
    ) -> None:
        """Tell the member what failed."""
        await tell_failure(interaction, error)
