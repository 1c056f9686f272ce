"""Who may look after the bot in a server, checked whenever something is run, clicked or sent."""

from abc import abstractmethod
from typing import Any

import discord
from discord import app_commands, ui

from bot.discord.client import Interaction
from bot.discord.errors import NotEditor, tell_failure
from bot.discord.ui.lasting import LastingButton


def check_manager(interaction: Interaction) -> None:
    """Raise MissingPermissions unless the member may manage the server."""
    if interaction.guild_id is None or not interaction.permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])


async def check_editor(interaction: Interaction) -> None:
    """Raise NotEditor unless the member may manage the server or has the role for editors."""
    if interaction.guild_id is not None and interaction.permissions.manage_guild:
        return
    role = (await interaction.client.guild_settings(interaction.guild_id)).editors
    member = interaction.user
    if role is None or not isinstance(member, discord.Member) or not member.get_role(role):
        raise NotEditor


class EditorButton(LastingButton, template="v0:"):
    """A button for editors; a subclass says in `act` what it does."""

    async def clicked(self, interaction: Interaction) -> None:
        """Check at each click: the message may be older than somebody's rights."""
        await check_editor(interaction)
        await self.act(interaction)

    @abstractmethod
    async def act(self, interaction: Interaction) -> None:
        """Answer an editor's click."""


class EditorForm(ui.Modal):
    """A form for editors; it can be sent within an hour."""

    def __init__(self, title: str) -> None:
        super().__init__(title=title, timeout=3600)

    async def interaction_check(self, interaction: discord.Interaction[Any]) -> bool:
        """Check when it is sent, too: rights may go while it is filled in."""
        if not interaction.client.in_hand.begin("form", interaction.id):
            return False
        await check_editor(interaction)
        return True

    # As in discord.py's own Modal, whose base has one argument more.
    async def on_error(  # type: ignore[override]
        self, interaction: Interaction, error: Exception, /
    ) -> None:
        """Tell the member what failed."""
        await tell_failure(interaction, error)
