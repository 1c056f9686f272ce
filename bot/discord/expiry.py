"""Keeps the promise to delete: what was to be kept for some days goes when they are over."""

import asyncio
import logging

from discord.utils import utcnow

from bot.discord.client import FootnoteClient
from bot.discord.feature import Feature
from bot.members.file import MembersError

log = logging.getLogger(__name__)

DAY = 86_400.0


class Expiry:
    """Deletes what has expired, at the start and then every day."""

    def __init__(self, bot: FootnoteClient) -> None:
        self._bot = bot
        self._working: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin at once."""
        self._working = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Delete no more; the next start goes on."""
        if self._working:
            self._working.cancel()
            await asyncio.wait({self._working})

    async def _run(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self._bot.members.expire, utcnow())
            except MembersError as error:
                log.warning("What has expired is still there; tomorrow tries again: %s", error)
            except Exception:
                log.exception("Deleting what has expired failed.")
            await asyncio.sleep(DAY)


FEATURE = Feature(services=(Expiry,))
