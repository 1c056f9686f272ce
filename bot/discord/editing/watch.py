"""Watching the knowledge folder: an edit made on the disk is published without a command."""

import asyncio
import logging

from bot.discord.client import FootnoteClient
from bot.discord.feature import Background, Feature
from bot.errors import FootnoteError, KnowledgeError
from bot.publishing.edition import fingerprint

log = logging.getLogger(__name__)

PERIOD = 5.0
"""Seconds between two checks of the folder."""

_NOT_PUBLISHED = "The knowledge folder has changed, but is not published."

WATCH = "folder watch"
"""Who published such an edit, as the history says it."""


class Watch(Background):
    """Publishes what changes in the knowledge folder, unless it is faulty or held."""

    def __init__(self, bot: FootnoteClient) -> None:
        super().__init__(bot)
        self._seen = ""
        self._refused = ""

    def start(self) -> None:
        """Start watching, if the settings say so."""
        if self._bot.settings.watch:
            super().start()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(PERIOD)
            try:
                await self._look()
            except FootnoteError as error:
                self._warn(f"{_NOT_PUBLISHED} {error}")
            except Exception:
                log.exception("Checking the knowledge folder failed.")

    async def _look(self) -> None:
        bot = self._bot
        # Not in the middle of an editor's edit.
        async with bot.editing:
            version = await asyncio.to_thread(fingerprint, bot.settings.knowledge)
            if version in {bot.edition.source, self._refused}:
                return
            # Somebody may still be writing: publish only what two checks find the same.
            if version != self._seen:
                self._seen = version
                return
            try:
                proposal = await bot.reload(WATCH)
            except KnowledgeError:
                self._refused = version
                raise
        if proposal.edition is bot.edition:
            self._warned = ""
            log.info("The knowledge folder has changed; version %s answers.", bot.edition.version)
            if bot.edition.notice:
                log.warning("%s", bot.edition.notice)
            return
        self._refused = version
        self._warn(
            f"{_NOT_PUBLISHED} It would answer worse than before; `/facts reload` shows what, and "
            "can publish it."
        )


FEATURE = Feature(services=(Watch,))
