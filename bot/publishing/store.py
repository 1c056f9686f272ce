"""The knowledge database, queried for summaries, browsing and search.

`database` writes it from the folder. What members create lives elsewhere.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.errors import QuoteGuardError
from bot.files import exists
from bot.knowledge.article import Article, guard_quote
from bot.knowledge.facts import Citation
from bot.knowledge.summary_file import SummaryLine
from bot.publishing.database import StoreError, version_of
from bot.publishing.tables import opened

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


@dataclass(frozen=True)
class Hit:
    """A question of the fact table found by browsing or search."""

    fact: str
    question: str
    answer: str


@dataclass(frozen=True)
class Statement:
    """A sentence of the article that quotes a speaker, and the side of the speaker ("": none)."""

    side: str
    citation: Citation


class Store:
    """Queries on a built database. Each opens the file anew, since it may be swapped."""

    def __init__(self, file: Path, articles: tuple[Article, ...]) -> None:
        self.file = file
        self._articles = {article.slug: article for article in articles}

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(opened(self.file)) as db:
                yield db
        except (sqlite3.Error, UnicodeError) as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: sqlite3.Error | UnicodeError) -> StoreError:
        return StoreError(
            f"The database {self.file} can't be read ({error}). Delete it; the next start or "
            "/facts reload rebuilds it."
        )

    def is_damaged(self) -> bool:
        """Whether there is a file that is not a complete database."""
        try:
            if not (exists(self.file) and self.file.is_file()):
                return False
            with self._open() as db:
                return tuple(db.execute("pragma integrity_check(1)").fetchone()) != ("ok",)
        except PermissionError:
            # The folder can't be read; building reports that.
            return False
        except StoreError:
            return True

    def version(self) -> str:
        """The version that the database was built from; "" if there is no usable one."""
        return version_of(self.file)

    def summary(self, article: str, style: Style) -> tuple[SummaryLine, ...]:
        """The lines of a summary of `article`, in order, each through the quote guard."""
        query = _SIDES if style == "sides" else _SUMMARY
        with self._open() as db:
            rows = list(db.execute(query, {"article": article, "style": style}))
        return tuple(
            SummaryLine(style, row["label"], self._citation(row["sentence"], row["speaker"]))
            for row in rows
        )

    def styles(self, article: str) -> tuple[Style, ...]:
        """The styles of summary that there are of `article`."""
        return tuple(style for style in STYLES if self.summary(article, style))

    def statements(self, article: str) -> tuple[Statement, ...]:
        """What every speaker of `article` is quoted saying, by side and speaker, in its order."""
        with self._open() as db:
            rows = list(db.execute(_SAID, {"article": article}))
        return tuple(
            Statement(row["side"], self._citation(row["sentence"], row["speaker"])) for row in rows
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
        page = {"article": article, "limit": limit, "offset": offset}
        with self._open() as db:
            return [_hit(row) for row in db.execute(_BROWSE, page)]

    def count(self, article: str = "") -> int:
        """How many facts one article has, or all of them."""
        with self._open() as db:
            return int(db.execute(_COUNT, {"article": article}).fetchone()[0])

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
            rows = db.execute(_SEARCH, sought)
            return [_hit(row) for row in rows]


_BROWSE = """
    select * from facts where said = 1 and :article in (article, '')
    order by article, rowid limit :limit offset :offset
"""
_COUNT = "select count(*) from facts where said = 1 and :article in (article, '')"
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


def _hit(row: sqlite3.Row) -> Hit:
    return Hit(row["id"], row["question"], row["answer"])
