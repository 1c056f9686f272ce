"""An edition: one published state of the knowledge, and everything that answers from it."""

import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from bot.errors import Fault
from bot.knowledge.facts import Fact, OpenQuestion, fact_key
from bot.knowledge.loading import Collection, load_collection
from bot.members.digests import Digests, LibraryDigests
from bot.publishing.cache import EMPTY_CACHE, GENERAL, Cache, keys_of, read_cache
from bot.publishing.database import (
    StoreError,
    cache_built,
    is_cached,
    version_of,
    write_edition,
)
from bot.publishing.folder import Snapshot, read_snapshot
from bot.publishing.replay import question_faults
from bot.publishing.store import Store
from bot.routing.encoder import Encoder
from bot.routing.library import Library

log = logging.getLogger(__name__)

DATABASE = "knowledge.db"

Entry: TypeAlias = Fact | OpenQuestion


@dataclass(frozen=True)
class Outline:
    """What an edition was made of: with what the database keeps, enough to open it again.

    `snapshot` has no article with a fault, `source` is the version of the folder as it was found,
    and `faults` are those that it had.
    """

    snapshot: Snapshot
    source: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Edition:
    """Knowledge, the router that answers from it, the database, and the files it was read from.

    `source` is the version of the knowledge folder that it was made from. It differs from `version`
    if an article there has a fault, and is left out or answers as it was published last. `damaged`
    is whether what the database had cached could not be read.
    """

    library: Library
    store: Store
    snapshot: Snapshot
    source: str
    encoder: Encoder | None = None
    damaged: bool = False

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """The keys of what it is built of, by slug."""
        return keys_of(self.snapshot, self.encoder)

    @property
    def version(self) -> str:
        """Twelve hex digits that differ whenever a file does that it answers from."""
        return self.snapshot.version

    @property
    def outline(self) -> Outline:
        """What another process opens it by."""
        return Outline(self.snapshot, self.source, self.knowledge.faults)

    def changed_since(self, old: "Edition") -> set[str]:
        """The slugs of the articles that differ from an older edition's; all if one came or went.

        A new article may take questions over from any other.
        """
        if self.keys.keys() != old.keys.keys():
            return {*self.keys, *old.keys}
        return {slug for slug, key in self.keys.items() if old.keys[slug] != key}

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
    def entries_by_key(self) -> Mapping[str, Entry]:
        """The facts and open questions by `fact_key`."""
        return {fact_key(entry.id): entry for entry in self.knowledge.entries}

    @cached_property
    def digests(self) -> Digests:
        """What a reader sees of each fact, to know later whether that has changed."""
        return LibraryDigests(self.library)


@dataclass(frozen=True)
class Changes:
    """The questions that a new edition added, removed and edited, in the table's order."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    edited: tuple[str, ...]


def read_edition(
    snapshot: Snapshot,
    data_folder: Path,
    old: Edition | None = None,
    encoder: Encoder | None = None,
) -> Edition:
    """Load the knowledge and make a library; the database stays as it is until `swap_in`.

    What `old` or the database has of an article that has not changed is taken from there.
    An article with a fault is taken as it is in `old`, or is left out; faults of its labelled
    questions count if there is an `old` to compare it with. Raises KnowledgeError with
    every fault if no article is sound or the general words are faulty, or FolderError.
    """
    file, keys = data_folder / DATABASE, keys_of(snapshot, encoder)
    cache = _cache(file, keys, old, encoder)
    library, sound = _load(snapshot, cache, encoder), snapshot
    faults = (*library.collection.faults, *(question_faults(snapshot) if old else ()))
    if faults:
        before = old.snapshot if old else None
        mixed = snapshot.with_articles_of(before, _faulty(faults, snapshot.folder))
        library = _load(mixed, cache.with_library(library, keys), encoder)
        sound = mixed.with_articles_of(None, _faulty(library.collection.faults, snapshot.folder))
        library = _with_faults(library, faults)
    store = Store(file, library.collection.articles)
    return Edition(library, store, sound, snapshot.version, encoder, damaged=cache.damaged)


def open_edition(
    outline: Outline,
    data_folder: Path,
    old: Edition | None = None,
    encoder: Encoder | None = None,
) -> Edition:
    """Make an edition of what `old` or the database has of it, and else of its files.

    Raises FolderError.
    """
    file, snapshot = data_folder / DATABASE, outline.snapshot
    cache = _cache(file, keys_of(snapshot, encoder), old, encoder)
    library = _with_faults(_load(snapshot, cache, encoder), outline.faults)
    store = Store(file, library.collection.articles)
    return Edition(library, store, snapshot, outline.source, encoder, damaged=cache.damaged)


def _cache(
    file: Path, keys: Mapping[str, str], old: Edition | None, encoder: Encoder | None
) -> Cache:
    """What an edition or the database has in its cache."""
    known = EMPTY_CACHE.with_library(old.library, old.keys) if old else EMPTY_CACHE
    return read_cache(file, keys, encoder, known)


def _with_faults(library: Library, faults: Iterable[Fault]) -> Library:
    """The same library, with these faults in its collection."""
    collection = replace(library.collection, faults=tuple(faults))
    return Library(collection, routers=library.routers, general=library.general)


def _load(snapshot: Snapshot, cache: Cache, encoder: Encoder | None) -> Library:
    """A library of what is cached, and else of the files."""
    keys = keys_of(snapshot, encoder)
    routers = {slug: cache.routers[key] for slug, key in keys.items() if key in cache.routers}
    general, known = cache.general.get(keys[GENERAL]), None
    if general:
        parts = tuple(router.knowledge for router in routers.values())
        known = Collection(parts, general.lexicon, general.questions, snapshot.faults)
        if len(parts) == len(keys) - 1:
            return Library(known, routers=routers, general=general)
    with snapshot.with_articles_of(None, routers).copied() as folder:
        found = load_collection(folder, known)
        faults = [fault.moved(folder, snapshot.folder) for fault in found.faults]
    found = replace(found, faults=(*snapshot.faults, *faults))
    return Library(found, routers=routers, general=general, encoder=encoder)


def _faulty(faults: Iterable[Fault], folder: Path) -> set[str]:
    """The slugs of the articles in a folder that have faults."""
    return {fault.file.relative_to(folder).parts[0] for fault in faults}


def swap_in(edition: Edition) -> None:
    """Bring the database up to an edition; rebuild a damaged one, and log it.

    Raises StoreError, which leaves the old database in place.
    """
    file, keys, version = edition.store.file, edition.keys, edition.version
    damaged = edition.damaged or edition.store.is_damaged()
    if damaged or version_of(file) != version or not is_cached(file, keys):
        write_edition(file, edition.library, keys, version, from_scratch=damaged)
    if damaged:
        log.warning("The database %s was damaged; it has been rebuilt.", file)


def cache_edition(edition: Edition) -> None:
    """Keep what was built of an edition that is not published, if that may be written."""
    with suppress(StoreError):
        cache_built(edition.store.file, edition.library, edition.keys)


def publish(knowledge_folder: Path, data_folder: Path, encoder: Encoder | None = None) -> Edition:
    """Read the knowledge, make a router, and build the database unless it is up to date.

    Whatever raises, a KnowledgeError or a StoreError, leaves the old database in place.
    """
    edition = read_edition(read_snapshot(knowledge_folder), data_folder, encoder=encoder)
    swap_in(edition)
    return edition


def fingerprint(folder: Path) -> str:
    """Twelve hex digits that differ whenever a knowledge file does. Raises KnowledgeError."""
    return read_snapshot(folder).version


def compare(old: Collection, new: Collection) -> Changes:
    """What a reload changes, by the questions of the facts."""
    changed = changed_entries(old, new)
    return Changes(
        added=tuple(after.question for before, after in changed if after and not before),
        removed=tuple(before.question for before, after in changed if before and not after),
        edited=tuple(after.question for before, after in changed if before and after),
    )


def changed_entries(old: Collection, new: Collection) -> list[tuple[Entry | None, Entry | None]]:
    """What a reload changes: each entry as it was and as it is, None if it isn't there."""
    before, after = ({entry.id: entry for entry in each.entries} for each in (old, new))
    pairs = [(before.get(id_), after.get(id_)) for id_ in {**after, **before}]
    return [(was, now) for was, now in pairs if not (was and now and _is_same(was, now))]


def _is_same(one: Entry, other: Entry) -> bool:
    """Whether two entries differ at most in their lines."""
    # What a reload has not read again is the same object.
    return one is other or replace(one, line=0) == replace(other, line=0)
