"""Correcting posted answers whose facts have changed since, in the background and one by one."""

import asyncio
import logging
from typing import Any

import discord
from discord.utils import format_dt, utcnow

from bot.discord.asking.replies import Look, reply_message, strong
from bot.discord.client import FootnoteClient, wording_in
from bot.discord.errors import UNTAKEN
from bot.discord.feature import Feature
from bot.discord.views import QUIET, layout, plain_text
from bot.errors import FootnoteError
from bot.members.posted import Correction, Posted, correction_of, reply_with
from bot.publishing.edition import Edition
from bot.wording import Wording

PERIOD = 600.0
"""Seconds between two looks if nothing changes: for what was left."""

FAILURES = 10
"""Edits that Discord did not take, after which the others wait too: it is probably down."""

LAST = 1.0
"""Seconds that the edit in progress gets when the bot stops."""

_ARCHIVED = 50083
"""Discord's code for an archived thread; it may be opened again."""

log = logging.getLogger(__name__)


class Corrections:
    """Edits the posted answers that show something else than their facts say now."""

    def __init__(self, bot: FootnoteClient) -> None:
        self._bot = bot
        self._wanted = self._stopping = False
        self._looking: asyncio.Task[None] | None = None
        self._waiting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look whenever something changes, and every so often, until stopped."""
        self._bot.when_changed(self.look)
        self._waiting = asyncio.create_task(self._look_often())

    def look(self) -> None:
        """Look for answers to correct, in the background, if the bot is connected."""
        self._wanted = True
        if self._bot.is_ready() and not self._stopping and not self._looking:
            self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Finish the edit in progress; the next start goes on."""
        self._stopping = True
        if self._looking:
            await asyncio.wait({self._looking}, timeout=LAST)
        if tasks := {task for task in (self._looking, self._waiting) if task}:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _look_often(self) -> None:
        while True:
            await asyncio.sleep(PERIOD)
            self.look()

    async def _look(self) -> None:
        while self._wanted and not self._stopping:
            self._wanted = False
            try:
                await self._correct_all()
            except FootnoteError as error:
                log.warning("Posted answers could not be corrected: %s", error)
            except Exception:
                log.exception("Correcting posted answers failed.")
        self._looking = None

    async def _correct_all(self) -> None:
        """Correct what has to be; what was left, for whatever reason, is found the next time."""
        # A reload that is under way counts the answers first.
        async with self._bot.editing:
            edition = self._bot.edition
            outstanding = await self._bot.outstanding(edition)
        failures, shards = 0, self._bot.settings.shards
        # What another process has is for that one.
        own = [pair for pair in outstanding if not shards or shards.have(pair[0].guild)]
        for before, after in own:
            if self._stopping or self._bot.edition is not edition or failures == FAILURES:
                return
            failures += not await self._update(before, after, edition)

    async def _update(self, before: Posted, after: Posted, edition: Edition) -> bool:
        """Let a message show what it should, and note that it does; False if that must wait."""
        answers, correction = self._bot.members.posted, correction_of(before, after)
        try:
            if correction:
                await self._edit(after, correction, edition)
        except UNTAKEN as error:
            log.warning("The answer %d can't be corrected: %.300r", after.message, error)
            if _may_pass(error):
                return False
            await asyncio.to_thread(answers.drop, after.message)
        else:
            await asyncio.to_thread(answers.correct, after)
        return True

    async def _edit(self, answer: Posted, correction: Correction, edition: Edition) -> None:
        wording = wording_in(self._bot.get_guild(answer.guild))
        channel = self._bot.get_partial_messageable(answer.channel, guild_id=answer.guild)
        content = _corrected(answer, correction, edition, wording)
        await channel.get_partial_message(answer.message).edit(**content, allowed_mentions=QUIET)


def _corrected(
    answer: Posted, correction: Correction, edition: Edition, wording: Wording
) -> dict[str, Any]:
    """What a message shows from now on, as the arguments of an edit."""
    is_news = correction != "as posted"
    line = wording(f"correction.{correction}", when=format_dt(utcnow(), "D")) if is_news else ""
    reply, plain = reply_with(answer.facts, edition.library), answer.plain
    if reply is not None:
        look = Look(wording, plain=plain, headed=True)
        return reply_message(reply, edition, look, correction=line)
    texts = [strong(line, plain=plain)]
    if plain:
        return {"content": plain_text(texts, wording), "view": None}
    return {"view": layout(texts, wording)}


def _may_pass(error: Exception) -> bool:
    """Whether Discord may take the same edit at another time."""
    if isinstance(error, discord.HTTPException):
        return error.code == _ARCHIVED or error.status >= 500 or error.status == 429
    return True


FEATURE = Feature(services=(Corrections,))
