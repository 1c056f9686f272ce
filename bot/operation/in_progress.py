"""Answers in progress: limited in number, started in order, once each, timed and awaited.

discord.py gives every message, command and click a task of its own, so that the task is the answer.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from time import perf_counter
from typing import Literal, TypeAlias

from bot.operation.logs import request_id

Kind: TypeAlias = Literal["message", "command", "click", "form"]


MOST = 4000
"""Answers in progress at once: more than a minute's worth of what Discord takes."""

REMEMBERED = 10_000
"""How many messages, commands, clicks and forms are remembered, to spot repeated ones."""

log = logging.getLogger(__name__)


class InProgress:
    """The tasks that answer somebody right now."""

    def __init__(self, ended: Callable[[Kind, float], None]) -> None:
        """Start with none; `ended` is called after each answer, with the seconds it took."""
        self._ended = ended
        self._tasks: set[asyncio.Task[object]] = set()
        self._begun: dict[int, None] = {}
        self._full = False
        self._turn, self._message = asyncio.Lock(), asyncio.Lock()

    def begin(self, kind: Kind, number: int) -> bool:
        """Count the current task as an answer until it ends, and give it an id for the log.

        False if it must be dropped: it was begun before, under the same id `number` of Discord's,
        as events may be repeated on a new connection; or too many answers are in progress.
        """
        if number in self._begun or self._is_full():
            return False
        self._begun[number] = None
        if len(self._begun) > REMEMBERED:
            del self._begun[next(iter(self._begun))]
        task = asyncio.current_task()
        assert task
        request_id.set(secrets.token_hex(3))
        begun = perf_counter()
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: self._ended(kind, perf_counter() - begun))
        return True

    def _is_full(self) -> bool:
        """Whether too many answers are in progress; when that begins, it is logged."""
        full = len(self._tasks) >= MOST
        if full and not self._full:
            log.warning("%d answers are in progress; what comes now is not answered.", MOST)
        self._full = full
        return full

    async def turn(self, kind: Kind) -> None:
        """Wait until it is this answer's turn.

        Each round of the event loop starts one, so that a flood of questions delays neither
        heartbeats nor clicks.
        """
        if kind != "message":
            await self._next_round()
            return
        # Queue one message at a time: clicks and commands must be answered within three seconds.
        async with self._message:
            await self._next_round()

    async def _next_round(self) -> None:
        async with self._turn:
            await asyncio.sleep(0)

    async def finish(self, seconds: float) -> int:
        """Wait until nothing is in progress, at most `seconds`; return how many are left."""
        until = perf_counter() + seconds
        while self._tasks and (left := until - perf_counter()) > 0:
            await asyncio.wait(self._tasks, timeout=left)
        return len(self._tasks)
