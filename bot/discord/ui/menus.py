"""Menus that survive a restart, and what is said where something they point at does not."""

from typing import Any, Self

import discord
from discord import ui

from bot.discord.ui.buttons import Clicked, answer_click
from bot.errors import FootnoteError


class GoneError(FootnoteError):
    """What a member points at is not there (any more); its message is in their language."""


class LastingMenu(ui.DynamicItem[ui.Select[Any]], template=r"(?!)"):
    """A menu; a subclass gives its template and says in `chosen` what a choice does.

    Subclasses have to be registered with the bot (`add_dynamic_items`).
    """

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], item: ui.Item[Any], __: object, /
    ) -> Self:
        """Make the menu again that was chosen from."""
        assert isinstance(item, ui.Select)
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer a choice."""
        await answer_click(interaction, lambda clicked: self.chosen(clicked, self.item.values[0]))

    async def chosen(self, interaction: Clicked, value: str) -> None:
        """Do what the choice of `value` is for."""
        raise NotImplementedError
