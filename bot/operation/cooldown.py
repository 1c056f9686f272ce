"""Rate limits: a token bucket for each key, and a wait once it is empty."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

_MANY = 1000
"""From so many keys on, those whose bucket is full again are forgotten."""


@dataclass(frozen=True)
class Wait:
    """No more answers until a time; `first` if this is the first refusal, which gets a message."""

    until: datetime
    first: bool


class Cooldown:
    """A bucket of tokens for each key: `burst` at once, then one more every `seconds`.

    Whoever empties it waits until it is full again, so that the end of the wait is known.
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
        # A longer wait than anybody can have means that the clock was set back.
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
        # If the clock was set back, no token is lost.
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
