"""The tables of the knowledge database: reading them, putting an article in and taking it out."""

import sqlite3
import zlib
from pathlib import Path

from bot.knowledge.facts import Citation, Fact, OpenQuestion
from bot.knowledge.loading import Knowledge

_TABLES = """
    create table edition (version text primary key, general text) strict;
    create table articles (
        slug text primary key, key text, title text, publisher text, copyright text
    ) strict;
    create table speakers (
        article text references articles, name text, side text, primary key (article, name)
    ) strict;
    create table sentences (
        id text primary key, article text references articles, number integer, paragraph integer,
        text text
    ) strict;
    create table facts (
        id text primary key, article text references articles, said integer, question text,
        answer text
    ) strict;
    create table phrasings (id integer primary key, fact text references facts, text text) strict;
    create table citations (
        fact text references facts, position integer, sentence text references sentences,
        speaker text, primary key (fact, position)
    ) strict;
    create table disputes (
        fact text references facts, disputed_by text references facts,
        primary key (fact, disputed_by)
    ) strict;
    create table summary_lines (
        article text references articles, style text, position integer, label text,
        sentence text references sentences, speaker text, primary key (article, position)
    ) strict;
    create table built (
        article text, key text, part text, content blob, primary key (article, key, part)
    ) strict;
    create index sentences_of on sentences (article);
    create index facts_of on facts (article);
    create index phrasings_of on phrasings (fact);
    create virtual table facts_fts using fts5 (
        question, answer, content = facts, tokenize = porter
    );
    create virtual table phrasings_fts using fts5 (text, content = phrasings, tokenize = porter);
"""

SCHEMA = zlib.crc32(_TABLES.encode()) >> 1
"""Differs with every change of the tables (31 bits): a database of other ones is rebuilt."""

_DELETE = (
    # What the search has is told to it once more, to be forgotten.
    """insert into facts_fts (facts_fts, rowid, question, answer)
        select 'delete', rowid, question, answer from facts where article = ?""",
    """insert into phrasings_fts (phrasings_fts, rowid, text)
        select 'delete', phrasings.id, text from phrasings
        join facts on facts.id = fact where article = ?""",
    "delete from summary_lines where article = ?",
    "delete from disputes where fact in (select id from facts where article = ?)",
    "delete from citations where fact in (select id from facts where article = ?)",
    "delete from phrasings where fact in (select id from facts where article = ?)",
    "delete from facts where article = ?",
    "delete from sentences where article = ?",
    "delete from speakers where article = ?",
    "delete from articles where slug = ?",
)
_INSERT = {
    "articles": "insert into articles values (?, ?, ?, ?, ?)",
    "speakers": "insert into speakers values (?, ?, ?)",
    "sentences": "insert into sentences values (?, ?, ?, ?, ?)",
    "facts": "insert into facts values (?, ?, ?, ?, ?)",
    "phrasings": "insert into phrasings (fact, text) values (?, ?)",
    "citations": "insert into citations values (?, ?, ?, ?)",
    "disputes": "insert into disputes values (?, ?)",
    "summary_lines": "insert into summary_lines values (?, ?, ?, ?, ?, ?)",
}
_INDEX = (
    """insert into facts_fts (rowid, question, answer)
        select rowid, question, answer from facts where article = ?""",
    """insert into phrasings_fts (rowid, text)
        select phrasings.id, text from phrasings join facts on facts.id = fact
        where article = ?""",
)


def opened(file: Path) -> sqlite3.Connection:
    """Open a database for reading. Raises sqlite3.Error."""
    # The file is swapped and never written to, so no lock of another program counts.
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.row_factory = sqlite3.Row
    return connection


def create_tables(db: sqlite3.Connection) -> None:
    """Create the tables, empty."""
    db.executescript(_TABLES)


def delete_article(db: sqlite3.Connection, slug: str) -> None:
    """Take an article out, if it is there."""
    for statement in _DELETE:
        db.execute(statement, (slug,))


def insert_article(db: sqlite3.Connection, part: Knowledge, key: str) -> None:
    """Put an article in; `key` tells whether it is the same another time."""
    article, facts = part.article, part.facts
    slug = article.slug
    rows: dict[str, list[tuple[object, ...]]] = {
        "articles": [(slug, key, article.title, article.publisher, article.copyright)],
        "speakers": [(slug, name, side) for name, side in article.sides.items()],
        "sentences": [
            (f"{s.article}:{s.number}", slug, s.number, s.paragraph, s.text)
            for s in article.sentences
        ],
        "facts": [_fact_row(slug, entry) for entry in part.entries],
        "phrasings": [(e.id, text) for e in part.entries for text in e.phrasings],
        "citations": [
            (fact.id, position, *_cited(citation))
            for fact in facts
            for position, citation in enumerate(fact.citations, start=1)
        ],
        "disputes": [(fact.id, other) for fact in facts for other in fact.disputed_by],
        "summary_lines": [
            (slug, line.style, position, line.label, *_cited(line.citation))
            for position, line in enumerate(part.summary.lines)
        ],
    }
    for table, values in rows.items():
        db.executemany(_INSERT[table], values)
    for statement in _INDEX:
        db.execute(statement, (slug,))


def _fact_row(slug: str, entry: Fact | OpenQuestion) -> tuple[object, ...]:
    return entry.id, slug, int(isinstance(entry, Fact)), entry.question, entry.answer


def _cited(citation: Citation) -> tuple[str, str | None]:
    return f"{citation.sentence.article}:{citation.sentence.number}", citation.speaker
