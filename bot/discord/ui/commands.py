"""Buttons that run a command, for members who don't know its name."""

from typing import Any, Literal, TypeAlias

from discord import app_commands

from bot.discord.client import Interaction
from bot.discord.feature import Feature
from bot.discord.ui.lasting import LastingButton
from bot.wording import Wording

Name: TypeAlias = Literal["browse", "summary", "article", "help"]
"""The commands that a button may run: open to all, with no required option."""


class CommandButton(LastingButton, template=r"v1:use:(browse|summary|article|help)"):
    """Runs a command for whoever clicked; carries its name."""

    async def clicked(self, interaction: Interaction) -> None:
        """Answer as the command does."""
        command = interaction.client.tree.get_command(self.parts[0])
        assert isinstance(command, app_commands.Command)
        use: Any = command.callback
        await use(interaction)


def command_button(name: Name, wording: Wording) -> CommandButton:
    """A button that runs a command, in the reader's language."""
    return CommandButton(wording(f"button.{name}"), f"v1:use:{name}")


FEATURE = Feature(buttons=(CommandButton,))
