"""The knowledge database: built from the folder, queried for summaries, browsing and search.

It holds nothing of its own; delete it at any time. What members create lives elsewhere.
"""

import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlite_utils import Database

from bot.errors import FootnoteError, QuoteGuardError
from bot.files import advice, private_file, private_folder
from bot.knowledge.article import Article, guard_quote
from bot.knowledge.facts import Citation
from bot.knowledge.loading import Collection
from bot.knowledge.summary_file import SummaryLine
from bot.publishing.tables import fill_tables

Style = Literal["brief", "full", "sides", "numbers", "timeline"]
STYLES: tuple[Style, ...] = ("brief", "full", "sides", "numbers", "timeline")

_SIDES = """
    select distinct speakers.side as label, citations.sentence, citations.speaker
    from citations join sentences on sentences.id = citations.sentence
    join speakers
        on speakers.article = sentences.article and speakers.name = citations.speaker
    where speakers.side != '' and sentences.article = :article and sentences.number > 0
    group by speakers.side, sentences.id
    order by min(citations.rowid) over (partition by speakers.side), sentences.number
"""
_SAID = """
    select speakers.side, citations.speaker, citations.sentence
    from citations join sentences on sentences.id = citations.sentence
    join speakers
        on speakers.article = sentences.article and speakers.name = citations.speaker
    where sentences.article = :article
    group by speakers.rowid, sentences.id
    order by
        speakers.side = '', min(speakers.rowid) over (partition by speakers.side),
        speakers.rowid, sentences.number
"""
_SUMMARY = """
    select label, sentence, speaker from summary_lines
    where article = :article and style = :style order by position
"""


SCHEMA = 1
"""Raise this with every change of the tables: a database of another schema is built anew."""


STRAY_SECONDS = 3600
"""After so long without a change, a half-built database is nobody's; a build takes a second."""


class StoreError(FootnoteError):
    """The database can't be built or read; the message says what to do."""


@dataclass(frozen=True)
class Hit:
    """A question of the fact table found by browsing or search."""

    fact: str
    question: str
    answer: str


@dataclass(frozen=True)
class Said:
    """A sentence of the article that quotes a speaker, and the side of the speaker ("": none)."""

    side: str
    citation: Citation


def build_store(knowledge: Collection, version: str, file: Path) -> None:
    """Build the database of `knowledge` beside `file`, then put it in its place.

    `version` is kept in it, so that an unchanged folder needs no new one.

    A reader of the old file is not disturbed. Raises StoreError where the folder can't be
    written.
    """
    beside = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        private_folder(file.parent)
        beside.unlink(missing_ok=True)
        private_file(beside)
        _sweep(file)
        with closing(Database(beside, strict=True)) as db:
            fill_tables(db, knowledge)
            db.table("edition").insert({"version": version, "schema": SCHEMA}, pk="version")
        beside.replace(file)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            beside.unlink()
        raise StoreError(
            f"The database {file} can't be written: {advice(error) or error} FOOTNOTE_DATA can "
            "name another folder."
        ) from error


def _sweep(file: Path) -> None:
    """Drop what killed builds of `file` have left; a living one is done long before it is old."""
    for stray in file.parent.glob(f"{file.name}.*.new*"):
        # Another program may sweep at the same time.
        with suppress(OSError):
            if time.time() - stray.stat().st_mtime > STRAY_SECONDS:
                stray.unlink()


class Store:
    """Queries on a built database. Each opens the file anew, so that it may be swapped."""

    def __init__(self, file: Path, articles: tuple[Article, ...]) -> None:
        self.file = file
        self._articles = {article.slug: article for article in articles}

    @contextmanager
    def _open(self) -> Iterator[Database]:
        try:
            # The file is swapped and never written to, so no lock of another program counts.
            address = f"{self.file.absolute().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(address, uri=True)
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        try:
            yield Database(connection)
        except (sqlite3.Error, UnicodeError) as error:
            raise self._unreadable(error) from error
        finally:
            connection.close()

    def _unreadable(self, error: sqlite3.Error | UnicodeError) -> StoreError:
        return StoreError(
            f"The database {self.file} can't be read ({error}). Delete it; the next start or "
            "/facts reload builds it anew."
        )

    def is_damaged(self) -> bool:
        """Whether there is a file that is no whole database."""
        try:
            if not self.file.is_file():
                return False
            with self._open() as db:
                return list(db.query("pragma integrity_check(1)")) != [{"integrity_check": "ok"}]
        except PermissionError:
            # Nobody may look into the folder; building says so.
            return False
        except StoreError:
            return True

    def version(self) -> str:
        """The version that the database was built from; "" where there is no usable one."""
        try:
            with self._open() as db:
                rows = db.query("select version from edition where schema = ?", [SCHEMA])
                return str(next(rows)["version"])
        except (StoreError, StopIteration):
            return ""

    def summary(self, article: str, style: Style) -> tuple[SummaryLine, ...]:
        """The lines of a summary of `article`, in order, each through the quote guard."""
        query = _SIDES if style == "sides" else _SUMMARY
        with self._open() as db:
            rows = list(db.query(query, {"article": article, "style": style}))
        return tuple(
            SummaryLine(style, row["label"], self._citation(row["sentence"], row["speaker"]))
            for row in rows
        )

    def said(self, article: str) -> tuple[Said, ...]:
        """What every speaker of `article` is quoted saying, by side and speaker, in its order."""
        with self._open() as db:
            rows = list(db.query(_SAID, {"article": article}))
        return tuple(
            Said(row["side"], self._citation(row["sentence"], row["speaker"])) for row in rows
        )

    def _citation(self, sentence_id: str, speaker: str | None) -> Citation:
        slug, _, number = sentence_id.rpartition(":")
        article = self._articles.get(slug)
        known = article and number.isdecimal() and int(number) < len(article.sentences)
        if article is None or not known:
            raise QuoteGuardError(f"The database cites {sentence_id}, which no article has.")
        sentence = article.sentences[int(number)]
        guard_quote(article, sentence)
        return Citation(sentence, speaker)

    def browse(self, article: str = "", offset: int = 0, limit: int = 25) -> list[Hit]:
        """Facts in the table's order, `limit` of them from `offset` on; of one article or all."""
        where, values = _FACTS_OF, {"article": article}
        with self._open() as db:
            rows = db.table("facts").rows_where(
                where, values, order_by="rowid", limit=limit, offset=offset
            )
            return [_hit(row) for row in rows]

    def count(self, article: str = "") -> int:
        """How many facts one article has, or all of them."""
        with self._open() as db:
            return int(db.table("facts").count_where(_FACTS_OF, {"article": article}))

    def search(
        self, text: str, article: str = "", limit: int = 25, *, open_too: bool = False
    ) -> list[Hit]:
        """Facts whose question, answer or phrasings hold the words of `text`, best first.

        Of one article, or of all; with `open_too` open questions as well.
        """
        # Quoted, so that SQLite takes no word for an operator.
        match = " ".join(f'"{word}"' for word in re.findall(r"\w+", text))
        if not match:
            return []
        with self._open() as db:
            sought = {"match": match, "article": article, "limit": limit, "open_too": open_too}
            rows = db.query(_SEARCH, sought)
            return [_hit(row) for row in rows]


_FACTS_OF = "said = 1 and :article in (article, '')"
_SEARCH = """
    with found(id, rank) as (
        select facts.id, facts_fts.rank from facts_fts
        join facts on facts.rowid = facts_fts.rowid where facts_fts match :match
        union all
        select phrasings.fact, phrasings_fts.rank from phrasings_fts
        join phrasings on phrasings.id = phrasings_fts.rowid where phrasings_fts match :match
    )
    select facts.* from found join facts using (id)
    where (said or :open_too) and :article in (article, '')
    group by facts.id order by min(found.rank) limit :limit
"""


def _hit(row: dict[str, Any]) -> Hit:
    return Hit(row["id"], row["question"], row["answer"])
