"""Cool-downs: who asks too much at once has to wait, and is told so once."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

_MANY = 1000
"""Keys from which on those that are rested are forgotten."""


@dataclass(frozen=True)
class Wait:
    """To be silent until a time; `first` is when that is to be told."""

    until: datetime
    first: bool


class Cooldown:
    """A bucket of tokens for each key: `burst` at once, then one more every `seconds`.

    Who finds it empty waits until it is full again, so that the silence has one known end.
    """

    def __init__(self, burst: int, seconds: float) -> None:
        self._burst = burst
        self._refill = timedelta(seconds=seconds)
        self._buckets: dict[Hashable, tuple[float, datetime]] = {}
        self._waiting: dict[Hashable, datetime] = {}

    def take(self, key: Hashable, now: datetime) -> Wait | None:
        """Take a token at `now` (aware); None if there is one, else how long to wait."""
        self._forget_rested(now)
        until = self._waiting.get(key)
        # Who seems to have longer to wait than anybody has, has seen the clock set back.
        if until and until - self._burst * self._refill <= now < until:
            return Wait(until, first=False)
        tokens = self._tokens(key, now)
        if tokens >= 1:
            self._buckets[key] = tokens - 1, now
            return None
        until = self._waiting[key] = now + self._burst * self._refill
        self._buckets[key] = self._burst, until
        return Wait(until, first=True)

    def _tokens(self, key: Hashable, now: datetime) -> float:
        tokens, then = self._buckets.get(key, (self._burst, now))
        # A clock that was set back takes no token away.
        gained = max(now - then, timedelta()) / self._refill
        return min(self._burst, tokens + gained)

    def _forget_rested(self, now: datetime) -> None:
        if len(self._buckets) < _MANY:
            return
        self._waiting = {key: until for key, until in self._waiting.items() if now < until}
        self._buckets = {
            key: bucket
            for key, bucket in self._buckets.items()
            if key in self._waiting or self._tokens(key, now) < self._burst
        }
