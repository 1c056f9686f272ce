"""What the bot is and does, in plain words: `/help`."""

from collections.abc import Iterator
from typing import Any, TypeAlias

import discord
from discord import app_commands
from discord.utils import escape_markdown

from bot.discord.client import Interaction, wording_of
from bot.discord.feature import Feature
from bot.discord.ui.pages import show
from bot.discord.views import layout
from bot.wording import Wording

Named: TypeAlias = "app_commands.Command[Any, ..., Any] | app_commands.Group"


@app_commands.command(name="help")
async def show_help(interaction: Interaction) -> None:
    """Say what the bot does, and list its commands."""
    wording = wording_of(interaction)
    titles = "; ".join(a.title for a in interaction.client.edition.knowledge.articles)
    commands = [wording("help.commands"), *_command_lines(interaction, wording)]
    texts = [
        wording("help.about", titles=escape_markdown(titles)),
        wording("help.asking"),
        "\n".join(commands),
        wording("help.more"),
    ]
    await show(interaction, layout(texts, wording), ephemeral=True)


def _command_lines(interaction: Interaction, wording: Wording) -> Iterator[str]:
    """A line for each command that the member may use, in the order they were added."""
    tree, words = interaction.client.tree, wording.commands
    for command in tree.walk_commands():
        if isinstance(command, app_commands.Command) and _is_offered(interaction, command):
            path = " ".join(words.get(name, name) for name in command.qualified_name.split())
            yield f"- `/{path}`: {words.get(command.description, command.description)}"
    for menu in tree.walk_commands(type=discord.AppCommandType.message):
        yield wording("help.menu", name=words.get(menu.name, menu.name))


def _is_offered(interaction: Interaction, command: Named) -> bool:
    """Whether a member may see a command: Discord asks what its group demands."""
    needed = (command.root_parent or command).default_permissions
    here = interaction.guild_id is not None
    return needed is None or (here and interaction.permissions >= needed)


FEATURE = Feature(commands=(show_help,))
