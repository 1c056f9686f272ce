"""Reading a quotation of a knowledge file, and finding the article's sentence that holds it.

> words of one sentence, copied exactly
> — who says so
"""

import re
from functools import lru_cache
from pathlib import Path

from bot.errors import Fault, KnowledgeError
from bot.knowledge.article import Article, Sentence
from bot.knowledge.facts import Citation
from bot.knowledge.markdown import Block
from bot.language.text import fold_punctuation, squeeze

ARTICLE_SPEAKER = "the article"


_COPIED = re.compile(r"(?:> )?(?:\*\*)?\[\d+\](?:\*\*)? (?=\S)")
"""The number that stands before a sentence in an answer of the bot."""


def read_quotation(block: Block, article: Article, file: Path) -> Citation:
    """Return the citation that a block quotation stands for: the whole sentence.

    Straight quotes and hyphens may stand for typographic ones. Raises KnowledgeError where the
    words are not in exactly one sentence or nobody known is said to say them.
    """
    if len(block.lines) < 2 or not block.lines[-1].text.startswith("—"):
        message = f"the quotation must end with a line: > — {ARTICLE_SPEAKER}"
        raise KnowledgeError([Fault(file, block.number, message)])
    *quoted, last = block.lines
    fragment = " ".join(line.text for line in quoted)
    problems = (
        (last.number, speaker_problem(last.text.lstrip("— "), article)),
        (block.number, fragment_problem(fragment, article)),
    )
    faults = [Fault(file, line, message) for line, message in problems if message]
    if faults:
        raise KnowledgeError(faults)
    speaker = known_speaker(last.text.lstrip("— "), article)
    return Citation(
        _holding(fragment, article.sentences)[0],
        None if speaker == ARTICLE_SPEAKER else speaker,
    )


def known_speaker(name: str, article: Article) -> str | None:
    """A speaker as `article.toml` writes it, None if it is unknown; the publisher is the article.

    Capitals and the shape of apostrophes don't matter.
    """
    known = {_fold(each).casefold(): each for each in (ARTICLE_SPEAKER, *article.sides)}
    if article.publisher:
        known.setdefault(_fold(article.publisher).casefold(), ARTICLE_SPEAKER)
    return known.get(_fold(name).casefold())


def speaker_problem(speaker: str, article: Article) -> str:
    """Say what is wrong with a speaker's name, or ""."""
    if known_speaker(speaker, article):
        return ""
    return (
        f"“{speaker}” is no known speaker ({'; '.join((ARTICLE_SPEAKER, *article.sides))}). "
        "Use one of these or add it to article.toml."
    )


def fragment_problem(fragment: str, article: Article) -> str:
    """Say what is wrong with quoted words, or "": they must stand in exactly one sentence."""
    found = len(_holding(fragment, article.sentences))
    if found == 1:
        return ""
    if found:
        return f"“{fragment}” stands in {found} sentences; quote more words of one."
    return f"“{fragment}” is not in the article word for word; copy it anew."


def _holding(fragment: str, sentences: tuple[Sentence, ...]) -> list[Sentence]:
    folded = _COPIED.sub("", _fold(fragment))
    if not folded:
        return []
    wanted = re.compile(rf"(?<!\w){re.escape(folded)}(?!\w)")
    return [sentence for sentence in sentences if wanted.search(_fold(sentence.text))]


@lru_cache(maxsize=10_000)
def _fold(text: str) -> str:
    return squeeze(fold_punctuation(text))
