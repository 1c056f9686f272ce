"""What a feature adds to the bot. Each module that has something to add exports a `FEATURE`."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from discord import app_commands

from bot.discord.client import FootnoteClient
from bot.discord.ui.lasting import Lasting

Command: TypeAlias = (
    app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu
)


class Service(Protocol):
    """Works in the background while the bot runs."""

    def start(self) -> None:
        """Begin, in the event loop."""

    async def stop(self) -> None:
        """End, with what is in progress done or left for the next start."""


class Background(ABC):
    """A service that works in one task, which ends when the bot stops."""

    def __init__(self, bot: FootnoteClient) -> None:
        self._bot = bot
        self._working: asyncio.Task[None] | None = None
        self._warned = ""

    def start(self) -> None:
        """Begin, in the event loop."""
        self._working = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Do no more; the next start goes on."""
        if self._working:
            self._working.cancel()
            await asyncio.wait({self._working})

    def _warn(self, warning: str) -> None:
        """Log a warning, but not again as long as it stays the same."""
        if warning != self._warned:
            logging.getLogger(type(self).__module__).warning("%s", warning)
        self._warned = warning

    @abstractmethod
    async def _run(self) -> None:
        """Work until cancelled."""


@dataclass(frozen=True)
class Feature:
    """Commands, in the order that `/help` lists them; lasting buttons and menus; and the rest.

    `events` handles what happens in Discord, by discord.py's names for it ("message"); a handler is
    given the bot and what discord.py tells. `services` are made once, when the bot starts.
    """

    commands: tuple[Command, ...] = ()
    buttons: tuple[type[Lasting[Any]], ...] = ()
    events: Mapping[str, Callable[..., Awaitable[None]]] = field(default_factory=dict)
    services: tuple[Callable[[FootnoteClient], Service], ...] = ()
