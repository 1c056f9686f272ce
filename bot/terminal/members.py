"""Commands for what members create."""

import click

from bot.config import Settings
from bot.errors import SettingsError
from bot.members.members import MEMBERS
from bot.operation.instance_lock import only_instance
from bot.terminal.screen import say


@click.group()
def members() -> None:
    """Look after what members create: settings, votes, misses."""


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
