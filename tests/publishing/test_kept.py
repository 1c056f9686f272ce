"""What is built of the articles is kept in the knowledge database, and never trusted blindly."""

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.publishing.edition import DATABASE, Edition, publish, read_edition
from bot.publishing.folder import read_snapshot
from bot.publishing.kept import keys_of, read_kept
from bot.routing.encoder import Encoder, encoder_named

QUESTIONS = (
    "How many passengers does the ferry carry?",
    "how many pasengers fit on teh ferry",
    "What does a ticket cost?",
    "Who paid for the dam?",
    "What is the weather like?",
    "hello",
)

Change = tuple[str, bytes]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def written(file: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as db, db:
        return db.execute(query, values).fetchall()


def kept_slugs(folder: Path, data: Path, encoder: Encoder | None = None) -> set[str]:
    """The articles that a start would not build."""
    keys = keys_of(read_snapshot(folder), encoder)
    kept = read_kept(data / DATABASE, keys, encoder)
    return {slug for slug, key in keys.items() if key in kept.routers}


def says(edition: Edition) -> list[object]:
    return [edition.library.ask(question) for question in QUESTIONS]


def test_what_is_kept_answers_like_what_is_built(two_articles: Path, data: Path) -> None:
    built = publish(two_articles, data)
    assert kept_slugs(two_articles, data) == {"ferry", "river-dam"}
    kept = publish(two_articles, data)
    assert kept.knowledge == built.knowledge
    assert says(kept) == says(built)


def test_meanings_are_kept_for_one_encoder(two_articles: Path, data: Path) -> None:
    encoder = encoder_named("use")
    built = publish(two_articles, data, encoder)
    assert kept_slugs(two_articles, data) == set()
    assert kept_slugs(two_articles, data, encoder) == {"ferry", "river-dam"}
    assert says(publish(two_articles, data, encoder)) == says(built)


def test_a_start_from_what_is_kept_writes_nothing(two_articles: Path, data: Path) -> None:
    publish(two_articles, data)
    before = (data / DATABASE).read_bytes()
    publish(two_articles, data)
    assert (data / DATABASE).read_bytes() == before


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("ferry/facts.md", {"river-dam"}),
        ("ferry/article.toml", {"river-dam"}),
        ("synonyms.md", set()),
    ],
)
def test_an_article_is_rebuilt_if_a_file_that_it_is_built_from_has_changed(
    two_articles: Path, data: Path, name: str, left: set[str]
) -> None:
    publish(two_articles, data)
    with (two_articles / name).open("ab") as file:
        file.write(b"\n")
    assert kept_slugs(two_articles, data) == left


def test_a_reload_leaves_the_rows_of_the_other_articles(two_articles: Path, data: Path) -> None:
    publish(two_articles, data)
    query = "select rowid, id from facts where article = 'river-dam'"
    before = written(data / DATABASE, query)
    facts = two_articles / "ferry" / "facts.md"
    facts.write_text(facts.read_text("utf-8").replace("left on Monday.", "sailed on Monday."))
    edition = publish(two_articles, data)
    assert written(data / DATABASE, query) == before
    assert len(written(data / DATABASE, "select * from built")) == 3
    assert [hit.answer for hit in edition.store.search("sailed")] == [
        "The article says that the ferry sailed on Monday."
    ]
    assert edition.store.search("says that the ferry left") == []


def test_an_article_that_is_gone_leaves_no_rows(two_articles: Path, data: Path) -> None:
    publish(two_articles, data)
    for file in (two_articles / "ferry").iterdir():
        file.unlink()
    (two_articles / "ferry").rmdir()
    edition = publish(two_articles, data)
    for table in ("facts", "phrasings", "citations", "disputes", "speakers", "built"):
        dump = written(data / DATABASE, f"select * from {table}")
        assert "ferry" not in "".join(map(str, dump)), table
    assert edition.store.search("passengers") == []


def _spoil(content: bytes) -> Change:
    """Other bytes, as a bad disk makes them: what tells a content's state stays as it was."""
    return "update built set content = ?", content[:-9] + b"spoilt..."


def _foreign(content: bytes) -> Change:
    """Another program's bytes, and rightly signed."""
    other = b"\x83" + content[1:]
    return f"update built set digest = '{hashlib.sha256(other).hexdigest()}', content = ?", other


@pytest.mark.parametrize("change", [_spoil, _foreign])
def test_what_is_damaged_or_foreign_is_rebuilt_with_a_word(
    small: Path,
    data: Path,
    caplog: pytest.LogCaptureFixture,
    change: Callable[[bytes], Change],
) -> None:
    before = publish(small, data)
    ((content,),) = written(data / DATABASE, "select content from built where article = 'ferry'")
    assert isinstance(content, bytes)
    query, other = change(content)
    written(data / DATABASE, f"{query} where article = 'ferry'", other)
    after = publish(small, data)
    assert [record.getMessage() for record in caplog.records] == [
        f"The database {data / DATABASE} was damaged; it has been rebuilt."
    ]
    assert says(after) == says(before)
    assert kept_slugs(small, data) == {"ferry"}


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.integers(0, 10_000))
def test_whatever_bytes_are_kept_a_start_answers(
    small: Path, data: Path, noise: bytes, place: int
) -> None:
    publish(small, data)
    ((content,),) = written(data / DATABASE, "select content from built where article = 'ferry'")
    assert isinstance(content, bytes)
    place %= len(content)
    other = content[:place] + noise + content[place + len(noise) :]
    written(
        data / DATABASE,
        "update built set content = ?, digest = ? where article = 'ferry'",
        other,
        hashlib.sha256(other).hexdigest(),
    )
    read_edition(read_snapshot(small), data)


def test_the_terminal_keeps_what_it_builds_and_publishes_nothing(
    cli: Callable[..., object], small: Path, data: Path
) -> None:
    cli("ask", QUESTIONS[0])
    assert kept_slugs(small, data) == {"ferry"}
    assert written(data / DATABASE, "select * from edition") == []
    assert says(publish(small, data)) == says(publish(small, data / "elsewhere"))


def test_what_editors_try_out_does_not_pile_up(
    cli: Callable[..., object], small: Path, data: Path
) -> None:
    """What is published stays, so that a start finds it."""
    publish(small, data)
    published = written(data / DATABASE, "select article, key from built")
    facts = small / "ferry" / "facts.md"
    for _ in range(3):
        facts.write_text(facts.read_text("utf-8") + "\n")
        cli("ask", QUESTIONS[0])
        assert kept_slugs(small, data) == {"ferry"}
    kept = written(data / DATABASE, "select article, key from built")
    assert set(published) <= set(kept)
    assert len(kept) == len(published) + 1


def test_a_database_of_another_program_version_is_left_alone_by_the_terminal(
    cli: Callable[..., object], small: Path, data: Path
) -> None:
    """A bot of that version may be running."""
    publish(small, data)
    written(data / DATABASE, "pragma user_version = 1")
    before = (data / DATABASE).read_bytes()
    cli("ask", QUESTIONS[0])
    assert (data / DATABASE).read_bytes() == before


def test_a_database_of_another_program_version_from_which_nobody_answers_is_replaced(
    cli: Callable[..., object], small: Path, data: Path
) -> None:
    cli("ask", QUESTIONS[0])
    written(data / DATABASE, "pragma user_version = 1")
    cli("ask", QUESTIONS[0])
    assert kept_slugs(small, data) == {"ferry"}
