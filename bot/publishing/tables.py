"""The tables of the knowledge database, and how the knowledge goes into them."""

from typing import Any

from sqlite_utils import Database

from bot.knowledge.article import Article
from bot.knowledge.facts import Citation, Fact, Unsaid
from bot.knowledge.loading import Collection


def fill_tables(db: Database, knowledge: Collection) -> None:
    """Create the tables and put all of `knowledge` into them."""
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
        | {"article": part.article.slug, "style": line.style, "position": n, "label": line.label}
        for part in knowledge.parts
        for n, line in enumerate(part.summary.lines)
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
