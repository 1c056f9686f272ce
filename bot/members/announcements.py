"""What the processes that share a database tell each other: what they publish and change."""

from collections.abc import Callable
from threading import Event

from bot.members.database import Database


class Announcements:
    """Tells the other processes, and hears them. What `Members` promises holds here too."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def announce(self, version: str) -> None:
        """Let all processes know which version of the knowledge folder they should answer from."""
        with self._database.writing() as db:
            db.execute(_ANNOUNCE, (version,))

    def announced(self) -> str:
        """The version that was announced last, "" if none was."""
        with self._database.reading() as db:
            found = db.execute("select version from published").fetchone()
        return found[0] if found else ""

    def listen(self, notify: Callable[[str], None], stopped: Event) -> None:
        """Call `notify` with what others change, until `stopped` is set, a second later at most.

        "settings 100" are the settings of a guild, "published" is what was announced, "audit" that
        somebody is forgotten, and "" may be anything. Call it in a thread of its own.
        """
        self._database.listen(notify, stopped)


_ANNOUNCE = """
    insert into published (one, version) values (1, ?) on conflict (one) do update set
        version = excluded.version where published.version != excluded.version
"""
