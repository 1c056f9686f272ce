"""Drafts of facts: one for each sentence that no fact cites, for an editor to finish.

A draft has its quotation and speaker, and a question if a rule is sure of one. Its heading starts
with the draft mark; it is not read until an editor removes that.
"""

import json
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from bot.editing.layout import FactLayout
from bot.editing.questions import plain_question
from bot.editing.speakers import speaker_of
from bot.knowledge.article import Article, Sentence
from bot.knowledge.fact_file import DRAFT_MARK, Entry
from bot.knowledge.facts import QUESTION_LIMIT, question_slug
from bot.knowledge.loading import Knowledge
from bot.knowledge.quotation import ARTICLE_SPEAKER
from bot.knowledge.word_file import WordLists

HEADING = "Facts to finish"
_CITED = re.compile(
    r"^> ?\[(?P<number>\d{1,6})\][ \t]*(?:\r?\n> ?(?:—|–|--) *(?P<speaker>[^\r\n]+))?(?=\r?$)",
    re.MULTILINE,
)

# Markdown would read these as the start of a list, a heading or a quotation.
_MARK = re.compile(r"^(?:[#>*+~_`-]+\s*|\d{1,9}[.)](?:\s+|$))+")


@dataclass(frozen=True)
class Written:
    """The text of a `facts.md`, how many sentences were written into it, and who says them."""

    text: str
    count: int
    speakers: tuple[str, ...]


def with_numbers_filled(source: str, article: Article, names: WordLists) -> Written:
    """A fact file with the sentence for each number that is cited ("> [7]"), and its speaker.

    A number that no sentence has stays.
    """
    sentences = {sentence.number: sentence for sentence in article.sentences}
    speakers: list[str] = []

    def fill(match: re.Match[str]) -> str:
        sentence = sentences.get(int(match["number"]))
        if sentence is None:
            return match[0]
        speakers.append(match["speaker"] or speaker_of(sentence.text, article, names.groups))
        return _quotation(sentence, speakers[-1]).replace("\n", newline)

    newline = "\r\n" if "\r\n" in source else "\n"
    return Written(_CITED.sub(fill, source), len(speakers), _new(speakers, article))


def with_drafts(source: str, part: Knowledge, names: WordLists) -> Written:
    """A fact file with a fact to finish for each sentence that no fact and no draft cites.

    `source` may be "", if there is no file yet. A sentence without a letter gets none.
    """
    article = part.article
    layout = FactLayout(source or f"# {article.title}: questions and answers\n")
    covered = {quotable(c.sentence) for fact in part.facts for c in fact.citations}
    covered |= set(drafted(layout.entries))
    sentences = (s for s in article.sentences[1:] if any(map(str.isalpha, s.text)))
    left = [sentence for sentence in sentences if quotable(sentence) not in covered]
    taken = {question_slug(entry.heading.text.removeprefix(DRAFT_MARK)) for entry in layout.entries}
    speakers = [speaker_of(sentence.text, article, names.groups) for sentence in left]
    people = [name for name, kind in names.kinds.items() if kind == "person"]
    blocks = [] if any(entry.draft for entry in layout.entries) else [f"## {HEADING}"]
    for sentence, speaker in zip(left, speakers, strict=True):
        asked = [plain_question(sentence.text, part.meant.get(sentence.number, ""), people)]
        if speaker != ARTICLE_SPEAKER and speakers.count(speaker) == 1:
            asked.append(f"What did {speaker} say?")
        question = next((text for text in asked if _is_usable(text, taken)), "")
        taken.add(question_slug(question))
        heading = question or f"sentence {sentence.number}"
        blocks += [f"### {DRAFT_MARK} {heading}", _quotation(sentence, speaker)]
    if not left:
        return Written(source, 0, ())
    text = layout.apply([layout.add_blocks(layout.end_of_facts() or 1, blocks)])
    return Written(text, len(left), _new(speakers, article))


def drafted(entries: Iterable[Entry]) -> Iterator[str]:
    """What the facts to finish quote."""
    for entry in entries:
        for block in entry.blocks if entry.draft else ():
            if block.kind == "blockquote":
                yield " ".join(line.text for line in block.lines[:-1])


def quotable(sentence: Sentence) -> str:
    """A sentence without what Markdown would read as markup."""
    return _MARK.sub("", sentence.text)


def with_speakers(toml: str, speakers: Iterable[str]) -> str:
    """An `article.toml` with more speakers, on neither side until an editor names one.

    If its speakers are not written as a table at the end, it stays as it is.
    """
    lines = [f'{json.dumps(speaker, ensure_ascii=False)} = ""\n' for speaker in speakers]
    if not lines:
        return toml
    ended = toml if not toml or toml.endswith("\n") else f"{toml}\n"
    table = "" if re.search(r"^\[speakers\]", toml, re.MULTILINE) else "\n[speakers]\n"
    longer = "".join([ended, table, *lines])
    try:
        tomllib.loads(longer)
    except tomllib.TOMLDecodeError:
        return toml
    return longer


def _new(speakers: Iterable[str], article: Article) -> tuple[str, ...]:
    """The speakers that `article.toml` doesn't list."""
    return tuple(dict.fromkeys(s for s in speakers if s not in {ARTICLE_SPEAKER, *article.sides}))


def _quotation(sentence: Sentence, speaker: str) -> str:
    return f"> {quotable(sentence)}\n> — {speaker}"


def _is_usable(question: str, taken: Collection[str]) -> bool:
    return 0 < len(question) <= QUESTION_LIMIT and question_slug(question) not in taken
