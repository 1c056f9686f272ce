"""An edition: one published state of the knowledge, and everything that answers from it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from bot.knowledge.facts import Fact, Unsaid, fact_key
from bot.knowledge.loading import Collection, load_collection
from bot.members.posted import Digests, digests_of
from bot.publishing.folder import Snapshot, read_snapshot
from bot.publishing.store import Store, build_store
from bot.routing.library import Library

log = logging.getLogger(__name__)

DATABASE = "knowledge.db"


@dataclass(frozen=True)
class Edition:
    """Knowledge, the router that answers from it, the database, and the files it was read from.

    `source` is the version of the knowledge folder that it was made from. It differs from `version`
    if an article there has a fault, and is left out or answers as it was published last.
    """

    library: Library
    store: Store
    snapshot: Snapshot
    source: str

    @property
    def version(self) -> str:
        """Twelve hex digits that differ whenever a file does that it answers from."""
        return self.snapshot.version

    @property
    def knowledge(self) -> Collection:
        """The articles with their facts, and the faults of those in the folder."""
        return self.library.collection

    @property
    def notice(self) -> str:
        """What is wrong with articles in the folder, and what becomes of them; "" if nothing is."""
        faults = "\n".join(str(fault) for fault in self.knowledge.faults)
        return faults and (
            f"{faults}\nThe rest is published. An article with a fault answers as it was "
            "published last; a new one is left out."
        )

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


def read_edition(snapshot: Snapshot, data_folder: Path, before: Snapshot | None = None) -> Edition:
    """Load the knowledge and make a library; the database stays as it is until `swap_in`.

    An article with a fault is taken as it is in `before`, or is left out. Raises KnowledgeError
    with every fault if no article is sound or the general words are faulty, or FolderError.
    """
    found, sound = _load(snapshot), snapshot
    knowledge = found
    if found.faults:
        mixed = snapshot.with_articles_of(before, _faulty(found, snapshot.folder))
        knowledge = _load(mixed)
        sound = mixed.with_articles_of(None, _faulty(knowledge, snapshot.folder))
    library = Library(replace(knowledge, faults=found.faults))
    store = Store(data_folder / DATABASE, knowledge.articles)
    return Edition(library, store, sound, snapshot.version)


def _load(snapshot: Snapshot) -> Collection:
    with snapshot.copied() as folder:
        found = load_collection(folder)
        faults = [fault.moved(folder, snapshot.folder) for fault in found.faults]
    return replace(found, faults=(*snapshot.faults, *faults))


def _faulty(knowledge: Collection, folder: Path) -> set[str]:
    """The slugs of the articles that were left out of what was read from a folder."""
    return {fault.file.relative_to(folder).parts[0] for fault in knowledge.faults}


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
