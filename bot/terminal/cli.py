"""The command line: its commands, and starting the Discord bot."""

import json
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.config import Settings, read_settings
from bot.errors import FootnoteError
from bot.operation.doctor import examine, examine_running
from bot.operation.logs import redact
from bot.terminal.asking import ask, evaluate_questions
from bot.terminal.chat import chat
from bot.terminal.reading import articles, facts, quote, summary
from bot.terminal.releases import history, reload, rollback
from bot.terminal.writing import check, new

DOTENV = Path(".env")


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


for _command in (
    articles,
    ask,
    chat,
    check,
    evaluate_questions,
    facts,
    history,
    new,
    quote,
    reload,
    rollback,
    summary,
):
    footnote.add_command(_command)
