"""Checks everything that running the bot needs; each problem comes with what to do."""

import os
import platform
import shutil
import sqlite3
from collections.abc import Callable, Collection
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from bot.config import Settings, token_fault
from bot.errors import KnowledgeError
from bot.files import advice, exists, private_folder
from bot.knowledge.loading import load_knowledge
from bot.members.members import MEMBERS
from bot.members.sqlite import MembersError
from bot.operation.health import Health, version_of
from bot.operation.running import Finding, Verdict, examine_running, health_of
from bot.publishing.folder import FolderError
from bot.publishing.rewrite import read_settled, unfinished
from bot.routing.encoder import Encoder, EncoderError

PERMISSIONS = {
    "View Channels": 1 << 10,
    "Send Messages": 1 << 11,
    "Read Message History": 1 << 16,
    "Send Messages in Threads": 1 << 38,
}
"""What the bot may do in a server, and nothing else: Discord's names and bits."""

ENOUGH_DISK = 100
"""Free megabytes below which the disk counts as nearly full."""

OLDEST_SQLITE = (3, 37)
"""The first with STRICT tables."""


def examine(settings: Settings, dotenv: Path, now: datetime) -> list[Finding]:
    """Check everything that a bot with these settings needs, and the bot that runs."""
    data_folder = _looked(lambda: _data_folder(settings.data))
    looks = {
        "token": lambda: _token(settings.token),
        ".env": lambda: _dotenv(dotenv),
        "knowledge": lambda: _knowledge(settings),
        "intents": lambda: _intents(message_content=settings.message_content),
        "permissions": lambda: _permissions(health_of(settings)),
        "editing": lambda: _editing(settings.editing_guilds),
        "data folder": lambda: data_folder,
        "database": lambda: _database(settings, usable=data_folder[0]),
        "release": lambda: _release(settings),
        "versions": _versions,
        "encoder": lambda: _encoder(settings.encoder),
        "disk": lambda: _disk(settings.data),
    }
    faults = [Finding("settings", ok=False, text=fault) for fault in settings.faults]
    findings = [Finding(name, *_looked(look)) for name, look in looks.items()]
    return [*faults, *findings, examine_running(settings, now, must_run=False)]


def _looked(look: Callable[[], Verdict]) -> Verdict:
    try:
        return look()
    except OSError as error:
        return False, f"{error.filename} can't be looked at: {advice(error)}"


def _token(token: str) -> Verdict:
    if fault := token_fault(token):
        return False, fault
    return True, "DISCORD_TOKEN is set; only Discord can tell whether it is still valid."


def _dotenv(file: Path) -> Verdict:
    if not exists(file):
        return True, "There is none here; the settings come from the environment."
    if _is_open(file):
        return False, f"Others may read {file}, where the token is. Run `chmod 600 {file}`."
    return True, f"Nobody but its owner may read {file}."


def _is_open(path: Path) -> bool:
    """Whether others than the owner may look into a file or folder; Windows has no such bits."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)


def _knowledge(settings: Settings) -> Verdict:
    folder = settings.knowledge
    try:
        with read_settled(settings).whole().copied() as copy:
            knowledge = load_knowledge(copy)
    except KnowledgeError as error:
        count = len(error.faults)
        return False, f"{folder} is not valid; faults: {count}. `footnote check` lists them."
    except FolderError as error:
        return False, str(error)
    return True, (
        f"Articles: {len(knowledge.articles)}, facts: {len(knowledge.facts)}, "
        f"open questions: {len(knowledge.open_questions)}, in {folder}."
    )


def _intents(*, message_content: bool) -> Verdict:
    if not message_content:
        return True, "No privileged intent is requested, so that there is none to switch on."
    return True, (
        "Message Content is requested. It must be on in the developer portal (Bot → Privileged "
        "Gateway Intents), else Discord refuses the bot."
    )


def _permissions(health: Health | None) -> Verdict:
    if health and health.alive and health.closed:
        return False, (
            f"The bot could not answer in these channels: {'; '.join(health.closed)}. Give it the "
            "permissions in the channel's settings."
        )
    return True, (
        f"Invite it with scope=bot+applications.commands&permissions={sum(PERMISSIONS.values())} "
        f"({', '.join(PERMISSIONS)}); only Discord can tell what a server granted."
    )


def _editing(guilds: Collection[int]) -> Verdict:
    if guilds:
        return True, f"The facts can be changed in these servers: {', '.join(map(str, guilds))}."
    return True, (
        "The facts can be changed in the one server that the bot is in; if it is in several, only "
        "by the application's owner and team. Name servers in FOOTNOTE_EDITING_GUILDS, and switch "
        "off Public Bot in the developer portal (Bot), so that nobody else can invite the bot."
    )


def _data_folder(data: Path) -> Verdict:
    """Write a small database, in the journal mode of the real ones, and delete it."""
    trial = data / f".doctor-{os.getpid()}.db"
    try:
        private_folder(data)
        with closing(sqlite3.connect(trial)) as db, db:
            db.execute("pragma journal_mode = wal")
            db.execute("create table trial (x text)")
            db.execute("insert into trial values ('written')")
    except (OSError, sqlite3.Error) as error:
        return False, (
            f"A database can't be written in {data}: {advice(error) or error} FOOTNOTE_DATA can "
            "name another folder."
        )
    finally:
        with suppress(OSError):
            for suffix in ("", "-wal", "-shm"):
                trial.with_name(f"{trial.name}{suffix}").unlink(missing_ok=True)
    if _is_open(data):
        return False, f"Others may look into {data}. Run `chmod 700 {data}` as its owner."
    return True, f"A database was written in {data} and deleted."


def _database(settings: Settings, *, usable: bool) -> Verdict:
    """Look at the database; `usable` is whether the data folder is in order."""
    if not settings.database:
        return _file(settings.data / MEMBERS, usable=usable)
    try:
        # Imported here: it needs an extra, which a bot with a file does without.
        from bot.members.postgres import look_at  # noqa: PLC0415

        return True, f"{look_at(settings.database)}, can be reached."
    except MembersError as error:
        return False, str(error)


def _file(file: Path, *, usable: bool) -> Verdict:
    if not exists(file):
        made = "the first start makes it" if usable else "it needs a data folder that is in order"
        return True, f"There is no {file} yet; {made}."
    try:
        # Not read-only, which can't read a file in WAL mode that nobody has open.
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True)) as db:
            (found,) = db.execute("pragma quick_check(1)").fetchone()
    except sqlite3.Error as error:
        found = advice(error) or str(error)
    if found != "ok":
        return False, (
            f"{file} can't be used ({found}). Stop the bot and restore a backup; else the next "
            "start sets a damaged file aside and begins a new one."
        )
    return True, f"{file} is sound."


def _release(settings: Settings) -> Verdict:
    if versions := unfinished(settings):
        return False, (
            f"A change of {settings.knowledge} from version {versions[0]} to {versions[1]} was "
            "interrupted. The next start or reload finishes it."
        )
    return True, "No change of the knowledge folder was interrupted."


def _versions() -> Verdict:
    packages = {name: version_of(name) for name in ("discord.py", "rapidfuzz")}
    if missing := [name for name, version in packages.items() if not version]:
        return False, f"Not installed: {', '.join(missing)}. Install footnote-bot again with pip."
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        return False, (
            f"SQLite {sqlite3.sqlite_version} is too old; use a Python that has "
            f"{'.'.join(map(str, OLDEST_SQLITE))} or newer."
        )
    versions = {
        "footnote": version_of("footnote-bot") or "(a checkout)",
        "Python": platform.python_version(),
        **packages,
        "SQLite": sqlite3.sqlite_version,
    }
    return True, ", ".join(f"{name} {version}" for name, version in versions.items()) + "."


def _encoder(encoder: Encoder | None) -> Verdict:
    if encoder is None:
        return True, "None; questions are compared by their words alone (FOOTNOTE_ENCODER)."
    try:
        encoder.encode(["Does it work?"])
    except EncoderError as error:
        return False, str(error)
    return True, f"{encoder.version} compares what questions mean."


def _disk(data: Path) -> Verdict:
    folder = next(folder for folder in (data, *data.absolute().parents) if folder.is_dir())
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < ENOUGH_DISK:
        return False, f"Only {free} MB are free in {folder}. Free some space."
    return True, f"{free:,} MB are free in {folder}."
