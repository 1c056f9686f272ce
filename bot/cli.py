"""The command line: chat, questions, summaries, checks, and starting the Discord bot."""

import io
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import click

from bot.config import Settings, read_settings
from bot.edition import Edition, publish
from bot.errors import FootnoteError, KnowledgeError
from bot.evaluation import evaluate, read_questions
from bot.evaluation_report import report
from bot.knowledge import load_knowledge
from bot.reply import Reply, reply_to_json, reply_to_text, why_text
from bot.router import Router
from bot.store import STYLES, Style
from bot.summary import summary_text

CHAT_HELP = "Ask about the article. /summary for a summary, /why for the last answer, /quit to go."


class _Group(click.Group):
    """Shows our own errors as the sentence they are; anything else is a fault of the program."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except FootnoteError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group, invoke_without_command=True)
@click.version_option(package_name="footnote-bot")
@click.pass_context
def footnote(context: click.Context) -> None:
    """Answers questions about an article, and quotes the sentence that says so.

    Without a command it runs the Discord bot where DISCORD_TOKEN is set, else the chat.
    """
    context.obj = settings = read_settings(os.environ, Path(".env"))
    if context.invoked_subcommand:
        return
    if settings.token:
        context.invoke(run)
    else:
        click.echo("No DISCORD_TOKEN is set, so this is the chat in the terminal.")
        context.invoke(chat)


@footnote.command()
@click.pass_obj
def run(settings: Settings) -> None:
    """Run the Discord bot."""
    # Imported here: nothing else needs discord.py, and it takes longest to load.
    from bot.discord_bot import run_bot  # noqa: PLC0415

    run_bot(settings)


@footnote.command()
@click.pass_obj
def chat(settings: Settings) -> None:
    """Ask questions in the terminal."""
    edition = publish(settings.knowledge, settings.data)
    for article in edition.knowledge.articles:
        click.echo(f"{article.title}\n{article.copyright}")
    click.echo(f"{CHAT_HELP}\n")
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    last: Reply | None = None
    while True:
        try:
            line = click.prompt("you", prompt_suffix="> ", default="", show_default=False).strip()
        except (EOFError, click.Abort):
            click.echo()
            return
        if line in {"/quit", "/exit"}:
            return
        if line.startswith("/"):
            click.echo(_chat_command(line, edition, last) + "\n")
        elif line:
            last = edition.router.ask(line)
            click.echo(reply_to_text(last) + "\n")


def _chat_command(line: str, edition: Edition, last: Reply | None) -> str:
    command, _, argument = line.partition(" ")
    if command == "/why":
        return _why(last) if last else "Nothing was asked yet."
    if command == "/summary":
        style = argument.strip() or "brief"
        if style in STYLES:
            return _summary(edition, style)
        return f"There is no style “{style}”; there are {', '.join(STYLES)}."
    return CHAT_HELP


def _why(reply: Reply) -> str:
    return why_text(reply.why, reply.confidence) if reply.why else "There was no question in it."


def _summary(edition: Edition, style: Style) -> str:
    return "\n\n\n".join(
        summary_text(article.title, edition.store.summary(article.slug, style))
        for article in edition.knowledge.articles
    )


@footnote.command()
@click.argument("question", required=False)
@click.option("--json", "as_json", is_flag=True, help="Read a question a line, print JSON lines.")
@click.option("--why", is_flag=True, help="Say what decided the reply.")
@click.pass_obj
def ask(settings: Settings, question: str | None, *, as_json: bool, why: bool) -> None:
    """Ask a QUESTION, or with --json many from standard input."""
    if question is None and not as_json:
        raise click.UsageError("Give a question, or --json and questions on standard input.")
    router = Router(load_knowledge(settings.knowledge))
    if as_json:
        questions = [question] if question is not None else _lines(sys.stdin.buffer)
        for asked in questions:
            click.echo(json.dumps(reply_to_json(router.ask(asked)), ensure_ascii=True))
        return
    reply = router.ask(question or "")
    click.echo(reply_to_text(reply))
    if why:
        click.echo(f"\n{_why(reply)}")


def _lines(stream: BinaryIO) -> Iterable[str]:
    """Lines of any bytes as text: what is not UTF-8 becomes U+FFFD."""
    for line in stream:
        yield line.decode("utf-8", "replace").rstrip("\r\n")


@footnote.command()
@click.option("--style", type=click.Choice(STYLES), default="brief", show_default=True)
@click.pass_obj
def summary(settings: Settings, style: Style) -> None:
    """Summarise the article in its own sentences."""
    click.echo(_summary(publish(settings.knowledge, settings.data), style))


@footnote.command()
@click.pass_obj
def check(settings: Settings) -> None:
    """Check the knowledge folder; list every fault with file and line."""
    try:
        knowledge = load_knowledge(settings.knowledge)
    except KnowledgeError as error:
        click.echo(str(error))
        click.echo(f"Faults: {len(error.faults)}.")
        sys.exit(1)
    phrasings = sum(len(entry.phrasings) for entry in knowledge.entries)
    click.echo(
        f"Articles: {len(knowledge.articles)}, facts: {len(knowledge.facts)}, questions left "
        f"open: {len(knowledge.unsaid)}, phrasings: {phrasings}. No fault."
    )


@footnote.command()
@click.argument("search", required=False)
@click.pass_obj
def facts(settings: Settings, search: str | None) -> None:
    """List the fact table, or what of it matches SEARCH."""
    store = publish(settings.knowledge, settings.data).store
    hits = store.search(search) if search else store.browse(limit=-1)
    for hit in hits:
        click.echo(f"{hit.question}\n    {hit.answer}\n    {hit.fact}")
    if not hits:
        click.echo("No fact matches.")


@footnote.command(name="eval")
@click.argument("questions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--misses", is_flag=True, help="List the questions that went wrong.")
@click.option("--why", is_flag=True, help="Say what decided each of them.")
@click.pass_obj
def evaluate_questions(settings: Settings, questions: Path, *, misses: bool, why: bool) -> None:
    """Measure the answers to a file of labelled QUESTIONS (JSON lines)."""
    labelled = read_questions(questions)
    router = Router(load_knowledge(settings.knowledge))
    click.echo(report(evaluate(router.ask, labelled), misses=misses, why=why))
