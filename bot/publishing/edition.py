"""An edition: one published state of the knowledge, and everything that answers from it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from bot.knowledge.facts import Fact, Unsaid, fact_key
from bot.knowledge.loading import Collection, load_knowledge
from bot.members.posted import Digests, digests_of
from bot.publishing.folder import Snapshot, read_snapshot
from bot.publishing.store import Store, build_store
from bot.routing.library import Library

log = logging.getLogger(__name__)

DATABASE = "knowledge.db"


@dataclass(frozen=True)
class Edition:
    """Knowledge, the router that answers from it, the database, and its version (hex)."""

    library: Library
    store: Store
    version: str

    @property
    def knowledge(self) -> Collection:
        """The articles with their facts."""
        return self.library.collection

    @cached_property
    def facts_by_key(self) -> Mapping[str, Fact]:
        """The facts by `fact_key`, as buttons name them."""
        return {fact_key(fact.id): fact for fact in self.knowledge.facts}

    @cached_property
    def entries_by_key(self) -> Mapping[str, Fact | Unsaid]:
        """The facts and open questions by `fact_key`."""
        return {fact_key(entry.id): entry for entry in self.knowledge.entries}

    @cached_property
    def digests(self) -> Digests:
        """What a reader sees of each fact, to know later whether that has changed."""
        return digests_of(self.library)


@dataclass(frozen=True)
class Changes:
    """The questions that a new edition added, removed and edited, in the table's order."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    edited: tuple[str, ...]


def read_edition(snapshot: Snapshot, data_folder: Path) -> Edition:
    """Load the knowledge and make a router; the database stays as it is until `swap_in`.

    Raises KnowledgeError with every fault, or FolderError.
    """
    with snapshot.copied() as folder:
        knowledge = load_knowledge(folder)
    store = Store(data_folder / DATABASE, knowledge.articles)
    return Edition(Library(knowledge), store, snapshot.version)


def swap_in(edition: Edition) -> None:
    """Build the database of an edition unless it is up to date; a damaged one with a word.

    Raises StoreError, which leaves the old database in place.
    """
    damaged = edition.store.is_damaged()
    if damaged or edition.store.version() != edition.version:
        build_store(edition.knowledge, edition.version, edition.store.file)
    if damaged:
        log.warning("The database %s was damaged; it has been built anew.", edition.store.file)


def publish(knowledge_folder: Path, data_folder: Path) -> Edition:
    """Read the knowledge, make a router, and build the database unless it is up to date.

    Whatever raises, a KnowledgeError or a StoreError, leaves the old database in place.
    """
    edition = read_edition(read_snapshot(knowledge_folder), data_folder)
    swap_in(edition)
    return edition


def fingerprint(folder: Path) -> str:
    """Twelve hex digits that differ whenever a knowledge file does. Raises KnowledgeError."""
    return read_snapshot(folder).version


def compare(old: Collection, new: Collection) -> Changes:
    """What a reload changes, by the questions of the facts."""
    before, after = _entries(old), _entries(new)
    return Changes(
        added=tuple(e.question for id_, e in after.items() if id_ not in before),
        removed=tuple(e.question for id_, e in before.items() if id_ not in after),
        edited=tuple(
            e.question for id_, e in after.items() if id_ in before and _differ(e, before[id_])
        ),
    )


def _entries(knowledge: Collection) -> dict[str, Fact | Unsaid]:
    return {entry.id: entry for entry in knowledge.entries}


def _differ(new: Fact | Unsaid, old: Fact | Unsaid) -> bool:
    """Whether two entries differ in more than the line they stand on."""
    return replace(new, line=0) != replace(old, line=0)
