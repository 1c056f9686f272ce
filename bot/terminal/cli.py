"""The command line: its commands, and what surrounds each of them."""

import os
import pkgutil
from typing import Any

import click

from bot.config import DOTENV, read_settings
from bot.errors import FootnoteError
from bot.language.text import visible
from bot.operation.logs import redact
from bot.terminal.screen import say
from bot.terminal.streams import standard_streams

_COMMANDS = {
    "articles": "bot.terminal.reading:articles",
    "ask": "bot.terminal.asking:ask",
    "chat": "bot.terminal.chat:chat",
    "check": "bot.terminal.writing:check",
    "coverage": "bot.terminal.writing:show_coverage",
    "doctor": "bot.terminal.operating:doctor",
    "draft": "bot.terminal.writing:draft",
    "eval": "bot.terminal.asking:evaluate_questions",
    "facts": "bot.terminal.reading:facts",
    "history": "bot.terminal.releases:history",
    "members": "bot.terminal.operating:members",
    "new": "bot.terminal.writing:new",
    "quote": "bot.terminal.reading:quote",
    "reload": "bot.terminal.releases:reload",
    "rollback": "bot.terminal.releases:rollback",
    "run": "bot.terminal.operating:run",
    "summary": "bot.terminal.reading:summary",
}
"""Where each command is; loaded on use, so that none waits for what only others need."""


class _Group(click.Group):
    """Shows our own errors as sentences; anything else is a bug."""

    def main(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 (as click has it)
        with standard_streams():
            return super().main(*arguments, **options)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        return _command(cmd_name) if cmd_name in _COMMANDS else None

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except FootnoteError as error:
            token = ctx.obj.token if ctx.obj else ""
            raise click.ClickException(visible(redact(str(error), token))) from error


def _command(name: str) -> click.Command:
    command: click.Command = pkgutil.resolve_name(_COMMANDS[name])
    return command


@click.group(cls=_Group, invoke_without_command=True)
@click.version_option(package_name="footnote-bot")
@click.pass_context
def footnote(context: click.Context) -> None:
    """Answers questions about an article, and quotes the sentence that says so.

    Without a command it runs the Discord bot if DISCORD_TOKEN is set, else the chat.
    """
    context.obj = settings = read_settings(os.environ, DOTENV)
    # The doctor lists the faults, and goes on to look at the rest.
    if context.invoked_subcommand != "doctor":
        settings.whole()
    if context.invoked_subcommand:
        return
    if not settings.token:
        say("No DISCORD_TOKEN is set, so this is the chat in the terminal.")
    context.invoke(_command("run" if settings.token else "chat"))
