"""Commands for operating the bot: running it, and checking its setup."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

import click

from bot.config import DOTENV, Settings
from bot.operation.doctor import examine
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
