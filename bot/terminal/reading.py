"""Commands that read: summaries, the fact table, and checking a quotation."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

import click

from bot.config import Settings
from bot.knowledge.article import Article
from bot.knowledge.facts import Fact
from bot.knowledge.loading import Knowledge
from bot.knowledge.summary_file import SummaryLine
from bot.publishing.edition import Edition
from bot.publishing.store import STYLES, Style
from bot.quoting.check import TEXT_LIMIT, QuoteCheck, Status, check_quotes, citations
from bot.routing.reply import Sources, citation_lines, sources
from bot.terminal.screen import say, show
from bot.terminal.sources import (
    article_option,
    as_it_stands,
    chosen,
    library_as_it_stands,
)
from bot.terminal.streams import beginning_of

_VERDICTS: dict[Status, str] = {
    "verbatim": "Word for word",
    "altered": "Altered",
    "absent": "Not in the article",
}
_WORST: tuple[Status, ...] = ("absent", "altered", "verbatim")
_FORMS = {"equal": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
_LEGEND = "[-the article's words-], {+words that the article does not have here+}"


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


def summary_text(title: str, lines: Sequence[SummaryLine]) -> str:
    """A summary as plain text, its sentences numbered through."""
    parts = [title]
    numbered = iter(citation_lines([line.citation for line in lines]))
    for label, group in groupby(lines, key=lambda line: line.label):
        heading = [label] if label else []
        parts.append("\n".join([*heading, *(next(numbered) for _ in group)]))
    return "\n\n".join(parts)


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
        show(f"{article.slug}\n    {article.title}{publisher}\n    {contents_text(part)}")


def contents_text(part: Knowledge) -> str:
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


def quotes_to_text(checks: Iterable[QuoteCheck], facts: Sequence[Fact], names: Sources) -> str:
    """The verdict on each quotation, its words compared, and the article's sentences."""
    return "\n\n".join("\n".join(_quote_lines(check, facts, names)) for check in checks)


def _quote_lines(check: QuoteCheck, facts: Sequence[Fact], names: Sources) -> Iterator[str]:
    apart = f", apart from {', '.join(check.apart_from)}" if check.status == "verbatim" else ""
    yield f"{_VERDICTS[check.status]}{apart if check.apart_from else ''}:"
    words = " ".join(_FORMS[run.kind].format(run.text) for run in check.runs)
    yield f"    {words or check.text}"
    if check.status == "altered":
        yield f"    {_LEGEND}"
    if check.cut:
        yield f"    Only the first {TEXT_LIMIT} characters were checked."
    if check.sentences:
        yield ""
        yield from citation_lines(citations(check, facts), names)


def quotes_to_json(checks: Sequence[QuoteCheck]) -> dict[str, Any]:
    """A contract, described in the README: of several quotations, the worst verdict."""
    sentences = dict.fromkeys(s.text for check in checks for s in check.sentences)
    return {
        "verdict": min((check.status for check in checks), key=_WORST.index),
        "sentence": " ".join(sentences) or None,
        "differences": [asdict(d) for check in checks for d in check.differences],
    }
