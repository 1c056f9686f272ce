"""Facts to finish, and what is written into a fact file for an editor."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.editing.drafts import with_drafts, with_numbers_filled, with_speakers
from bot.editing.questions import plain_question
from bot.editing.speakers import speaker_of
from bot.errors import KnowledgeError
from bot.knowledge.article import load_article
from bot.knowledge.fact_file import read_facts
from bot.knowledge.loading import Knowledge, load_article_folder
from bot.knowledge.word_file import WordLists
from bot.language.lexicon import Lexicon

NAMES = WordLists({"Anna Berg": ["Berg"]}, {"Anna Berg": "person"}, {})

TEXT = """\
The keeper leaves
Anna Berg, 61, has kept the light on Skarv for 27 years. She will leave in March.
The light was built in 1884. “I will miss the storms,” said Anna Berg. 1884. was a good year.
"""


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Knowledge]:
    def part(facts: str = "", names: str = "", text: str = TEXT) -> Knowledge:
        for name, content in {"article.txt": text, "facts.md": facts, "names.md": names}.items():
            if content:
                (tmp_path / name).write_text(content, "utf-8")
        return load_article_folder(tmp_path, Lexicon.build({}, (), ()))

    return part


Load = Callable[..., Knowledge]


def headings(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("###")]


def test_each_sentence_gets_a_fact_to_finish(load: Load) -> None:
    drafts = with_drafts("", load(), NAMES)
    assert headings(drafts.text) == [
        "### Draft: How old is Anna Berg?",
        "### Draft: sentence 2",
        "### Draft: When was the light built?",
        "### Draft: What did Anna Berg say?",
        "### Draft: sentence 5",
    ]
    assert "> “I will miss the storms,” said Anna Berg.\n> — Anna Berg\n" in drafts.text
    assert (drafts.count, drafts.speakers) == (5, ("Anna Berg",))


def test_a_draft_is_not_read(load: Load) -> None:
    text = with_drafts("", load(), NAMES).text
    assert load(text).facts == ()


def test_a_draft_that_is_finished_is_a_fact(load: Load) -> None:
    text = with_drafts("", load(), NAMES).text
    done = text.replace("Draft: When was the light built?", "When was it built?\n\nIn 1884.")
    [fact] = load(done).facts
    assert fact.question == "When was it built?"
    assert [citation.sentence.number for citation in fact.citations] == [3]


def test_a_sentence_is_drafted_once(load: Load) -> None:
    text = with_drafts("", load(), NAMES).text
    again = with_drafts(text, load(text), NAMES)
    assert (again.text, again.count) == (text, 0)


def test_a_sentence_with_a_fact_gets_no_draft(load: Load) -> None:
    facts = """\
# Facts

## The light

### When was it built?

In 1884.

> The light was built in 1884.
> — the article

## What the article does not say

### Who built it?

The article does not say who built it.
"""
    drafts = with_drafts(facts, load(facts), NAMES)
    assert drafts.count == 4
    assert drafts.text.startswith(facts[: facts.index("## What")])
    assert drafts.text.index("## Facts to finish") < drafts.text.index("## What the article")
    assert [entry.question for entry in load(drafts.text).open_questions] == ["Who built it?"]


def test_an_editor_who_says_who_is_meant_gets_a_question_that_names_her(load: Load) -> None:
    text = "X\nAnna Berg keeps the light. She was elected in 1999.\n"
    part = load("", "- **She** (2): Anna Berg\n", text)
    assert "### Draft: When was Anna Berg elected?" in with_drafts("", part, NAMES).text


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_number_is_filled_in_with_the_sentence_and_its_speaker(load: Load, end: str) -> None:
    article = load().article
    source = end.join(
        ["### Q?", "", "A.", "", "> [3]", "", "> [4]", "> — the article", "", "> [9]"]
    )
    written = with_numbers_filled(source, article, NAMES)
    assert written.text.split(end)[4:] == [
        "> The light was built in 1884.",
        "> — the article",
        "",
        "> “I will miss the storms,” said Anna Berg.",
        "> — the article",
        "",
        "> [9]",
    ]
    assert written.count == 2


def test_new_speakers_are_listed_in_article_toml(tmp_path: Path, load: Load) -> None:
    load()
    for speakers in (["Anna Berg"], ['the "Council"', "the keeper’s son"]):
        file = tmp_path / "article.toml"
        old = file.read_text("utf-8") if file.exists() else 'publisher = "X"'
        file.write_text(with_speakers(old, speakers), "utf-8")
    sides = load_article(tmp_path).sides
    assert sides == {"Anna Berg": "", 'the "Council"': "", "the keeper’s son": ""}


@pytest.mark.parametrize("toml", ['speakers = {"Ada" = ""}\n', 'speakers.Ada = ""\n'])
def test_speakers_that_are_written_otherwise_stay_as_they_are(toml: str) -> None:
    assert with_speakers(toml, ["Anna Berg"]) == toml


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("“I will miss it,” said Ada Byron.", "Ada Byron"),
        ("“I will miss it,” Berg said.", "Anna Berg"),
        ("“I will miss it,” the council said on Monday.", "the council"),
        ("“I will miss it,” she said.", "the article"),
        ("It was late, the council said.", "the council"),
        ("“I will miss it,” the mayor, Petra Lang, told reporters.", "the mayor"),
        ("It was late, told reporters.", "the article"),
        ("It was late, as the council said.", "the article"),
        ("Berg said she would miss it.", "Anna Berg"),
        ("The harbour master said it carries 120.", "the harbour master"),
        ("Ada Byron, an engineer, said it was shallow.", "Ada Byron"),
        ("It had moved, according to the survey.", "the survey"),
        ("She said it was late.", "the article"),
        ("It is 64 metres high.", "the article"),
        ("Their filing says they knew.", "the article"),
        ("Keeper Anna Berg, who leaves, said the light sees 1,900 ships.", "Anna Berg"),
        ("Opponents said it was late.", "opponents"),
    ],
)
def test_who_speaks_is_told_if_a_rule_is_sure(load: Load, sentence: str, speaker: str) -> None:
    assert speaker_of(sentence, load().article, NAMES.groups) == speaker


def test_a_listed_speaker_is_preferred(small: Path) -> None:
    article = load_article(small / "ferry")
    assert speaker_of("Islanders said so.", article, {}) == "the islanders"


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The dam was completed in 1987 by the state.", "When was the dam completed?"),
        ("The dam is 64 metres high.", "How high is the dam?"),
        ("By Ada Byron", "Who wrote the article?"),
        ("A ticket costs $4.", "How much does a ticket cost?"),
        ("The talks collapsed.", ""),
        ("It was built in 1884.", ""),
        ("The dam, which was built in 1884, is old.", ""),
        ("They met Anna Berg, the keeper.", "Who is Anna Berg?"),
    ],
)
def test_a_question_is_asked_only_if_a_rule_is_sure(sentence: str, question: str) -> None:
    assert plain_question(sentence, people=("Anna Berg",)) == question


@given(st.text("aB “”.,[]#>*-1 \n", min_size=1))
def test_any_article_can_be_drafted_and_stays_readable(text: str) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "article.txt").write_text(f"A headline\n{text}", "utf-8")
        try:
            part = load_article_folder(Path(folder), Lexicon.build({}, (), ()))
        except KnowledgeError:
            return
    drafts = with_drafts("", part, NAMES)
    telling = [s for s in part.article.sentences[1:] if any(map(str.isalpha, s.text))]
    assert drafts.count == len(telling)
    if telling:
        assert read_facts(drafts.text, Path("facts.md"), part.article).facts == ()
    assert with_drafts(drafts.text, part, NAMES).count == 0
