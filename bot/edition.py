"""An edition: one published state of the knowledge, and everything that answers from it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from bot.facts import Fact, Unsaid, fact_key
from bot.knowledge import Knowledge, load_knowledge
from bot.router import Router
from bot.store import Store, build_store

DATABASE = "knowledge.db"


@dataclass(frozen=True)
class Edition:
    """Knowledge, the router that answers from it, the database, and its version (hex)."""

    knowledge: Knowledge
    router: Router
    store: Store
    version: str

    @cached_property
    def facts_by_key(self) -> Mapping[str, Fact]:
        """The facts by `fact_key`, as buttons name them."""
        return {fact_key(fact.id): fact for fact in self.knowledge.facts}


@dataclass(frozen=True)
class Changes:
    """The questions that a new edition added, removed and edited, in the table's order."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    edited: tuple[str, ...]


def publish(knowledge_folder: Path, data_folder: Path) -> Edition:
    """Read the knowledge, make a router, and build the database unless it is up to date.

    Whatever raises, a KnowledgeError or a StoreError, leaves the old database in place.
    """
    version = fingerprint(knowledge_folder)
    knowledge = load_knowledge(knowledge_folder)
    router = Router(knowledge)
    store = Store(data_folder / DATABASE, knowledge.articles)
    if store.version() != version:
        build_store(knowledge, version, store.file)
    return Edition(knowledge, router, store, version)


def fingerprint(folder: Path) -> str:
    """Twelve hex digits that differ whenever a knowledge file does; hidden files are none."""
    digest = hashlib.sha256()
    for file in sorted(f for f in folder.rglob("[!.]*") if f.is_file()):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(folder)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:12]


def compare(old: Knowledge, new: Knowledge) -> Changes:
    """What a reload changes, by the questions of the facts."""
    before, after = _entries(old), _entries(new)
    return Changes(
        added=tuple(e.question for id_, e in after.items() if id_ not in before),
        removed=tuple(e.question for id_, e in before.items() if id_ not in after),
        edited=tuple(
            e.question for id_, e in after.items() if id_ in before and _differ(e, before[id_])
        ),
    )


def _entries(knowledge: Knowledge) -> dict[str, Fact | Unsaid]:
    return {entry.id: entry for entry in knowledge.entries}


def _differ(new: Fact | Unsaid, old: Fact | Unsaid) -> bool:
    """Whether two entries differ in more than the line they stand on."""
    return replace(new, line=0) != replace(old, line=0)
