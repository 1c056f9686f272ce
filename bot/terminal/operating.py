"""Commands for operating the bot: running it, checking its setup, moving its data."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

import click

from bot.config import DOTENV, Settings
from bot.errors import SettingsError
from bot.members.members import MEMBERS
from bot.operation.doctor import examine
from bot.operation.instance_lock import only_instance
from bot.operation.running import examine_running
from bot.terminal.screen import say


@click.command()
@click.pass_obj
def run(settings: Settings) -> None:
    """Run the Discord bot."""
    # Imported here: nothing else needs discord.py, and it takes longest to load.
    from bot.discord.run import run_bot  # noqa: PLC0415

    run_bot(settings)


@click.command()
@click.option("--running", is_flag=True, help="Look only whether a bot runs, and is well.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line.")
@click.pass_obj
def doctor(settings: Settings, *, running: bool, as_json: bool) -> None:
    """Check the setup for running the bot; exit code 1 if something is wrong."""
    now = datetime.now(UTC)
    findings = (
        [examine_running(settings.whole(), now)] if running else examine(settings, DOTENV, now)
    )
    for finding in findings:
        mark = "ok" if finding.ok else "TO DO"
        line = f"{mark:<6} {finding.name}: {finding.text}"
        say(json.dumps(asdict(finding)) if as_json else line)
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


@click.group()
def members() -> None:
    """Manage what members create: settings, votes, misses."""


@members.command()
@click.pass_obj
def copy(settings: Settings) -> None:
    """Copy the file to the empty PostgreSQL database of FOOTNOTE_DATABASE_URL."""
    if not settings.database:
        raise SettingsError("FOOTNOTE_DATABASE_URL is not set; name the database to copy to.")
    # Imported here: it needs an extra, which a bot with a file does without.
    from bot.members.copying import copy_members  # noqa: PLC0415

    file = settings.data / MEMBERS
    with only_instance(settings.data):
        copied = copy_members(file, settings.database)
    for table, rows in copied.items():
        say(f"{table}: {rows}")
    say(f"{file} is no longer used. Delete it when you have seen that nothing is missing.")
