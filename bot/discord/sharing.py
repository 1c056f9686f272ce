"""Keeping several processes on one database alike: in their settings and releases."""

import asyncio
import logging
from threading import Event, Thread

from bot.discord.client import FootnoteClient
from bot.discord.feature import Background, Feature
from bot.errors import FootnoteError
from bot.members.sqlite import MembersError
from bot.publishing.edition import fingerprint
from bot.publishing.history import History
from bot.publishing.release import forget_publisher

log = logging.getLogger(__name__)

PERIOD = 5.0
"""Seconds between two checks of what is announced, if no news comes."""

_NOT_TAKEN_OVER = "What another process has published does not answer here."

OTHERS = "another process"
"""Who published an edition that was taken over, as the history says it."""


class Sharing(Background):
    """Takes over what other processes publish and set, and tells them what this one publishes."""

    def __init__(self, bot: FootnoteClient) -> None:
        super().__init__(bot)
        self._news = asyncio.Queue[str]()
        self._stopped = Event()
        self._own = ""

    def start(self) -> None:
        """Start listening, if other processes may exist."""
        if not self._bot.settings.shared:
            return
        loop = asyncio.get_running_loop()

        def notify(news: str) -> None:
            loop.call_soon_threadsafe(self._news.put_nowait, news)

        listen = self._bot.members.announcements.listen
        self._listening = Thread(target=listen, args=(notify, self._stopped), daemon=True)
        self._listening.start()
        self._bot.when_changed(lambda: self._news.put_nowait("published"))
        super().start()

    async def stop(self) -> None:
        """Listen no more."""
        self._stopped.set()
        await super().stop()
        if self._working:
            await asyncio.to_thread(self._listening.join)

    async def _run(self) -> None:
        while True:
            try:
                await self._act_on(await self._next())
            except MembersError:
                # When the database is back, it says so.
                continue
            except FootnoteError as error:
                self._warn(f"{_NOT_TAKEN_OVER} {error}")
            except Exception:
                log.exception("Taking over what another process has changed failed.")

    async def _next(self) -> str:
        try:
            async with asyncio.timeout(PERIOD):
                return await self._news.get()
        except TimeoutError:
            return "published"

    async def _act_on(self, news: str) -> None:
        subject, _, guild = news.partition(" ")
        if subject == "settings":
            await self._bot.forget_guild_settings(int(guild))
            return
        if not subject:
            await self._bot.forget_all_settings()
        # Not in the middle of an editor's edit.
        async with self._bot.editing:
            if subject in {"", "audit"} and self._bot.settings.database:
                await asyncio.to_thread(self._forget_publishers)
            await self._agree()

    def _forget_publishers(self) -> None:
        """Drop from the history whoever asked another process to be forgotten."""
        data = self._bot.settings.data
        publishers = {state.by for state in History(data).states()}
        for by in filter(str.isdecimal, publishers):
            if not self._bot.members.personal_data(int(by)).changes:
                forget_publisher(data, by)

    async def _agree(self) -> None:
        """Announce what was published here since the last time, or take over what others did."""
        announcements, source = self._bot.members.announcements, self._bot.edition.source
        if source != self._own:
            # Others can only take over what is still in the folder.
            if await self._in_folder() == source:
                await asyncio.to_thread(announcements.announce, source)
            self._own = source
        elif (wanted := await asyncio.to_thread(announcements.announced)) not in {"", source}:
            await self._take_over(wanted)

    async def _take_over(self, version: str) -> None:
        folder = self._bot.settings.knowledge
        if await self._in_folder() != version:
            self._warn(f"{_NOT_TAKEN_OVER} Version {version} is not in {folder}.")
            return
        await self._bot.reload(OTHERS, confirmed=True)
        self._own = self._bot.edition.source
        log.info("Another process has published version %s, which answers here too.", version)

    async def _in_folder(self) -> str:
        return await asyncio.to_thread(fingerprint, self._bot.settings.knowledge)


FEATURE = Feature(services=(Sharing,))
