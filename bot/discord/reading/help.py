"""What the bot is and does, in plain words: `/help`, a tab for each thing that one wants to do."""

from collections.abc import Collection, Iterator
from itertools import groupby
from typing import Any, Literal, TypeAlias, get_args

import discord
from discord import app_commands, ui
from discord.utils import escape_markdown

from bot.discord.channels import places
from bot.discord.client import Interaction, is_foreign, wording_of
from bot.discord.feature import Feature
from bot.discord.ui.lasting import LastingButton
from bot.discord.ui.pages import Entry, entry_texts, show, show_instead
from bot.discord.views import layout
from bot.wording import Wording

Named: TypeAlias = "app_commands.Command[Any, ..., Any] | app_commands.Group"
Tab: TypeAlias = Literal["ask", "read", "edit", "settings"]
TABS: tuple[Tab, ...] = get_args(Tab)


@app_commands.command(name="help")
async def show_help(interaction: Interaction) -> None:
    """Say what the bot does, and list its commands."""
    await show(interaction, await help_view(interaction, "ask"), ephemeral=True)


class HelpTab(LastingButton, template=rf"v1:help:({'|'.join(TABS)})"):
    """Turns to another tab of the help."""

    async def clicked(self, interaction: Interaction) -> None:
        """Show the tab in place of the one before."""
        tab = next(tab for tab in TABS if tab == self.parts[0])
        await show_instead(interaction, await help_view(interaction, tab))


async def help_view(interaction: Interaction, tab: Tab) -> ui.LayoutView:
    """A tab of the help, and buttons to those that have something for the member."""
    wording, listed = wording_of(interaction), list(_listed(interaction))
    commands = groupby((entry for of, entry in listed if of == tab), key=lambda e: e.heading)
    groups = ["\n".join(entry_texts(list(entries))) for _, entries in commands]
    texts = [*await _before(interaction, tab), *groups, *_behind(interaction, tab)]
    return layout(texts, wording, [_tabs({of for of, _ in listed}, tab, wording)])


def _tabs(offered: Collection[Tab], shown: Tab, wording: Wording) -> ui.ActionRow[Any]:
    """A button for each tab; that of the one shown can't be clicked."""
    row = ui.ActionRow[Any]()
    for tab in TABS:
        if tab in offered:
            button = HelpTab(wording(f"help.{tab}_tab"), f"v1:help:{tab}")
            button.item.disabled = tab == shown
            row.add_item(button)
    return row


async def _before(interaction: Interaction, tab: Tab) -> list[str]:
    """What a tab says before it lists the commands."""
    bot, wording = interaction.client, wording_of(interaction)
    titles = "; ".join(article.title for article in bot.edition.knowledge.articles)
    about = wording(f"help.{tab}", titles=escape_markdown(titles))
    if tab != "ask":
        return [about]
    return [about, "\n".join(wording(f"help.{way}") for way in await _ways_to_ask(interaction))]


async def _ways_to_ask(interaction: Interaction) -> list[str]:
    """The ways to ask without a command that work there."""
    bot = interaction.client
    if is_foreign(interaction):
        return ["directly"]
    if not bot.settings.message_content:
        return ["by_name"]
    ask_channels = (await bot.guild_settings(interaction.guild_id)).ask_channels
    here = not set(places(interaction.channel)).isdisjoint(ask_channels)
    return ["by_name_or_reply", "here"] if here else ["by_name_or_reply"]


def _behind(interaction: Interaction, tab: Tab) -> list[str]:
    """What a tab says behind the commands."""
    wording = wording_of(interaction)
    if tab == "settings" and not interaction.client.settings.message_content:
        return [wording("help.deaf")]
    return [wording("help.more")] if tab == "ask" else []


def _listed(interaction: Interaction) -> Iterator[tuple[Tab, Entry]]:
    """Each command that the member may use, under its group, in the order they were added."""
    tree, words = interaction.client.tree, wording_of(interaction).commands
    for command in tree.walk_commands():
        if isinstance(command, app_commands.Command) and _is_offered(interaction, command):
            *group, name = [words.get(each, each) for each in command.qualified_name.split()]
            shown = name if group else f"/{name}"
            description = words.get(command.description, command.description)
            heading = f"**/{' '.join(group)}**" if group else ""
            yield _tab_of(command), Entry(heading, f"- `{shown}`: {description}")
    for menu in tree.walk_commands(type=discord.AppCommandType.message):
        name = words.get(menu.name, menu.name)
        tab: Tab = "ask" if menu.name.startswith("Ask") else "read"
        yield tab, Entry("", wording_of(interaction)("help.menu", name=name))


def _tab_of(command: app_commands.Command[Any, ..., Any]) -> Tab:
    """Where a command is listed: what Discord asks a permission for is no reading."""
    root = command.root_parent or command
    if root.default_permissions is None:
        return "ask" if root.name == "ask" else "read"
    return "settings" if root.name == "settings" else "edit"


def _is_offered(interaction: Interaction, command: Named) -> bool:
    """Whether a member may see a command: Discord asks what its group demands."""
    needed = (command.root_parent or command).default_permissions
    here = interaction.guild_id is not None
    return needed is None or (here and interaction.permissions >= needed)


FEATURE = Feature(commands=(show_help,), buttons=(HelpTab,))
