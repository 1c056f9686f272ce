"""Buttons that use a command, so that nobody has to know its name."""

from typing import Any, Literal, TypeAlias

from discord import app_commands

from bot.discord.client import Interaction, wording_of
from bot.discord.feature import Feature
from bot.discord.ui.choices import article_key, article_with_key
from bot.discord.ui.lasting import LastingButton
from bot.knowledge.article import Article
from bot.wording import Wording

Name: TypeAlias = Literal["browse", "summary", "article", "help"]
"""The commands that a button may use: anybody may, and no option has to be given."""


class CommandButton(
    LastingButton, template=r"v1:use:(browse|summary|article|help)(:[0-9a-f]{10})?"
):
    """Uses a command for who clicked; carries its name, and the key of the article it is about."""

    async def clicked(self, interaction: Interaction) -> None:
        """Answer as the command does."""
        name, *key = self.parts
        command = interaction.client.tree.get_command(name)
        assert isinstance(command, app_commands.Command)
        edition, wording = interaction.client.edition, wording_of(interaction)
        about = {"article": article_with_key(edition, key[0], wording).slug} if key else {}
        use: Any = command.callback
        await use(interaction, **about)


def command_button(name: Name, wording: Wording, article: Article | None = None) -> CommandButton:
    """A button that uses a command, about an article if one is given."""
    about = f":{article_key(article)}" if article else ""
    return CommandButton(wording(f"button.{name}"), f"v1:use:{name}{about}")


FEATURE = Feature(buttons=(CommandButton,))
