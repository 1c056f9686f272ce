"""The knowledge database: real SQLite, built from real knowledge."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import SMALL_KNOWLEDGE

from bot.errors import FootnoteError, QuoteGuardError
from bot.knowledge.loading import Collection, Knowledge
from bot.knowledge.summary_file import WRITTEN_STYLES
from bot.publishing.database import StoreError
from bot.publishing.edition import DATABASE, Edition, publish
from bot.publishing.store import STYLES, Store
from bot.publishing.tables import insert_article

FILES = {DATABASE, "knowledge.lock"}


@pytest.fixture(scope="session")
def store(edition: Edition) -> Store:
    return edition.store


@pytest.fixture
def ferry(small: Path, tmp_path: Path) -> Store:
    return publish(small, tmp_path / "data").store


def rows(file: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchall()


def alter(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        assert connection.execute(statement).rowcount


def edit(small: Path) -> None:
    """Change an answer."""
    file = small / "ferry" / "facts.md"
    file.write_text(
        file.read_text("utf-8").replace("left on Monday.", "sailed on Monday."), "utf-8"
    )


def test_every_foreign_key_leads_somewhere(store: Store) -> None:
    assert rows(store.file, "pragma foreign_key_check") == []
    assert rows(store.file, "pragma integrity_check") == [("ok",)]


@pytest.mark.parametrize("table", ["articles", "sentences", "facts"])
def test_what_is_referred_to_cannot_be_deleted(ferry: Store, table: str) -> None:
    with closing(sqlite3.connect(ferry.file)) as connection:
        connection.execute("pragma foreign_keys = on")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(f"delete from {table}")


def test_it_holds_the_whole_knowledge(store: Store, knowledge: Collection) -> None:
    (article,) = knowledge.articles
    sentences = rows(store.file, "select number, text from sentences order by number")
    assert sentences == [(s.number, s.text) for s in article.sentences]
    asked = [(entry.id, text) for entry in knowledge.entries for text in entry.phrasings]
    assert rows(store.file, "select fact, text from phrasings order by id") == asked
    cited = [(fact.id, c.sentence.number) for fact in knowledge.facts for c in fact.citations]
    assert sorted(cited) == rows(
        store.file,
        "select fact, number from citations join sentences on sentences.id = sentence "
        "order by fact, number",
    )


@pytest.mark.parametrize("style", WRITTEN_STYLES)
def test_a_curated_summary_keeps_the_order_of_its_file(
    store: Store, knowledge: Collection, style: Any
) -> None:
    summary = knowledge.parts[0].summary
    expected = tuple(line for line in summary.lines if line.style == style)
    assert store.summary(summary.article, style) == expected


def test_the_sides_stand_together_each_in_the_article_s_order(store: Store) -> None:
    lines = store.summary("russia-syria-strategy", "sides")
    russia = [n for n, line in enumerate(lines) if line.label == "Russia"]
    america = [n for n, line in enumerate(lines) if line.label == "the U.S."]
    assert [*russia, *america] == list(range(len(lines)))
    for side in (russia, america):
        numbers = [lines[n].citation.sentence.number for n in side]
        assert numbers == sorted(set(numbers))
        assert len(numbers) > 2


def test_each_article_has_its_own_speakers(small: Path, tmp_path: Path) -> None:
    """The same name may speak for another side in a second article."""
    second = Path(shutil.copytree(small / "ferry", small / "second"))
    (second / "names.md").write_text("# Names\n", "utf-8")
    about = (second / "article.toml").read_text("utf-8")
    (second / "article.toml").write_text(about.replace('"the islands"', '"the sea"'), "utf-8")
    store = publish(small, tmp_path / "data").store
    sides = {
        slug: [line.label for line in store.summary(slug, "sides")] for slug in ("ferry", "second")
    }
    assert sides == {
        "ferry": ["the harbour", "the islands", "the islands"],
        "second": ["the harbour", "the sea", "the sea"],
    }


def test_browsing_pages_through_the_table(store: Store, knowledge: Collection) -> None:
    facts = [fact.id for fact in knowledge.facts]
    assert [hit.fact for hit in store.browse(limit=-1)] == facts
    assert [hit.fact for hit in store.browse()] == facts[:25]
    assert [hit.fact for hit in store.browse(offset=3, limit=4)] == facts[3:7]
    assert store.browse(offset=len(facts)) == []


def test_browsing_and_counting_keep_to_one_article_if_one_is_named(
    store: Store, knowledge: Collection
) -> None:
    (article,) = knowledge.articles
    assert store.count() == store.count(article.slug) == len(knowledge.facts)
    assert store.count("other") == 0
    assert store.browse(article.slug, offset=140) == store.browse(offset=140)
    assert store.browse("other") == store.search("Russia", "other") == []
    assert store.search("Russia", article.slug) == store.search("Russia")


def test_what_is_said_is_what_the_facts_quote_by_side_and_speaker(
    store: Store, knowledge: Collection
) -> None:
    (article,) = knowledge.articles
    said = [(one.citation.speaker, one.citation.sentence) for one in store.statements(article.slug)]
    quoted = {(c.speaker, c.sentence) for f in knowledge.facts for c in f.citations if c.speaker}
    assert len(said) == len(set(said))
    assert set(said) == quoted
    sides = [one.side for one in store.statements(article.slug)]
    assert [side for side, _ in groupby(sides)] == ["Russia", "the U.S."]
    speakers = [speaker for speaker, _ in groupby(said, key=lambda one: one[0])]
    assert speakers == [name for name in article.sides if name in dict(quoted)]


def test_search_finds_a_word_in_question_answer_and_phrasings(ferry: Store) -> None:
    def found(text: str) -> list[str]:
        return [hit.question for hit in ferry.search(text)]

    assert found("islanders want") == ["What do the islanders want by May?"]
    assert found("120") == ["How many passengers does the ferry carry?"]
    assert found("departure") == ["When did the new ferry leave?"]
    assert found("ticket") == []


def test_search_reads_words_by_their_stem(ferry: Store) -> None:
    assert [hit.question for hit in ferry.search("passenger carrying")] == [
        "How many passengers does the ferry carry?"
    ]


def test_search_lists_a_fact_once_and_no_more_than_asked(store: Store) -> None:
    hits = [hit.fact for hit in store.search("Russia", limit=10)]
    assert len(hits) == len(set(hits)) == 10


@given(st.text())
def test_any_text_can_be_searched(store: Store, text: str) -> None:
    assert all(hit.question for hit in store.search(text, limit=3))


@pytest.mark.parametrize(
    "operator", ["a AND", "NEAR(x", 'zebra "', "question: x", "*", "-", "(", ""]
)
def test_no_word_of_a_search_is_an_operator(ferry: Store, operator: str) -> None:
    assert ferry.search(operator) == []


def test_a_new_database_is_swapped_in_whole(ferry: Store, small: Path) -> None:
    """A reader in the middle of the old one is not disturbed, and nothing half-built is left."""
    with closing(sqlite3.connect(ferry.file)) as reader:
        reading = reader.execute("select id from phrasings order by id")
        assert reading.fetchone() == (1,)
        edit(small)
        edition = publish(small, ferry.file.parent)
        assert len(reading.fetchall()) == 9
    assert len(rows(ferry.file, "select id from phrasings")) == 10
    assert ferry.version() == edition.version
    assert {file.name for file in ferry.file.parent.iterdir()} == FILES


def test_a_build_sweeps_what_killed_ones_left_and_nothing_of_a_living_one(
    small: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    left = [data / name for name in ("knowledge.db.1.new", "knowledge.db.1.new-journal")]
    living, other = data / "knowledge.db.2.new", data / "knowledge.db.corrupt"
    for file in (*left, living, other):
        file.write_bytes(b"half")
    for file in (*left, other):
        os.utime(file, (0, 0))
    publish(small, data)
    assert {file.name for file in data.iterdir()} == {*FILES, living.name, other.name}


def test_a_database_that_cannot_be_put_in_place_leaves_nothing_behind(
    small: Path, tmp_path: Path
) -> None:
    file = tmp_path / "data" / DATABASE
    file.mkdir(parents=True)
    with pytest.raises(StoreError, match=r"can't be written: .* FOOTNOTE_DATA"):
        publish(small, file.parent)
    assert {file.name for file in file.parent.iterdir()} == FILES


def test_a_folder_that_cannot_be_made_gives_a_sentence(small: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FootnoteError, match="FOOTNOTE_DATA can name another folder"):
        publish(small, tmp_path / "file" / "data")


def test_a_full_disk_is_told_and_leaves_the_old_database(
    ferry: Store, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ferry.file.read_bytes()

    def insert_what_can_t_grow(db: sqlite3.Connection, part: Knowledge, key: str) -> None:
        db.execute("pragma max_page_count = 1")
        insert_article(db, part, key)

    shutil.copytree(small / "ferry", small / "second")
    monkeypatch.setattr("bot.publishing.database.insert_article", insert_what_can_t_grow)
    with pytest.raises(StoreError, match=r"the disk is full\. Free some space"):
        publish(small, ferry.file.parent)
    assert ferry.file.read_bytes() == before


def test_deleting_the_database_loses_nothing(ferry: Store, small: Path) -> None:
    before = list(iterdump(ferry.file))
    ferry.file.unlink()
    assert publish(small, ferry.file.parent).store.file == ferry.file
    assert list(iterdump(ferry.file)) == before


def iterdump(file: Path) -> Iterator[str]:
    with closing(sqlite3.connect(file)) as connection:
        yield from connection.iterdump()


def test_unchanged_knowledge_is_not_built_again(ferry: Store, small: Path) -> None:
    before = ferry.file.stat()
    publish(small, ferry.file.parent)
    after = ferry.file.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("statement", ["pragma user_version = 1", "delete from edition"])
def test_a_database_of_another_program_version_is_built_again(
    ferry: Store, small: Path, statement: str
) -> None:
    version = ferry.version()
    alter(ferry.file, statement)
    assert ferry.version() == ""
    assert publish(small, ferry.file.parent).store.version() == version


def test_a_file_that_is_no_database_is_replaced(ferry: Store, small: Path) -> None:
    ferry.file.write_bytes(b"no database at all" * 100)
    assert ferry.version() == ""
    assert publish(small, ferry.file.parent).store.browse()


@pytest.mark.parametrize("style", STYLES)
def test_a_missing_database_gives_a_sentence(ferry: Store, style: Any) -> None:
    ferry.file.unlink()
    with pytest.raises(StoreError, match=r"can't be read .* rebuilds it"):
        ferry.summary("ferry", style)


def test_a_database_that_cites_what_no_article_has_is_not_quoted(ferry: Store) -> None:
    alter(ferry.file, "update summary_lines set sentence = 'ferry:99'")
    with pytest.raises(QuoteGuardError, match="cites ferry:99, which no article has"):
        ferry.summary("ferry", "brief")


def test_a_folder_that_is_somebody_else_s_gives_a_sentence(somebody_else_s: Path) -> None:
    with pytest.raises(StoreError, match="it belongs to another user"):
        publish(SMALL_KNOWLEDGE, somebody_else_s)
