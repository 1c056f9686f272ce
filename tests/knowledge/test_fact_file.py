"""Reading `facts.md`: what an editor may write, and how each fault is told."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import KnowledgeError
from bot.knowledge.article import Article
from bot.knowledge.fact_file import FactFile, load_fact_file
from bot.knowledge.facts import (
    ANSWER_LIMIT,
    CITATION_LIMIT,
    PHRASING_LIMIT,
    QUESTION_LIMIT,
    cited_with_other_side,
    question_slug,
)
from bot.knowledge.loading import Collection

Load = Callable[[str], FactFile]

GOOD = """\
# Questions and answers

## The war

### How many people have died?

Over 250,000 people have died.

> Over 250,000 people have died in the war in Syria
> — the article

- death toll
- how many were killed

### Did Russia's aircraft come near Aleppo?

Russia says none did.

> none of its aircraft were within 12.5 miles of Aleppo
> — Russia

Disputed by: [Did the U.S. bomb Aleppo?](#did-the-us-bomb-aleppo)

- russian aircraft aleppo

### Did the U.S. bomb Aleppo?

The U.S. denied it.

> The U.S. denied these charges
> — the U.S.

## What the article does not say

### How old is the mayor?

The article does not say how old the mayor is.

- age of the mayor
"""


@pytest.fixture(scope="module")
def article(knowledge: Collection) -> Article:
    return knowledge.articles[0]


@pytest.fixture
def load(article: Article, tmp_path: Path) -> Load:
    return lambda source: load_text(source, article, tmp_path)


def load_text(source: str, article: Article, folder: Path) -> FactFile:
    file = folder / "facts.md"
    file.write_text(source, "utf-8", newline="")
    return load_fact_file(file, article)


def faults(load: Load, source: str) -> list[tuple[int, str]]:
    """The faults of `source`, each with its line."""
    with pytest.raises(KnowledgeError) as caught:
        load(source)
    assert {fault.file.name for fault in caught.value.faults} == {"facts.md"}
    return [(fault.line, fault.message) for fault in caught.value.faults]


def line_of(source: str, text: str) -> int:
    """The line that `text` is on first."""
    return source[: source.index(text)].count("\n") + 1


def edited(old: str, new: str, source: str = GOOD) -> str:
    assert source.count(old) == 1
    return source.replace(old, new)


def test_a_fact_is_its_heading_answer_quotation_and_phrasings(load: Load, article: Article) -> None:
    fact = load(GOOD).facts[0]
    assert fact.id == f"{article.slug}#how-many-people-have-died"
    assert fact.question == "How many people have died?"
    assert fact.answer == "Over 250,000 people have died."
    assert fact.phrasings == ("death toll", "how many were killed")
    assert fact.line == 5
    assert fact.disputed_by == ()
    [citation] = fact.citations
    assert (citation.sentence, citation.speaker) == (article.sentences[14], None)


def test_a_question_left_open_has_an_answer_and_nothing_to_quote(load: Load) -> None:
    [entry] = load(GOOD).open_questions
    assert entry.question == "How old is the mayor?"
    assert entry.answer == "The article does not say how old the mayor is."
    assert entry.phrasings == ("age of the mayor",)
    assert entry.line == GOOD[: GOOD.index("### How old")].count("\n") + 1


def test_the_order_of_the_file_is_kept(load: Load) -> None:
    facts = load(GOOD).facts
    assert [fact.line for fact in facts] == sorted(fact.line for fact in facts)
    assert [fact.question for fact in facts] == [
        *("How many people have died?", "Did Russia's aircraft come near Aleppo?"),
        "Did the U.S. bomb Aleppo?",
    ]


def test_comments_are_left_out_and_lines_still_count(load: Load) -> None:
    comment = "<!-- keep me\nfor the next editor -->\n\n"
    commented = GOOD.replace("\n\n", f"\n\n{comment}")
    plain, noted = load(GOOD), load(commented)
    assert [replace(fact, line=0) for fact in noted.facts] == [
        replace(fact, line=0) for fact in plain.facts
    ]
    headings = commented.splitlines()
    assert [headings[fact.line - 1] for fact in noted.facts] == [
        f"### {fact.question}" for fact in plain.facts
    ]


def test_windows_line_ends_read_the_same(load: Load) -> None:
    windows = load(GOOD.replace("\n", "\r\n"))
    assert windows == load(GOOD)


def test_straight_quotes_and_hyphens_stand_for_typographic_ones(
    load: Load, article: Article
) -> None:
    source = edited(
        "> The U.S. denied these charges\n> — the U.S.",
        "> \"We never had, and never will have, any other 'strategies.'\"\n> — Russia\n\n"
        "> destroy terrorism - a direct and clear threat\n"
        "> — Igor Konashenkov, Russia's Defense Ministry",
    )
    first, second = load(source).facts[2].citations
    assert first.sentence == article.sentences[5]
    assert "‘strategies.’”" in first.sentence.text
    assert second.sentence == article.sentences[4]


def test_a_quotation_may_run_over_several_lines(load: Load, article: Article) -> None:
    source = edited(
        "250,000 people have died in the war", "250,000 people\n> have died\n> in the war"
    )
    assert load(source).facts[0].citations[0].sentence == article.sentences[14]


def test_two_quotations_of_one_sentence_cite_it_once(load: Load) -> None:
    again = "> — the article\n\n> millions more fleeing\n> — the article\n"
    source = edited("> — the article\n", again)
    assert len(load(source).facts[0].citations) == 1


def test_a_disputed_fact_brings_the_other_side_along(load: Load, article: Article) -> None:
    facts = {fact.id: fact for fact in load(GOOD).facts}
    disputed = facts[f"{article.slug}#did-russias-aircraft-come-near-aleppo"]
    assert disputed.disputed_by == (f"{article.slug}#did-the-us-bomb-aleppo",)
    own, other = cited_with_other_side(disputed, facts)
    assert (own.speaker, own.disputes, own.sentence.number) == ("Russia", False, 10)
    assert (other.speaker, other.disputes, other.sentence.number) == ("the U.S.", True, 11)


def test_a_fact_may_be_disputed_by_several(load: Load) -> None:
    source = edited("aleppo)\n", "aleppo), [How many?](#how-many-people-have-died)\n")
    assert len(load(source).facts[1].disputed_by) == 2


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("Did the U.S. bomb Aleppo?", "did-the-us-bomb-aleppo"),
        ("What is Russia's “aim”?", "what-is-russias-aim"),
        (" Which U.S.-led coalition? ", "which-us-led-coalition"),
    ],
)
def test_the_anchor_of_a_question_is_the_one_of_git_hosts(question: str, slug: str) -> None:
    assert question_slug(question) == slug


DIED = "### How many people have died?"
QUOTED = "> Over 250,000 people have died in the war in Syria"
LINK = "(#did-the-us-bomb-aleppo)"


@pytest.mark.parametrize("bullet", ["-", "* ", "+ ", "• ", "– ", "-\u00a0", "  - "])
def test_what_looks_like_an_item_is_one(load: Load, bullet: str) -> None:
    facts = load(edited("- how many were killed", f"{bullet}how many were killed")).facts
    assert facts[0].phrasings == ("death toll", "how many were killed")


@pytest.mark.parametrize(
    ("place", "comment"),
    [(DIED, "v2"), ("have died.\n", "check\nthis"), ("- death toll", "or\nbody count")],
)
def test_a_comment_inside_a_line_is_left_out(load: Load, place: str, comment: str) -> None:
    source = edited(place, f"{place.rstrip()} <!-- {comment} -->\n")
    assert [replace(fact, line=0) for fact in load(source).facts] == [
        replace(fact, line=0) for fact in load(GOOD).facts
    ]


def test_a_byte_order_mark_is_no_text(load: Load) -> None:
    source = GOOD[GOOD.index(DIED) :]
    assert load(f"\ufeff{source}").facts == load(source).facts


@pytest.mark.parametrize(
    ("written", "meant"), [("RUSSIA", "Russia"), ("the u.s.", "the U.S."), ("IBTimes", None)]
)
def test_a_speaker_is_known_by_any_capitals_and_the_publisher_is_the_article(
    load: Load, written: str, meant: str | None
) -> None:
    [citation] = load(edited("> — the U.S.", f"> — {written}")).facts[2].citations
    assert citation.speaker == meant


def test_the_number_of_a_copied_answer_is_no_quoted_word(load: Load) -> None:
    assert load(edited("> The U.S. denied", "> [1] The U.S. denied")).facts[2].citations


TOO_MANY = "> — the article\n" + "".join(
    f"\n> {words}\n> — the article\n"
    for words in ("CNN reported", "Diplomats were scheduled", "using another name for ISIS")
)


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        (DIED, "### ???", "### ???", "the heading has no words"),
        (DIED, f"### {'Why ' * 40}", "### Why", f"over {QUESTION_LIMIT}"),
        ("### How old is the mayor?", DIED, f"{DIED}\n\nThe article", "is on line 5 too"),
        ("### How old is the mayor?", DIED.upper(), DIED.upper(), "is on line 5 too"),
        ("Over 250,000 people have died.\n", "", DIED, "has no answer"),
        ("have died.\n", "have died.\n\nSecond.\n", "Second.", "is a second answer"),
        ("Over 250,000 people have died.", "No. " * 100, "No.", f"over {ANSWER_LIMIT}"),
        ("- death toll", "- ?!", "- ?!", "this phrasing has no words"),
        ("- death toll", "- " + "die " * 60, "- die", f"longer than {PHRASING_LIMIT}"),
        ("- how many were", "- DEATH: toll?\n- how many were", "- DEATH", "on line 12 too"),
        ("- age of the mayor", "-  death toll", "-  death toll", "on line 12 too"),
        (f"{QUOTED}\n> — the article\n", "", DIED, "has no quotation"),
        (f"{QUOTED}\n> — the article", QUOTED, QUOTED, "must end with a line: > — the article"),
        (f"{QUOTED}\n", "", "> — the article", "must end with a line"),
        (f"{QUOTED}\n> — the article", ">", ">", "must end with a line"),
        ("> — the article", "> — the mayor", "> — the mayor", "“the mayor” is no known speaker"),
        (QUOTED, "> Over 250,001 people", "> Over 250,001", "is not in the article word for word"),
        (QUOTED, "> eople have died", "> eople", "is not in the article word for word"),
        (QUOTED, "> Russia", "> Russia\n", "quote more words of one"),
        ("- death toll", "```\ncode\n```\n\n- death toll", "```", "can't be in a fact"),
        ("- death toll", "1. one\n\n- death toll", "1. one", "can't be in a fact"),
        ("- death toll", "#### More\n\n- death toll", "#### More", "can't be in a fact"),
        (DIED, DIED.replace(" ", "", 1), "###How", "a heading needs a space: ### How many"),
        (DIED, DIED[1:], "Over 250,000 people have died.\n", "belongs to no question"),
        ("# Questions and answers\n", "- lost\n", "- lost", "belongs to no question"),
        ("have died.\n", "**have** died.\n", "Over 250,000 people", "“**” would be shown"),
        ("have died.\n", "have<br>died.\n", "Over 250,000 people", "“<br>” would be shown"),
        ("have died.\n", "have died &amp; fled.\n", "Over 250,000 people", "“&amp;” would be"),
        (DIED, "### How many `people` have died?", "### How many `people`", "“`” would be shown"),
        ("- age of", "> quoted\n\n- age of", "> quoted", "there is nothing to quote"),
        (f"[Did the U.S. bomb Aleppo?]{LINK}", "them", "Disputed by:", "needs a link to a fact"),
        (LINK, "(#nowhere)", "### Did Russia's", "#nowhere, which is no fact's heading"),
        (LINK, "(#how-old-is-the-mayor)", "### Did Russia's", "which is no fact's heading"),
        (DIED, "### Did Russias aircraft come near Aleppo?", "### Did Russia's", "the same link"),
    ],
)
def test_a_fault_is_told_with_its_line(
    load: Load, old: str, new: str, at: str, message: str
) -> None:
    source = edited(old, new)
    line = line_of(source, at)
    found = faults(load, source)
    assert [text for at, text in found if at == line and message in text]


def test_the_citation_limit_counts_the_other_side(load: Load) -> None:
    texts = ("Diplomats were scheduled", "using another name for ISIS")
    more = "".join(f"\n> {text}\n> — the article\n" for text in texts)
    three = load(edited("> — the article\n", "> — the article\n" + more))
    assert len(three.facts[0].citations) == CITATION_LIMIT
    source = edited("> — Russia\n", "> — Russia\n" + more)
    [(line, message)] = faults(load, source)
    assert line == line_of(source, "### Did Russia's")
    assert message == f"cites 4 sentences with those that dispute it; {CITATION_LIMIT} is the most."


def test_all_faults_are_told_at_once_in_order(load: Load) -> None:
    source = edited("> — the article", "> — the mayor")
    source = edited("- death toll", "- ?", source)
    source = edited("> none of its aircraft", "> all of its aircraft", source)
    source = edited("bomb Aleppo?](#did-the-us-bomb-aleppo)", "them", source)
    source = edited("The article does not say how old the mayor is.\n", "", source)
    lines = [line for line, _ in faults(load, source)]
    assert lines == sorted(lines)
    wrong = ("> — the mayor", "- ?", "> all of", "Disputed by:", "### How old")
    assert {line_of(source, text) for text in wrong} <= set(lines)


@pytest.mark.parametrize(
    "source", ["", "# Only a title\n", "## Facts\n\nText.\n", GOOD[GOOD.index("## What the") :]]
)
def test_a_file_without_a_fact_is_a_fault(load: Load, source: str) -> None:
    assert (0, "holds no fact; a fact starts with a heading: ### Who …?") in faults(load, source)


def test_a_missing_file_is_a_fault(article: Article, tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"facts\.md: is missing"):
        load_fact_file(tmp_path / "facts.md", article)


def test_a_file_that_is_not_utf8_is_a_fault_with_its_line(article: Article, tmp_path: Path) -> None:
    (tmp_path / "facts.md").write_bytes(b"# Title\n\nCaf\xe9\n")
    with pytest.raises(KnowledgeError, match=r"facts\.md:3: is not UTF-8"):
        load_fact_file(tmp_path / "facts.md", article)


MARKS = [
    *("", "### ", "## What the article does not say", "> ", "> —", "> — Russia", "- ", "  - a"),
    *("1. a", "```", "---", "===", "<!--", "-->", "Disputed by: [a](#)", "Disputed by: [a](#a)"),
]
FRAGMENTS = st.sampled_from([*GOOD.splitlines(), *MARKS]) | st.text(max_size=20)


@given(st.lists(FRAGMENTS, max_size=30).map("\n".join) | st.text())
def test_any_text_loads_or_has_faults_on_its_own_lines(
    article: Article, tmp_path_factory: pytest.TempPathFactory, source: str
) -> None:
    folder = tmp_path_factory.mktemp("facts")
    try:
        table = load_text(source, article, folder)
    except KnowledgeError as error:
        faults = error.faults
    else:
        faults = ()
        ids = [*(fact.id for fact in table.facts), *(entry.id for entry in table.open_questions)]
        assert len(set(ids)) == len(ids)
        assert all(fact.citations and fact.answer for fact in table.facts)
    lines = len(source.replace("\r", "\n").split("\n"))
    assert all(0 <= fault.line <= lines for fault in faults)
    assert list(faults) == sorted(faults)
