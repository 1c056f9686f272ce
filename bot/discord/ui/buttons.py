"""Buttons that survive a restart: their custom ids carry all that a click needs."""

import re
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import discord
from discord import ui
from discord.utils import format_dt, utcnow

from bot.discord.errors import tell_failure, whisper
from bot.wording import wording_for

if TYPE_CHECKING:
    from bot.discord.bot import FootnoteBot

Clicked: TypeAlias = "discord.Interaction[FootnoteBot]"


class LastingButton(ui.DynamicItem[ui.Button[Any]], template="v0:"):
    """A button whose custom id is "v1:kind:…"; a subclass's template says what follows.

    Raise the version where a custom id changes its meaning.
    """

    def __init__(
        self,
        label: str | None,
        custom_id: str,
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    ) -> None:
        """Make a button; both texts have at most 100 characters, a label 80."""
        super().__init__(ui.Button(label=label, custom_id=custom_id, style=style))

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],  # noqa: ARG003 (discord.py's signature)
        item: ui.Item[Any],
        match: re.Match[str],  # noqa: ARG003 (likewise)
        /,
    ) -> Self:
        """Make the button again that was clicked."""
        assert isinstance(item, ui.Button)
        assert item.custom_id
        return cls(item.label, item.custom_id)

    @property
    def parts(self) -> list[str]:
        """What the custom id carries, behind the version and the kind."""
        return self.custom_id.split(":")[2:]

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer a click."""
        await answer_click(interaction, self.clicked)

    @abstractmethod
    async def clicked(self, interaction: Clicked) -> None:
        """Do what the button is for."""


async def answer_click(interaction: Clicked, clicked: Callable[[Clicked], Awaitable[None]]) -> None:
    """Answer a click or choice, whatever happens; discord.py would only log an error."""
    in_hand = interaction.client.in_hand
    if not in_hand.begin("click", interaction.id):
        return
    await in_hand.turn("click")
    try:
        if not await _is_too_fast(interaction):
            await clicked(interaction)
    except Exception as error:  # noqa: BLE001 (every failure gets its answer)
        await tell_failure(interaction, error)


async def _is_too_fast(interaction: Clicked) -> bool:
    """Whether a member clicks too much; tells them once, then takes the clicks silently."""
    wait = interaction.client.clicks.take(interaction.user.id, utcnow())
    if wait is None:
        return False
    if wait.first:
        wording = wording_for(interaction.locale.value)
        await whisper(interaction, wording("answer.slowly", when=format_dt(wait.until, "R")))
    else:
        await interaction.response.defer()
    return True


async def answer_unknown_button(
    interaction: Clicked, known: Iterable[type[ui.DynamicItem[Any]]]
) -> None:
    """Answer a click on a lasting button that is none of the known ones."""
    data: Mapping[str, Any] = interaction.data or {}
    custom_id = data.get("custom_id", "")
    # discord.py compiles the templates but names none of them publicly.
    templates = (item.__discord_ui_compiled_template__ for item in known)
    lasting = interaction.type is discord.InteractionType.component and re.match(
        r"v\d+:", custom_id
    )
    if lasting and not any(template.fullmatch(custom_id) for template in templates):
        wording = wording_for(interaction.locale.value)
        await whisper(interaction, wording("answer.unknown_button"))
