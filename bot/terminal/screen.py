"""Output for a person: wrapped at the window's width, with progress on long work."""

import re
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import TypeVar

import click

from bot.language.text import visible

T = TypeVar("T")

_HANGING = re.compile(r"\[\d+\] | *- | +|")


def say(text: str = "", *, err: bool = False) -> None:
    """Print a text, with control characters made visible: a terminal would obey them."""
    click.echo(visible(text), err=err)


def show(text: str) -> None:
    """Print a text; in a window, wrapped at its width. A pipe gets it as it is."""
    window = sys.stdout.isatty()
    say(wrapped(text, shutil.get_terminal_size().columns) if window else text)


def wrapped(text: str, width: int) -> str:
    """A text with no line longer than `width` characters, but for a longer word.

    What belongs to a number or a dash stays under its first word.
    """
    return "\n".join(_wrapped_line(line, width) for line in text.split("\n"))


def _wrapped_line(line: str, width: int) -> str:
    hanging = _HANGING.match(line)
    indent = " " * hanging.end() if hanging else ""
    lines = textwrap.wrap(
        line,
        max(width, len(indent) + 10),
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)


def progress(work: Sequence[T], label: str) -> Iterator[T]:
    """Go through some work, with a bar on the window's error stream that a pipe doesn't get."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(work, label=label, file=sys.stderr, hidden=hidden) as bar:
        yield from bar
