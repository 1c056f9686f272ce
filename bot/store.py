"""The knowledge database: built from the folder, queried for summaries, browsing and search.

It holds nothing of its own; delete it at any time. What members create lives elsewhere.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlite_utils import Database

from bot.article import Article, guard_quote
from bot.errors import FootnoteError, QuoteGuardError
from bot.facts import Citation, Fact, Unsaid
from bot.knowledge import Knowledge
from bot.summary_file import SummaryLine

Style = Literal["brief", "full", "sides", "numbers", "timeline"]
STYLES: tuple[Style, ...] = ("brief", "full", "sides", "numbers", "timeline")

_SIDES = """
    select distinct speakers.side as label, citations.sentence, citations.speaker
    from citations join speakers on speakers.name = citations.speaker
    join sentences on sentences.id = citations.sentence
    where speakers.side != '' and sentences.article = :article
    group by speakers.side, sentences.id
    order by min(citations.rowid) over (partition by speakers.side), sentences.number
"""
_SUMMARY = """
    select label, sentence, speaker from summary_lines
    where article = :article and style = :style order by position
"""


class StoreError(FootnoteError):
    """The database can't be built or read; the message says what to do."""


@dataclass(frozen=True)
class Hit:
    """A question of the fact table found by browsing or search."""

    fact: str
    question: str
    answer: str


def build_store(knowledge: Knowledge, version: str, file: Path) -> None:
    """Build the database of `knowledge` beside `file`, then put it in its place.

    `version` is kept in it, so that an unchanged folder needs no new one.

    A reader of the old file is not disturbed. Raises StoreError where the folder can't be
    written.
    """
    beside = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        db = Database(beside, strict=True)
        _fill(db, knowledge)
        db.table("edition").insert({"version": version}, pk="version")
        db.close()
        beside.replace(file)
    except (OSError, sqlite3.Error) as error:
        beside.unlink(missing_ok=True)
        raise StoreError(
            f"The database {file} can't be written ({error}). Make its folder writable or set "
            "FOOTNOTE_DATA to another one."
        ) from error


def _fill(db: Database, knowledge: Knowledge) -> None:
    _create_tables(db)
    for article in knowledge.articles:
        _insert_article(db, article)
    db.table("facts").insert_all(_fact_row(entry) for entry in knowledge.entries)
    db.table("phrasings").insert_all(
        {"fact": entry.id, "text": text} for entry in knowledge.entries for text in entry.phrasings
    )
    db.table("citations").insert_all(
        _citation_row(citation) | {"fact": fact.id, "position": position}
        for fact in knowledge.facts
        for position, citation in enumerate(fact.citations, start=1)
    )
    db.table("disputes").insert_all(
        {"fact": fact.id, "disputed_by": other}
        for fact in knowledge.facts
        for other in fact.disputed_by
    )
    db.table("summary_lines").insert_all(
        _citation_row(line.citation)
        | {"article": s.article, "style": line.style, "position": n, "label": line.label}
        for s in knowledge.summaries
        for n, line in enumerate(s.lines)
    )
    db.table("facts").enable_fts(["question", "answer"], tokenize="porter")
    db.table("phrasings").enable_fts(["text"], tokenize="porter")
    db.table("sentences").enable_fts(["text"], tokenize="porter")


def _create_tables(db: Database) -> None:
    db.table("articles").create(
        {"slug": str, "title": str, "publisher": str, "copyright": str}, pk="slug"
    )
    db.table("speakers").create(
        {"article": str, "name": str, "side": str},
        pk=("article", "name"),
        foreign_keys=[("article", "articles", "slug")],
    )
    db.table("sentences").create(
        {"id": str, "article": str, "number": int, "paragraph": int, "text": str},
        pk="id",
        foreign_keys=[("article", "articles", "slug")],
    )
    db.table("facts").create(
        {"id": str, "article": str, "said": int, "question": str, "answer": str},
        pk="id",
        foreign_keys=[("article", "articles", "slug")],
    )
    db.table("phrasings").create(
        {"id": int, "fact": str, "text": str},
        pk="id",
        foreign_keys=[("fact", "facts", "id")],
    )
    db.table("citations").create(
        {"fact": str, "position": int, "sentence": str, "speaker": str},
        pk=("fact", "position"),
        foreign_keys=[("fact", "facts", "id"), ("sentence", "sentences", "id")],
    )
    db.table("disputes").create(
        {"fact": str, "disputed_by": str},
        pk=("fact", "disputed_by"),
        foreign_keys=[("fact", "facts", "id"), ("disputed_by", "facts", "id")],
    )
    db.table("summary_lines").create(
        {
            "article": str,
            "style": str,
            "position": int,
            "label": str,
            "sentence": str,
            "speaker": str,
        },
        pk=("article", "position"),
        foreign_keys=[("article", "articles", "slug"), ("sentence", "sentences", "id")],
    )


def _insert_article(db: Database, article: Article) -> None:
    db.table("articles").insert(
        {
            "slug": article.slug,
            "title": article.title,
            "publisher": article.publisher,
            "copyright": article.copyright,
        }
    )
    db.table("speakers").insert_all(
        {"article": article.slug, "name": name, "side": side}
        for name, side in article.sides.items()
    )
    db.table("sentences").insert_all(
        {
            "id": f"{s.article}:{s.number}",
            "article": s.article,
            "number": s.number,
            "paragraph": s.paragraph,
            "text": s.text,
        }
        for s in article.sentences
    )


def _fact_row(entry: Fact | Unsaid) -> dict[str, Any]:
    return {
        "id": entry.id,
        "article": entry.id.partition("#")[0],
        "said": int(isinstance(entry, Fact)),
        "question": entry.question,
        "answer": entry.answer,
    }


def _citation_row(citation: Citation) -> dict[str, Any]:
    sentence = citation.sentence
    return {"sentence": f"{sentence.article}:{sentence.number}", "speaker": citation.speaker}


class Store:
    """Queries on a built database. Each opens the file anew, so that it may be swapped."""

    def __init__(self, file: Path, articles: tuple[Article, ...]) -> None:
        self.file = file
        self._articles = {article.slug: article for article in articles}

    @contextmanager
    def _open(self) -> Iterator[Database]:
        try:
            connection = sqlite3.connect(f"{self.file.absolute().as_uri()}?mode=ro", uri=True)
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        try:
            yield Database(connection)
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        finally:
            connection.close()

    def _unreadable(self, error: sqlite3.Error) -> StoreError:
        return StoreError(
            f"The database {self.file} can't be read ({error}). Delete it; it is built anew."
        )

    def version(self) -> str:
        """The version that the database was built from; "" where there is no usable one."""
        if not self.file.is_file():
            return ""
        try:
            with self._open() as db:
                return str(next(db.query("select version from edition"))["version"])
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

    def _citation(self, sentence_id: str, speaker: str | None) -> Citation:
        slug, _, number = sentence_id.rpartition(":")
        article = self._articles.get(slug)
        if article is None or int(number) >= len(article.sentences):
            raise QuoteGuardError(f"The database cites {sentence_id}, which no article has.")
        sentence = article.sentences[int(number)]
        guard_quote(article, sentence)
        return Citation(sentence, speaker)

    def browse(self, offset: int = 0, limit: int = 25) -> list[Hit]:
        """Facts in the table's order, `limit` of them from `offset` on."""
        with self._open() as db:
            rows = db.table("facts").rows_where("said = 1", limit=limit, offset=offset)
            return [_hit(row) for row in rows]

    def search(self, text: str, limit: int = 25) -> list[Hit]:
        """Facts whose question, answer or phrasings hold the words of `text`, best first."""
        with self._open() as db:
            match = db.quote_fts(text)
            rows = db.query(_SEARCH, {"match": match, "limit": limit})
            return [_hit(row) for row in rows]


_SEARCH = """
    with found(id, rank) as (
        select facts.id, facts_fts.rank from facts_fts
        join facts on facts.rowid = facts_fts.rowid where facts_fts match :match
        union all
        select phrasings.fact, phrasings_fts.rank from phrasings_fts
        join phrasings on phrasings.id = phrasings_fts.rowid where phrasings_fts match :match
    )
    select facts.* from found join facts using (id) where facts.said = 1
    group by facts.id order by min(found.rank) limit :limit
"""


def _hit(row: dict[str, Any]) -> Hit:
    return Hit(row["id"], row["question"], row["answer"])
