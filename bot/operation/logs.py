"""The log: lines of text or JSON on standard error, with no secret in any of them."""

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime

from bot.config import LogFormat
from bot.errors import FootnoteError
from bot.language.text import visible

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The request being answered, "" if none is: a few hex digits on each of its log lines."""

_SECRETS = (
    # A bot's token: its id, a time and a signature, each in base64.
    (re.compile(r"(?<![\w-])[\w-]{20,}\.[\w-]{6,7}\.[\w-]{25,}"), "[token]"),
    # A database's address, and the form in which its library writes one. No address reaches into
    # the next: else a long text of them would be searched to its end from each.
    (re.compile(r"(://[^\s:/@]*):(?:(?!://)\S)+@"), r"\1:[password]@"),
    (re.compile(r"\bpassword=('[^']*'|[^\s&]+)"), "password=[password]"),
    # Who has the token of an interaction may answer in the bot's name for 15 minutes.
    (re.compile(r"\b(webhooks|interactions)/(\d+)/[^/?\s\"']+"), r"\1/\2/[token]"),
)

log = logging.getLogger(__name__)


def redact(text: str, token: str = "") -> str:
    """`text` without `token`, whatever its shape, and without all that looks like a token."""
    if token:
        text = text.replace(token, "[token]")
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


@contextmanager
def logging_to_stderr(form: LogFormat, token: str) -> Iterator[None]:
    """Log to standard error in the block, without `token`.

    An unexpected exception is logged too, without secrets, where Python would print it as it is;
    then the program exits with 1.
    """
    handler = _Handler()
    handler.setFormatter(_JsonLines(token) if form == "json" else _TextLines(token))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    try:
        yield
    except FootnoteError:
        raise
    except Exception:
        log.critical("The program ends on an error of its own.", exc_info=True)
        sys.exit(1)
    finally:
        logging.captureWarnings(capture=False)
        root.setLevel(level)
        root.removeHandler(handler)


class _Handler(logging.StreamHandler):  # type: ignore[type-arg] # its stream is standard error
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's own name)
        """Say where, and no more: logging would print the arguments, secrets and all."""
        with suppress(OSError, ValueError):
            self.stream.write(f"A line of {record.name}:{record.lineno} could not be logged.\n")


class _TextLines(logging.Formatter):
    def __init__(self, token: str) -> None:
        super().__init__("{asctime} {levelname:<8} {request}{name}: {message}", style="{")
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        request = request_id.get()
        record.request = f"[{request}] " if request else ""
        return visible(redact(super().format(record), self._token))


class _JsonLines(logging.Formatter):
    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        """One object a line; `exception` is there only if there was one."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage(), self._token),
            "request": request_id.get() or None,
        }
        if record.exc_info:
            line["exception"] = redact(self.formatException(record.exc_info), self._token)
        return json.dumps(line)
