"""Menus that survive a restart, and what is said where something they point at does not."""

from typing import Any, Self

import discord
from discord import ui

from bot.discord_buttons import Clicked, is_too_fast
from bot.discord_errors import tell_failure
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
        """Answer a choice, whatever happens; discord.py would only log an error."""
        in_hand = interaction.client.in_hand
        if not in_hand.begin("click", interaction.id):
            return
        await in_hand.turn("click")
        try:
            if not await is_too_fast(interaction):
                await self.chosen(interaction, self.item.values[0])
        except Exception as error:  # noqa: BLE001 (every failure gets its answer)
            await tell_failure(interaction, error)

    async def chosen(self, interaction: Clicked, value: str) -> None:
        """Do what the choice of `value` is for."""
        raise NotImplementedError
