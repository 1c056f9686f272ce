"""Commands that read: summaries, the fact table, and checking a quotation."""

import json
import sys
from collections.abc import Iterable

import click

from bot.config import Settings
from bot.knowledge.article import Article
from bot.knowledge.loading import Knowledge
from bot.publishing.edition import Edition
from bot.publishing.store import STYLES, Style
from bot.quoting.check import check_quotes
from bot.routing.reply import sources
from bot.terminal.quotes import quotes_to_json, quotes_to_text
from bot.terminal.screen import say, show
from bot.terminal.sources import (
    article_option,
    as_it_stands,
    chosen,
    library_as_it_stands,
)
from bot.terminal.streams import beginning_of
from bot.terminal.summary import summary_text


@click.command()
@click.option(
    "--style",
    type=click.Choice(STYLES, case_sensitive=False),
    default="brief",
    show_default=True,
)
@article_option
@click.pass_obj
def summary(settings: Settings, slugs: tuple[str, ...], style: Style) -> None:
    """Summarise the article in its own sentences."""
    with as_it_stands(settings, slugs) as edition:
        show(summaries(edition, chosen(edition.library, slugs), style))


def summaries(edition: Edition, articles: Iterable[Article], style: Style) -> str:
    """The summaries of some articles, one below the other."""
    return "\n\n\n".join(_summary(edition, article, style) for article in articles)


def _summary(edition: Edition, article: Article, style: Style) -> str:
    if lines := edition.store.summary(article.slug, style):
        return summary_text(article.title, lines)
    there_are = ", ".join(edition.store.styles(article.slug))
    return f"{article.title}\n\nThere is no summary “{style}” of it; there are: {there_are}."


@click.command()
@click.argument("search", nargs=-1)
@article_option
@click.pass_obj
def facts(settings: Settings, search: tuple[str, ...], slugs: tuple[str, ...]) -> None:
    """List the fact table, or what of it matches SEARCH."""
    with as_it_stands(settings, slugs) as edition:
        hits = [
            hit
            for slug in [article.slug for article in chosen(edition.library, slugs)]
            for hit in (
                edition.store.search(" ".join(search), slug)
                if search
                else edition.store.browse(slug, limit=-1)
            )
        ]
    for hit in hits:
        show(f"{hit.question}\n    {hit.answer}\n    {hit.fact}")
    if not hits:
        say("No fact matches.")


@click.command()
@click.pass_obj
def articles(settings: Settings) -> None:
    """List the articles: the name of each one's folder, its title, and what it holds."""
    for part in library_as_it_stands(settings).collection.parts:
        article = part.article
        publisher = f", {article.publisher}" if article.publisher else ""
        show(f"{article.slug}\n    {article.title}{publisher}\n    {holds(part)}")


def holds(part: Knowledge) -> str:
    """How much an article holds: "62 sentences, 0 facts"."""
    sentences, facts_of_it = len(part.article.sentences) - 1, len(part.facts)
    return f"{count(sentences, 'sentence')}, {count(facts_of_it, 'fact')}"


def count(number: int, noun: str) -> str:
    """A number of things: "1 fact", "2 facts"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


@click.command()
@click.argument("text", required=False)
@article_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.pass_obj
def quote(settings: Settings, text: str | None, slugs: tuple[str, ...], *, as_json: bool) -> None:
    """Check whether TEXT, or standard input, quotes the article word for word."""
    library = library_as_it_stands(settings, slugs)
    collection = library.collection
    posted = beginning_of(sys.stdin.buffer) if text is None else text
    checks = check_quotes(posted, chosen(library, slugs))
    if as_json:
        say(json.dumps(quotes_to_json(checks)))
    else:
        show(quotes_to_text(checks, collection.facts, sources(collection.articles)))
