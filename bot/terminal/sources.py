"""What the commands work on: the knowledge folder as it stands, and articles of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import click

from bot.config import Settings
from bot.knowledge.article import Article
from bot.publishing.edition import DATABASE, Edition, cache_edition, read_edition, swap_in
from bot.publishing.rewrite import read_settled
from bot.publishing.store import Store
from bot.routing.library import Library
from bot.terminal.screen import say

Command = TypeVar("Command", bound=Callable[..., object])


def article_option(command: Command) -> Command:
    """Give a command the option `--article`, which may be given several times."""
    option = click.option(
        "--article", "slugs", metavar="SLUG", multiple=True, help="Only this article; repeatable."
    )
    return option(command)


def library_as_it_stands(settings: Settings, slugs: Sequence[str] = ()) -> Library:
    """The knowledge folder as it stands, for a command that works on these articles, or on all.

    An article with a fault is left out, and reported, unless `slugs` names the articles. Raises
    KnowledgeError if no article can be read.
    """
    return _edition(settings, slugs).library


def _edition(settings: Settings, slugs: Sequence[str]) -> Edition:
    edition = read_edition(read_settled(settings), settings.data, encoder=settings.encoder)
    cache_edition(edition)
    for fault in () if slugs else edition.knowledge.faults:
        say(str(fault), err=True)
    return edition


@contextmanager
def as_it_stands(settings: Settings, slugs: Sequence[str] = ()) -> Iterator[Edition]:
    """The same as an edition, published nowhere.

    It gets a temporary database: that of a running bot must not change, least of all to what nobody
    has published.
    """
    edition = _edition(settings, slugs)
    with TemporaryDirectory(prefix="footnote-") as folder:
        elsewhere = Store(Path(folder) / DATABASE, edition.knowledge.articles)
        edition = replace(edition, store=elsewhere)
        swap_in(edition)
        yield edition


def chosen(library: Library, slugs: Iterable[str]) -> tuple[Article, ...]:
    """The articles with these slugs, or all if there are none. Raises ScopeError."""
    return tuple(map(library.article, slugs)) or library.collection.articles
