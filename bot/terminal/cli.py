"""The command line: chat, questions, summaries, checks, and starting the Discord bot."""

import getpass
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import click

from bot.config import Settings, read_settings
from bot.editing.lint import lint
from bot.errors import FootnoteError, KnowledgeError
from bot.evaluation.measure import evaluate, read_questions
from bot.evaluation.report import report
from bot.knowledge.loading import Collection, load_knowledge
from bot.members.members import MEMBERS, Members
from bot.operation.doctor import examine, examine_running
from bot.operation.logs import redact
from bot.publishing.edition import Edition, read_edition, swap_in
from bot.publishing.history import History
from bot.publishing.release import accept, propose, published_edition
from bot.publishing.release import rollback as roll_back
from bot.publishing.replay import CONFIRMED_DAYS
from bot.publishing.rewrite import read_settled
from bot.publishing.store import STYLES, Style
from bot.quoting.check import check_quotes
from bot.routing.library import Library
from bot.routing.reply import Reply, reply_to_json, reply_to_text, why_text
from bot.terminal.quotes import quotes_to_json, quotes_to_text
from bot.terminal.releases import history_text, proposal_text
from bot.terminal.summary import summary_text

DOTENV = Path(".env")
TO_A_RUNNING_BOT = "A bot that is running takes it over with /facts reload or a restart."
CHAT_HELP = "Ask about the article. /summary for a summary, /why for the last answer, /quit to go."


class _Group(click.Group):
    """Shows our own errors as the sentence they are; anything else is a fault of the program."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except FootnoteError as error:
            token = ctx.obj.token if ctx.obj else ""
            raise click.ClickException(redact(str(error), token)) from error


@click.group(cls=_Group, invoke_without_command=True)
@click.version_option(package_name="footnote-bot")
@click.pass_context
def footnote(context: click.Context) -> None:
    """Answers questions about an article, and quotes the sentence that says so.

    Without a command it runs the Discord bot where DISCORD_TOKEN is set, else the chat.
    """
    context.obj = settings = read_settings(os.environ, DOTENV)
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
    from bot.discord.run import run_bot  # noqa: PLC0415

    run_bot(settings)


@footnote.command()
@click.pass_obj
def chat(settings: Settings) -> None:
    """Ask questions in the terminal."""
    with _as_it_stands(settings) as edition:
        _chat(edition)


@contextmanager
def _as_it_stands(settings: Settings) -> Iterator[Edition]:
    """The knowledge folder as it stands, published nowhere.

    Its database is made elsewhere and for this once: that of a running bot must not change under
    it, least of all to what nobody has published.
    """
    with TemporaryDirectory(prefix="footnote-") as folder:
        edition = read_edition(read_settled(settings), Path(folder))
        swap_in(edition)
        yield edition


def _chat(edition: Edition) -> None:
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
            last = edition.library.ask(line)
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
    library = Library(_knowledge(settings))
    if as_json:
        questions = [question] if question is not None else _lines(sys.stdin.buffer)
        for asked in questions:
            click.echo(json.dumps(reply_to_json(library.ask(asked)), ensure_ascii=True))
        return
    reply = library.ask(question or "")
    click.echo(reply_to_text(reply))
    if why:
        click.echo(f"\n{_why(reply)}")


def _knowledge(settings: Settings) -> Collection:
    with read_settled(settings).copied() as folder:
        return load_knowledge(folder)


def _lines(stream: BinaryIO) -> Iterable[str]:
    """Lines of any bytes as text: what is not UTF-8 becomes U+FFFD."""
    for line in stream:
        yield line.decode("utf-8", "replace").rstrip("\r\n")


@footnote.command()
@click.option("--style", type=click.Choice(STYLES), default="brief", show_default=True)
@click.pass_obj
def summary(settings: Settings, style: Style) -> None:
    """Summarise the article in its own sentences."""
    with _as_it_stands(settings) as edition:
        click.echo(_summary(edition, style))


@footnote.command()
@click.argument("text", required=False)
@click.option("--article", "slug", help="Look in this article alone.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.pass_obj
def quote(settings: Settings, text: str | None, slug: str | None, *, as_json: bool) -> None:
    """Check whether TEXT, or standard input, quotes the article word for word."""
    knowledge = load_knowledge(settings.knowledge)
    articles = [article for article in knowledge.articles if slug in {None, article.slug}]
    if not articles:
        known = ", ".join(article.slug for article in knowledge.articles)
        raise click.UsageError(f"There is no article “{slug}”; there are {known}.")
    posted = "\n".join(_lines(sys.stdin.buffer)) if text is None else text
    checks = check_quotes(posted, articles)
    if as_json:
        click.echo(json.dumps(quotes_to_json(checks)))
    else:
        click.echo(quotes_to_text(checks, knowledge.facts))


@footnote.command()
@click.pass_obj
def check(settings: Settings) -> None:
    """Check the knowledge folder; list every fault and warning with file and line."""
    try:
        with read_settled(settings).copied() as folder:
            knowledge = load_knowledge(folder)
            found = lint(folder, Library(knowledge))
            warnings = [warning.moved(folder, settings.knowledge) for warning in found]
    except KnowledgeError as error:
        click.echo(str(error))
        click.echo(f"Faults: {len(error.faults)}.")
        sys.exit(1)
    for warning in warnings:
        click.echo(str(warning))
    phrasings = sum(len(entry.phrasings) for entry in knowledge.entries)
    click.echo(
        f"Articles: {len(knowledge.articles)}, facts: {len(knowledge.facts)}, questions left "
        f"open: {len(knowledge.unsaid)}, phrasings: {phrasings}. No fault, "
        f"warnings: {len(warnings)}."
    )


@footnote.command()
@click.argument("search", required=False)
@click.pass_obj
def facts(settings: Settings, search: str | None) -> None:
    """List the fact table, or what of it matches SEARCH."""
    with _as_it_stands(settings) as edition:
        store = edition.store
        hits = store.search(search) if search else store.browse(limit=-1)
    for hit in hits:
        click.echo(f"{hit.question}\n    {hit.answer}\n    {hit.fact}")
    if not hits:
        click.echo("No fact matches.")


@footnote.command()
@click.option("--dry-run", is_flag=True, help="Say what would change, and publish nothing.")
@click.option("--confirm", is_flag=True, help="Publish even what is answered worse than before.")
@click.pass_obj
def reload(settings: Settings, *, dry_run: bool, confirm: bool) -> None:
    """Publish the knowledge folder, unless it answers worse than before."""
    now = datetime.now(UTC)
    proposal = propose(settings, published_edition(settings), _confirmed(settings, now))
    click.echo(proposal_text(proposal))
    if not dry_run:
        accept(settings, proposal, _who("reload"), now, confirmed=confirm)
        click.echo(f"Published version {proposal.edition.version}. {TO_A_RUNNING_BOT}")


def _confirmed(settings: Settings, now: datetime) -> dict[str, int]:
    """What members confirmed of late; a damaged file is set aside, and said to be.

    Here nobody knows which servers may edit, so that these votes warn and hold nothing.
    """
    file = settings.data / MEMBERS
    if not file.exists():
        return {}
    with closing(Members(file)) as members:
        if members.notice:
            click.echo(members.notice, err=True)
        return members.confirmed(now - timedelta(days=CONFIRMED_DAYS), ())


def _who(command: str) -> str:
    """Who gives a command; a container's user may have no name."""
    try:
        return f"{getpass.getuser()}, footnote {command}"
    except (KeyError, OSError):
        return f"footnote {command}"


@footnote.command()
@click.pass_obj
def history(settings: Settings) -> None:
    """List the published states, the newest first."""
    click.echo(history_text(History(settings.data).states()))


@footnote.command()
@click.argument("version", default="")
@click.pass_obj
def rollback(settings: Settings, version: str) -> None:
    """Publish an earlier state again: VERSION, or else the one before.

    Its files are written into the knowledge folder; what stood there is kept in the history.
    """
    edition = roll_back(settings, version, _who("rollback"), datetime.now(UTC))
    click.echo(f"Published version {edition.version}. {TO_A_RUNNING_BOT}")


@footnote.command()
@click.option("--running", is_flag=True, help="Look only whether a bot runs, and is well.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line.")
@click.pass_obj
def doctor(settings: Settings, *, running: bool, as_json: bool) -> None:
    """Look whether all is in order for running the bot; exit code 1 where something is not."""
    now = datetime.now(UTC)
    findings = [examine_running(settings.data, now)] if running else examine(settings, DOTENV, now)
    for finding in findings:
        mark = "ok" if finding.ok else "TO DO"
        line = f"{mark:<6} {finding.name}: {finding.text}"
        click.echo(json.dumps(asdict(finding)) if as_json else line)
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


@footnote.command(name="eval")
@click.argument("questions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--misses", is_flag=True, help="List the questions that went wrong.")
@click.option("--why", is_flag=True, help="Say what decided each of them.")
@click.pass_obj
def evaluate_questions(settings: Settings, questions: Path, *, misses: bool, why: bool) -> None:
    """Measure the answers to a file of labelled QUESTIONS (JSON lines)."""
    labelled = read_questions(questions)
    library = Library(_knowledge(settings))
    click.echo(report(evaluate(library.ask, labelled), misses=misses, why=why))
