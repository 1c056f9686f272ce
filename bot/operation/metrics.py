"""Counters for Prometheus, served to this machine alone; without a port, nothing is counted."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, TypeAlias

from bot.errors import SettingsError
from bot.operation.in_progress import Kind
from bot.routing.reply import Status

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter


Release: TypeAlias = Literal["taken", "refused", "rolled_back"]


class Metrics:
    """Counts nothing: what is called if no port is set."""

    def question(self, outcome: Status) -> None:
        """Count a question that got a reply."""

    def request(self, kind: Kind, seconds: float) -> None:
        """Count a message, command, click or form, and how long all of its handling took."""

    def vote(self, *, up: bool) -> None:
        """Count a vote that was kept."""

    def reload(self, outcome: Release) -> None:
        """Count a reload or rollback by what became of it."""


NO_METRICS = Metrics()


@contextmanager
def metrics_on(port: int | None) -> Iterator[Metrics]:
    """Serve counters on `port` of 127.0.0.1 in the block; on none if it is None.

    Raises SettingsError if prometheus-client is missing or the port is taken.
    """
    if port is None:
        yield NO_METRICS
        return
    try:
        # Imported here: it is an extra, and only needed with a port.
        from prometheus_client import CollectorRegistry, start_http_server  # noqa: PLC0415
    except ImportError:
        raise SettingsError(
            "FOOTNOTE_METRICS_PORT needs prometheus-client. Install footnote-bot[metrics], or "
            "leave the setting empty."
        ) from None
    registry = CollectorRegistry()
    try:
        server, thread = start_http_server(port, "127.0.0.1", registry)
    except OSError as error:
        raise SettingsError(
            f"FOOTNOTE_METRICS_PORT: port {port} can't be used ({error.strerror}). Choose another."
        ) from None
    metrics = _Counted(registry)
    root = logging.getLogger()
    root.addHandler(metrics.errors)
    try:
        yield metrics
    finally:
        root.removeHandler(metrics.errors)
        server.shutdown()
        server.server_close()
        thread.join()


class _Counted(Metrics):
    def __init__(self, registry: "CollectorRegistry") -> None:
        from prometheus_client import Counter, Histogram  # noqa: PLC0415 (as above)

        self._questions = Counter(
            "footnote_questions", "Questions that got a reply.", ["outcome"], registry=registry
        )
        self._requests = Histogram(
            "footnote_request_seconds",
            "Handling a message, command, click or form, with Discord taking the answer.",
            ["kind"],
            registry=registry,
        )
        self._votes = Counter("footnote_votes", "Votes kept.", ["way"], registry=registry)
        self._reloads = Counter(
            "footnote_reloads", "Reloads and rollbacks.", ["outcome"], registry=registry
        )
        self.errors = _ErrorCounter(
            Counter("footnote_errors", "Errors in the log.", registry=registry)
        )

    def question(self, outcome: Status) -> None:
        self._questions.labels(outcome).inc()

    def request(self, kind: Kind, seconds: float) -> None:
        self._requests.labels(kind).observe(seconds)

    def vote(self, *, up: bool) -> None:
        self._votes.labels("up" if up else "down").inc()

    def reload(self, outcome: Release) -> None:
        self._reloads.labels(outcome).inc()


class _ErrorCounter(logging.Handler):
    """Counts what is logged as an error."""

    def __init__(self, counter: "Counter") -> None:
        super().__init__(logging.ERROR)
        self._counter = counter

    def emit(self, _: logging.LogRecord) -> None:
        self._counter.inc()
