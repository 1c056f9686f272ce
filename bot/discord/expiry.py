"""Deletes what has been kept for as long as was promised."""

import asyncio
import logging

from discord.utils import utcnow

from bot.discord.feature import Background, Feature
from bot.members.sqlite import MembersError

log = logging.getLogger(__name__)

DAY = 86_400.0


class Expiry(Background):
    """Deletes what has expired, at the start and then every day."""

    async def _run(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self._bot.members.expire, utcnow())
            except MembersError as error:
                log.warning(
                    "What has expired could not be deleted; the next try is tomorrow: %s", error
                )
            except Exception:
                log.exception("Deleting what has expired failed.")
            await asyncio.sleep(DAY)


FEATURE = Feature(services=(Expiry,))
