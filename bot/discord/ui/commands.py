"""Buttons that use a command, so that nobody has to know its name."""

from typing import Any, Literal, TypeAlias

from discord import app_commands

from bot.discord.client import Interaction
from bot.discord.feature import Feature
from bot.discord.ui.lasting import LastingButton
from bot.wording import Wording

Name: TypeAlias = Literal["browse", "summary", "article", "help"]
"""The commands that a button may use: anybody may, and no option has to be given."""


class CommandButton(LastingButton, template=r"v1:use:(browse|summary|article|help)"):
    """Uses a command for who clicked; carries its name."""

    async def clicked(self, interaction: Interaction) -> None:
        """Answer as the command does."""
        command = interaction.client.tree.get_command(self.parts[0])
        assert isinstance(command, app_commands.Command)
        use: Any = command.callback
        await use(interaction)


def command_button(name: Name, wording: Wording) -> CommandButton:
    """A button that uses a command, in the reader's language."""
    return CommandButton(wording(f"button.{name}"), f"v1:use:{name}")


FEATURE = Feature(buttons=(CommandButton,))
