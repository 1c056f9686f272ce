"""Buttons and menus that survive a restart: their custom ids carry all that a click needs."""

import re
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, ClassVar, Self, TypeVar

import discord
from discord import ui
from discord.utils import utcnow

from bot.discord.client import Interaction, wording_of
from bot.discord.errors import check_server, tell_failure, whisper
from bot.discord.pace import tell_to_wait

T = TypeVar("T", bound=ui.Item[Any])


class Lasting(ui.DynamicItem[T], template=r"(?!)"):
    """A button or menu whose custom id is "v1:kind:…"; a subclass's template says what follows.

    Raise the version if a custom id changes its meaning. A feature names its buttons and menus in
    its `FEATURE`; one that none names is answered as another version's.
    """

    pattern: ClassVar[re.Pattern[str]]

    def __init_subclass__(cls, *, template: str) -> None:
        super().__init_subclass__(template=template)
        cls.pattern = re.compile(template)


class LastingButton(Lasting[ui.Button[Any]], template=r"(?!)"):
    """A button; a subclass says in `clicked` what it does."""

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
    async def clicked(self, interaction: Interaction) -> None:
        """Do what the button is for."""


class LastingMenu(Lasting[ui.Select[Any]], template=r"(?!)"):
    """A menu; a subclass says in `chosen` what a choice does."""

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], item: ui.Item[Any], __: object, /
    ) -> Self:
        """Make the menu again that was chosen from."""
        assert isinstance(item, ui.Select)
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer a choice."""
        await answer_click(interaction, lambda chosen: self.chosen(chosen, self.item.values[0]))

    @abstractmethod
    async def chosen(self, interaction: Interaction, value: str) -> None:
        """Do what the choice of `value` is for."""


async def answer_click(
    interaction: Interaction, clicked: Callable[[Interaction], Awaitable[None]]
) -> None:
    """Answer a click or choice, whatever happens; discord.py would only log an error."""
    in_progress = interaction.client.in_progress
    if not in_progress.begin("click", interaction.id):
        return
    await in_progress.turn("click")
    try:
        check_server(interaction)
        if not await _is_too_fast(interaction):
            await clicked(interaction)
    except Exception as error:  # noqa: BLE001 (every failure gets its answer)
        await tell_failure(interaction, error)


async def _is_too_fast(interaction: Interaction) -> bool:
    """Whether a member clicks too much; tells them once, then takes the clicks silently."""
    wait = interaction.client.clicks.take(interaction.user.id, utcnow())
    if wait is None:
        return False
    if wait.first:
        await tell_to_wait(interaction, wait)
    else:
        await interaction.response.defer()
    return True


async def answer_unknown(interaction: Interaction, known: Iterable[type[Lasting[Any]]]) -> None:
    """Answer a click on a lasting button or menu that is none of the known ones."""
    data: Mapping[str, Any] = interaction.data or {}
    custom_id = data.get("custom_id", "")
    lasting = interaction.type is discord.InteractionType.component and re.match(
        r"v\d+:", custom_id
    )
    if lasting and not any(kind.pattern.fullmatch(custom_id) for kind in known):
        await whisper(interaction, wording_of(interaction)("answer.unknown_button"))
