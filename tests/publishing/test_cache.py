"""What is built of the articles is kept in the knowledge database, and never trusted blindly."""

import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.publishing.cache import keys_of, read_cache
from bot.publishing.edition import DATABASE, Edition, publish, read_edition
from bot.publishing.folder import read_snapshot
from bot.routing.encoder import Encoder, encoder_named

QUESTIONS = (
    "How many passengers does the ferry carry?",
    "how many pasengers fit on teh ferry",
    "What does a ticket cost?",
    "Who paid for the dam?",
    "What is the weather like?",
    "hello",
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def written(file: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as db, db:
        return db.execute(query, values).fetchall()


def kept_slugs(folder: Path, data: Path, encoder: Encoder | None = None) -> set[str]:
    """The articles that a start would not build."""
    keys = keys_of(read_snapshot(folder), encoder)
    cache = read_cache(data / DATABASE, keys, encoder)
    return {slug for slug, key in keys.items() if key in cache.routers}


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
    kept = written(data / DATABASE, "select article from built where part = 'first'")
    assert len(kept) == len({"", "ferry", "river-dam"})
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


def of_ferry(data: Path, part: str) -> bytes:
    query = "select content from built where article = 'ferry' and part = ?"
    ((content,),) = written(data / DATABASE, query, part)
    assert isinstance(content, bytes)
    return content


def replace_of_ferry(data: Path, part: str, content: bytes) -> None:
    query = "update built set content = ? where article = 'ferry' and part = ?"
    written(data / DATABASE, query, content, part)


def _spoil(content: bytes) -> bytes:
    """Other bytes, as a bad disk makes them."""
    return content[:-9] + b"spoilt..."


def _foreign(content: bytes) -> bytes:
    """Another program's, and whole."""
    return zlib.compress(b"\x83" + zlib.decompress(content)[1:])


@pytest.mark.parametrize("change", [_spoil, _foreign])
def test_what_is_damaged_or_foreign_is_rebuilt_with_a_word(
    small: Path,
    data: Path,
    caplog: pytest.LogCaptureFixture,
    change: Callable[[bytes], bytes],
) -> None:
    before = publish(small, data)
    replace_of_ferry(data, "first", change(of_ferry(data, "first")))
    after = publish(small, data)
    assert [record.getMessage() for record in caplog.records] == [
        f"The database {data / DATABASE} was damaged; it has been rebuilt."
    ]
    assert says(after) == says(before)
    assert kept_slugs(small, data) == {"ferry"}


@pytest.mark.parametrize("change", [_spoil, _foreign])
def test_what_is_damaged_of_what_only_a_question_needs_is_built_again_with_a_word(
    small: Path,
    data: Path,
    caplog: pytest.LogCaptureFixture,
    change: Callable[[bytes], bytes],
) -> None:
    before = says(publish(small, data))
    replace_of_ferry(data, "rest", change(of_ferry(data, "rest")))
    assert says(publish(small, data)) == before
    assert [record.getMessage() for record in caplog.records] == [
        f"What {data / DATABASE} keeps of the article ferry is damaged; it is built again."
    ]


def test_what_is_gone_when_it_is_asked_is_built_again(small: Path, data: Path) -> None:
    """Another program may have published since."""
    before = says(publish(small, data))
    edition = publish(small, data)
    (data / DATABASE).unlink()
    assert says(edition) == before


def test_of_many_articles_those_asked_last_stay_in_memory(
    two_articles: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = says(publish(two_articles, data))
    monkeypatch.setattr("bot.routing.router.LOADED", 1)
    edition = publish(two_articles, data)
    assert says(edition) == before
    routers = edition.library.routers.values()
    assert sum("built" in vars(router) for router in routers) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.integers(0, 10_000))
def test_whatever_bytes_are_kept_a_start_answers(
    small: Path, data: Path, noise: bytes, place: int
) -> None:
    publish(small, data)
    for part in ("first", "rest"):
        content = zlib.decompress(of_ferry(data, part))
        at = place % len(content)
        other = content[:at] + noise + content[at + len(noise) :]
        replace_of_ferry(data, part, zlib.compress(other))
    assert read_edition(read_snapshot(small), data).library.router("ferry").built


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
    published = written(data / DATABASE, "select article, key, part from built")
    facts = small / "ferry" / "facts.md"
    for _ in range(3):
        facts.write_text(facts.read_text("utf-8") + "\n")
        cli("ask", QUESTIONS[0])
        assert kept_slugs(small, data) == {"ferry"}
    kept = written(data / DATABASE, "select article, key, part from built")
    assert set(published) <= set(kept)
    assert len(kept) == len(published) + len({"first", "rest"})


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
