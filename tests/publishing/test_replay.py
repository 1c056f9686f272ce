"""The replay: what a release would change of what is known to be asked."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.knowledge.loading import load_knowledge
from bot.members.members import Members, Vote
from bot.publishing.folder import read_snapshot
from bot.publishing.replay import (
    ENOUGH_MEMBERS,
    Replay,
    labelled_questions,
    question_faults,
    replay,
)
from bot.routing.library import Library

CAPACITY = "The harbour master said it carries 120 passengers."
CAPACITY_FACT = "ferry#how-many-passengers-does-the-ferry-carry"
LABELLED: list[dict[str, object]] = [
    {"q": "ferry capacity", "accept": [CAPACITY], "kind": "plain"},
    {"q": "what is the fare", "accept": [], "kind": "open"},
]
HERE = 7
NOW = datetime(2026, 3, 1, tzinfo=UTC)

Edit = Callable[[str, str], Replay]


@pytest.fixture
def edit(small: Path) -> Callable[..., Replay]:
    """Replace text in the fact file; return the replay of the labelled questions."""
    ask_about(small, LABELLED)
    old = Library(load_knowledge(small))
    file = small / "ferry" / "facts.md"

    def replace(before: str, after: str, confirmed: Mapping[str, int] | None = None) -> Replay:
        text = file.read_text("utf-8")
        assert text.count(before) == 1
        file.write_text(text.replace(before, after), "utf-8")
        new, questions = (
            Library(load_knowledge(small)),
            labelled_questions(read_snapshot(small), {"ferry"}),
        )
        return replay(old, new, questions, confirmed or {})

    return replace


def ask_about(small: Path, rows: list[dict[str, object]]) -> None:
    lines = "\n".join(json.dumps(row) for row in rows)
    (small / "ferry" / "questions.jsonl").write_text(lines, "utf-8")


def test_an_edit_that_changes_no_reply_shows_nothing(edit: Edit) -> None:
    found = edit("- second ferry by may\n", "- another ferry by may\n")
    assert found == Replay(labelled=2, confirmed=0, differences=())
    assert not found.regressed


def test_a_labelled_question_that_loses_its_answer_is_worse(edit: Edit) -> None:
    found = edit(
        "it carries 120 passengers.\n\n> it carries 120 passengers\n> — the harbour master",
        "the ferry is small.\n\n> Islanders said the ferry is too small\n> — the islanders",
    )
    (difference,) = found.differences
    assert (difference.question, difference.verdict) == ("ferry capacity", "worse")
    assert (difference.old.fact, difference.old.status) == (CAPACITY_FACT, "answered")
    assert found.worse == 1
    assert found.regressed


def test_a_labelled_question_that_is_now_refused_rightly_is_better(small: Path, edit: Edit) -> None:
    ask_about(small, [{"q": "second ferry by may", "accept": [], "kind": "open"}])
    found = edit(
        "### What do the islanders want by May?\n\nThe islanders want a second ferry by May.\n\n"
        "> They want a second one by May\n> — the islanders\n\n"
        "- second ferry by may\n- what do they want\n\n## What the article does not say\n",
        "## What the article does not say\n\n### Will there be a second ferry?\n\n"
        "The article does not say whether it comes.\n\n- second ferry by may\n",
    )
    assert [difference.verdict for difference in found.differences] == ["better"]
    assert not found.regressed


def test_other_words_of_the_same_answer_are_neither_better_nor_worse(edit: Edit) -> None:
    found = edit("harbour master it carries", "harbour master the ferry carries")
    (difference,) = found.differences
    assert difference.verdict == "other"
    assert difference.old.fact == difference.new.fact
    assert difference.old.answer != difference.new.answer
    assert not found.regressed


@pytest.mark.parametrize(("labelled", "held"), [(50, False), (49, True)])
def test_two_percent_may_get_worse_and_no_more(
    small: Path, edit: Edit, labelled: int, *, held: bool
) -> None:
    lost: dict[str, object] = {
        "q": "second ferry by may",
        "accept": ["They want a second one by May."],
        "kind": "x",
    }
    ask_about(small, [lost, *[LABELLED[0]] * (labelled - 1)])
    found = edit(
        "### What do the islanders want by May?\n\nThe islanders want a second ferry by May.\n\n"
        "> They want a second one by May\n> — the islanders\n\n"
        "- second ferry by may\n- what do they want\n",
        "",
    )
    assert (found.labelled, found.worse) == (labelled, 1)
    assert found.regressed == held


class TestConfirmedFacts:
    @pytest.mark.parametrize(
        ("members", "held"), [(ENOUGH_MEMBERS, True), (ENOUGH_MEMBERS - 1, False), (0, False)]
    )
    def test_one_that_is_no_longer_the_answer_is_lost_and_holds_if_enough_confirmed_it(
        self, small: Path, edit: Callable[..., Replay], members: int, *, held: bool
    ) -> None:
        ask_about(small, [])
        found = edit(
            "### How many passengers does the ferry carry?\n\n"
            "According to the harbour master it carries 120 passengers.\n\n"
            "> it carries 120 passengers\n> — the harbour master\n\n"
            "Disputed by: [What do the islanders say about the ferry?]"
            "(#what-do-the-islanders-say-about-the-ferry)\n\n"
            "- ferry capacity\n- how many people fit on the ferry\n",
            "",
            {CAPACITY_FACT: members},
        )
        assert (found.confirmed, found.lost) == (1, 1)
        assert found.regressed == held

    def test_one_under_another_heading_that_says_the_same_is_kept(
        self, edit: Callable[..., Replay]
    ) -> None:
        found = edit(
            "### How many passengers does the ferry carry?\n",
            "### How many passengers can the ferry carry?\n",
            {CAPACITY_FACT: ENOUGH_MEMBERS},
        )
        assert [d.verdict for d in found.differences if d.confirmed] == ["other"]
        assert found.lost == 0

    def test_one_that_was_gone_before_does_not_count(self, edit: Callable[..., Replay]) -> None:
        found = edit("- ferry departure day\n", "", {"ferry#gone-long-ago": ENOUGH_MEMBERS})
        assert (found.confirmed, found.regressed) == (0, False)

    def test_an_answer_is_confirmed_by_more_votes_up_than_down_of_late(
        self, tmp_path: Path
    ) -> None:
        members = Members(tmp_path / "members.db")
        early = NOW - timedelta(days=1)
        for user, answer, up, at in [
            (1, "liked", True, NOW),
            (2, "liked", True, NOW),
            (3, "liked", False, NOW),
            (1, "disputed", True, NOW),
            (2, "disputed", False, NOW),
            (1, "liked early", True, early),
            (1, "disliked", False, NOW),
        ]:
            members.vote(Vote(user, answer, up, at, guild=HERE))
        assert members.confirmed(NOW, [HERE]) == {"liked": 1}
        assert members.confirmed(early, [HERE]) == {"liked": 1, "liked early": 1}
        members.close()

    def test_only_members_of_servers_that_may_edit_count(self, tmp_path: Path) -> None:
        members = Members(tmp_path / "members.db")
        for user, guild, up in [(1, HERE, True), (2, 8, True), (3, 8, True), (4, 0, True)]:
            members.vote(Vote(user, "liked", up, NOW, guild=guild))
        members.vote(Vote(5, "liked", up=False, at=NOW, guild=HERE))
        members.vote(Vote(6, "liked", up=True, at=NOW, guild=9))
        assert members.confirmed(NOW, [HERE, 8]) == {"liked": 2}
        assert members.confirmed(NOW, [HERE]) == {"liked": 0}
        assert members.confirmed(NOW, []) == {"liked": 0}
        members.close()


def test_an_article_without_questions_has_none(small: Path) -> None:
    assert labelled_questions(read_snapshot(small), {"ferry"}) == []


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b'{"q": 1}', "questions.jsonl:1"),
        (b"\xff", "questions.jsonl:"),
        (b"[" * 100_000, "questions.jsonl:1"),
    ],
)
def test_what_is_no_question_set_is_told_with_its_file(
    small: Path, content: bytes, place: str
) -> None:
    (small / "ferry" / "questions.jsonl").write_bytes(content)
    snapshot = read_snapshot(small)
    (fault,) = question_faults(snapshot)
    assert place in str(fault)
    assert labelled_questions(snapshot, {"ferry"}) == []


def test_a_question_may_hold_any_line_separator_of_unicode(small: Path) -> None:
    (small / "ferry" / "questions.jsonl").write_text(
        '{"q": "a\u2028b\u0085c", "accept": [], "kind": "odd"}\r\n', "utf-8"
    )
    (question,) = labelled_questions(read_snapshot(small), {"ferry"})
    assert question.text == "a\u2028b\u0085c"
