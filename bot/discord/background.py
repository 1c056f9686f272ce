"""Work that goes on in the background while the bot runs."""

import asyncio
from abc import ABC, abstractmethod

from bot.discord.client import FootnoteClient


class Background(ABC):
    """A service that works in one task, which ends when the bot stops."""

    def __init__(self, bot: FootnoteClient) -> None:
        self._bot = bot
        self._working: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the event loop."""
        self._working = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Do no more; the next start goes on."""
        if self._working:
            self._working.cancel()
            await asyncio.wait({self._working})

    @abstractmethod
    async def _run(self) -> None:
        """Work until cancelled."""
