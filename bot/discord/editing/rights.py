"""Who may manage the bot in a server; checked at every command, click and form."""

from abc import abstractmethod
from typing import Any, TypeVar

import discord
from discord import app_commands

from bot.discord.client import Interaction, is_editor, is_foreign
from bot.discord.errors import ForeignServer, NotEditingServer, NotEditor
from bot.discord.ui.form import Form
from bot.discord.ui.lasting import LastingButton

T = TypeVar("T")


def of_servers(command: T) -> T:
    """Offer a command or group in servers that have the bot, and nowhere else."""
    # Not `guild_only`, which the tree's own contexts would override.
    in_servers = app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    of_the_bot = app_commands.allowed_installs(guilds=True, users=False)
    return in_servers(of_the_bot(command))


def check_manager(interaction: Interaction) -> None:
    """Raise MissingPermissions unless the member may manage a server that has the bot."""
    may = interaction.guild_id is not None and interaction.permissions.manage_guild
    if not may or is_foreign(interaction):
        raise app_commands.MissingPermissions(["manage_guild"])


async def check_editor(interaction: Interaction) -> bool:
    """True; raises NotEditor unless the member may manage the server or has the role for editors.

    Raises ForeignServer in a server that the bot is not in.
    """
    if is_foreign(interaction):
        raise ForeignServer
    if not await is_editor(interaction):
        raise NotEditor
    return True


def check_place(interaction: Interaction) -> None:
    """Raise NotEditingServer if the facts, which answer in every server, can't be changed here.

    They can in the servers that the owner named; if they named none, in the one server that the bot
    is in or, if there are several, by the application's owner and team.
    """
    bot, guild = interaction.client, interaction.guild_id
    if guild is None or is_foreign(interaction):
        raise NotEditingServer
    is_open = not bot.editing_guilds and _is_owner(interaction)
    if guild not in bot.editing_guilds and not is_open:
        raise NotEditingServer


def _is_owner(interaction: Interaction) -> bool:
    """Whether a member owns the application or, accepted and with a say, is in its team."""
    about, member = interaction.client.application, interaction.user.id
    if about is None:
        return False
    if about.team is None:
        return about.owner.id == member
    return about.team.owner_id == member or any(
        member == other.id
        for other in about.team.members
        if other.membership_state is discord.TeamMembershipState.accepted
        and other.role is not discord.TeamMemberRole.read_only
    )


async def check_change(interaction: Interaction) -> bool:
    """Raise NotEditor or NotEditingServer unless the member may change the facts from here."""
    await check_editor(interaction)
    check_place(interaction)
    return True


class EditorGroup(app_commands.Group):
    """Commands for editors; who they are is checked whenever one is used."""

    async def interaction_check(self, interaction: discord.Interaction[Any]) -> bool:
        """Check at run time too: what Discord is told of permissions is only a hint."""
        return await check_editor(interaction)


class EditorButton(LastingButton, template="v0:"):
    """A button for editors; a subclass says in `act` what it does."""

    async def clicked(self, interaction: Interaction) -> None:
        """Check at each click: the message may be older than somebody's rights."""
        await check_editor(interaction)
        await self.act(interaction)

    @abstractmethod
    async def act(self, interaction: Interaction) -> None:
        """Answer an editor's click."""


class EditorForm(Form):
    """A form for editors."""

    async def interaction_check(self, interaction: discord.Interaction[Any]) -> bool:
        """Check when it is sent, too: rights may go while it is filled in."""
        return await super().interaction_check(interaction) and await check_change(interaction)
