"""`footnote ask`, for a person or a program, and `footnote eval`."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from bot.config import Settings
from bot.errors import FootnoteError
from bot.evaluation.measure import evaluate, read_questions
from bot.evaluation.report import report
from bot.routing.library import Library
from bot.routing.reply import Reply, reply_to_json, reply_to_text, sources, why_text
from bot.terminal.screen import progress, say, show
from bot.terminal.sources import article_option, library_as_it_stands
from bot.terminal.streams import lines_of

_EXAMPLE = '{"question": "Who …?", "article": "slug"}'


class LineError(FootnoteError):
    """A line on standard input is not a question; the message says what it should be."""


@click.command()
@click.argument("question", nargs=-1)
@article_option
@click.option("--json", "form", flag_value="json", help="Read a question a line, print JSON lines.")
@click.option("--jsonl", "form", flag_value="jsonl", help="The same, but read JSON objects.")
@click.option("--why", is_flag=True, help="Say what decided the reply.")
@click.pass_obj
def ask(
    settings: Settings,
    question: tuple[str, ...],
    slugs: tuple[str, ...],
    form: str | None,
    *,
    why: bool,
) -> None:
    """Ask a QUESTION, or with --json or --jsonl many from standard input."""
    if form == "jsonl" and question:
        raise click.UsageError("--jsonl reads its questions from standard input alone.")
    if not question and not form:
        raise click.UsageError("Give a question, or --json and questions on standard input.")
    library, scope = library_as_it_stands(settings, slugs), slugs or None
    lines = [" ".join(question)] if question else lines_of(sys.stdin.buffer)
    if form == "jsonl":
        _print_json(replies(library, lines, scope))
    elif form == "json":
        _print_json(reply_to_json(library.ask(line, scope)) for line in lines)
    else:
        reply = library.ask(" ".join(question), scope)
        show(reply_to_text(reply, sources(library.collection.articles)))
        if why:
            say(f"\n{why_of(reply)}")


def why_of(reply: Reply) -> str:
    """What decided a reply, if there was a question."""
    return why_text(reply.why, reply.confidence) if reply.why else "There was no question in it."


def _print_json(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        say(json.dumps(row, ensure_ascii=True))


def replies(
    library: Library, lines: Iterable[str], scope: tuple[str, ...] | None
) -> Iterator[dict[str, Any]]:
    """A reply for each line, or what is wrong with it; `scope` is for lines without an article."""
    for number, line in enumerate(lines, start=1):
        try:
            question, articles = _read(line)
            yield reply_to_json(library.ask(question, scope if articles is None else articles))
        except FootnoteError as error:
            yield {"line": number, "error": str(error)}


def _read(line: str) -> tuple[str, list[str] | None]:
    """The question of a line, and the articles that it names. Raises LineError."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict) or not isinstance(row.get("question"), str):
        raise LineError(f'The line must be a JSON object with a text "question": {_EXAMPLE}')
    if unknown := row.keys() - {"question", "article"}:
        raise LineError(f"The line has an unknown key “{min(unknown)}”; write it as {_EXAMPLE}")
    articles = row.get("article")
    if isinstance(articles, str):
        articles = [articles]
    if articles is None or (
        isinstance(articles, list) and articles and all(isinstance(a, str) for a in articles)
    ):
        return row["question"], articles
    raise LineError(
        '"article" must be a slug or a list of slugs; leave it out to ask all articles.'
    )


@click.command(name="eval")
@click.argument("questions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--misses", is_flag=True, help="List the questions that went wrong.")
@click.option("--why", is_flag=True, help="Say what decided each of them.")
@click.pass_obj
def evaluate_questions(settings: Settings, questions: Path, *, misses: bool, why: bool) -> None:
    """Measure the answers to a file of labelled QUESTIONS (JSON lines)."""
    labelled = read_questions(questions)
    library = library_as_it_stands(settings)
    outcomes = evaluate(library.ask, progress(labelled, "Asking"))
    say(report(outcomes, misses=misses, why=why))
