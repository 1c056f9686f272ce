"""What the commands work on: the knowledge folder as it stands, and articles of it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import click

from bot.config import Settings
from bot.knowledge.article import Article
from bot.knowledge.loading import Collection, load_collection
from bot.publishing.edition import Edition, read_edition, swap_in
from bot.publishing.rewrite import read_settled
from bot.routing.library import Library
from bot.terminal.screen import say

Command = TypeVar("Command", bound=Callable[..., object])


def article_option(command: Command) -> Command:
    """Give a command the option `--article`, which may be given several times."""
    option = click.option(
        "--article", "slugs", metavar="SLUG", multiple=True, help="Only this article; repeatable."
    )
    return option(command)


def read_knowledge(settings: Settings) -> Collection:
    """The knowledge folder as it stands; an article with a fault is left out, and said to be.

    Raises KnowledgeError if no article can be read.
    """
    with read_settled(settings).whole().copied() as folder:
        collection = load_collection(folder)
    for fault in collection.faults:
        say(str(fault.moved(folder, settings.knowledge)), err=True)
    return collection


@contextmanager
def as_it_stands(settings: Settings) -> Iterator[Edition]:
    """The knowledge folder as it stands, published nowhere.

    Its database is made elsewhere and for this once: that of a running bot must not change under
    it, least of all to what nobody has published.
    """
    with TemporaryDirectory(prefix="footnote-") as folder:
        edition = read_edition(read_settled(settings), Path(folder))
        swap_in(edition)
        yield edition


def chosen(library: Library, slugs: Iterable[str]) -> tuple[Article, ...]:
    """The articles that are asked for, or all of them. Raises ScopeError if there is none such."""
    return tuple(map(library.article, slugs)) or library.collection.articles
