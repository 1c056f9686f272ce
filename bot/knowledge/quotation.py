"""Reading a quotation of a knowledge file, and finding the article's sentence that holds it.

> words of one sentence, copied exactly
> — who says so
"""

import re
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from bot.errors import Fault, KnowledgeError
from bot.knowledge.article import Article, Sentence
from bot.knowledge.facts import Citation
from bot.knowledge.markdown import Block
from bot.language.text import SPACELESS, fold_punctuation, squeeze

ARTICLE_SPEAKER = "the article"

_NUMBER = re.compile(r"\[(\d{1,6})\]")

_SAID = re.compile(r"\s*(?:[—–]|--)[—–\s-]*")
_DASH = re.compile(r" ?--+ ?| - |-")


_COPIED = re.compile(r"(?:> )?(?:\*\*)?\[\d+\](?:\*\*)? (?=\S)")
"""The number that stands before a sentence in an answer of the bot."""


def read_quotation(block: Block, article: Article, file: Path) -> Citation:
    """The citation that a block quotation stands for: the whole sentence.

    Straight quotes, hyphens and "--" may stand for typographic ones. Raises KnowledgeError if the
    words are not in exactly one sentence or the speaker is unknown.
    """
    if block.lines and (cited := _NUMBER.fullmatch(block.lines[0].text)):
        raise KnowledgeError([Fault(file, block.number, _by_number(int(cited[1]), article))])
    if len(block.lines) < 2 or not _SAID.match(block.lines[-1].text):
        message = f"the quotation must end with a line: > — {ARTICLE_SPEAKER}"
        raise KnowledgeError([Fault(file, block.number, message)])
    *quoted, last = block.lines
    fragment = " ".join(line.text for line in quoted)
    problems = (
        (last.number, speaker_problem(named_speaker(last.text), article)),
        (block.number, fragment_problem(fragment, article)),
    )
    faults = [Fault(file, line, message) for line, message in problems if message]
    if faults:
        raise KnowledgeError(faults)
    speaker = known_speaker(named_speaker(last.text), article)
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


def named_speaker(line: str) -> str:
    """Who says so by the last line of a quotation: "— Russia"."""
    return _SAID.sub("", line, count=1)


def cited_by_number(fragment: str, article: Article) -> Sentence | None:
    """The sentence that "[7]" cites, if it is that and the article has one."""
    number = _NUMBER.fullmatch(fragment.strip())
    numbered = {sentence.number: sentence for sentence in article.sentences}
    return numbered.get(int(number[1])) if number else None


def speaker_problem(speaker: str, article: Article) -> str:
    """Say what is wrong with a speaker's name, or ""."""
    if known_speaker(speaker, article):
        return ""
    return (
        f"“{speaker}” is no known speaker ({'; '.join((ARTICLE_SPEAKER, *article.sides))}). "
        "Use one of these or add it to article.toml."
    )


def fragment_problem(fragment: str, article: Article) -> str:
    """Say what is wrong with quoted words, or "": they must be in exactly one sentence."""
    found = _holding(fragment, article.sentences)
    if len(found) == 1:
        return ""
    if found:
        places = " and ".join(str(sentence.number) for sentence in found)
        return f"“{fragment}” is in sentences {places}; quote more words of one."
    if both := _running_over(fragment, article.sentences):
        places = " and ".join(str(sentence.number) for sentence in both)
        return f"“{fragment}” runs over sentences {places}; quote each by itself."
    return f"“{fragment}” is not in the article word for word; copy it again."


def _by_number(number: int, article: Article) -> str:
    last = len(article.sentences) - 1
    if number > last:
        return f"cites sentence {number}, but the last one is {last}."
    return f"cites a sentence by number; `footnote draft {article.slug}` writes its words in."


def _holding(fragment: str, sentences: tuple[Sentence, ...]) -> list[Sentence]:
    folded = _folded(fragment)
    return [sentence for sentence in sentences if _holds(sentence.text, folded)]


def _running_over(
    fragment: str, sentences: tuple[Sentence, ...]
) -> tuple[Sentence, Sentence] | None:
    """The two neighbouring sentences that a fragment runs over."""
    pairs, folded = pairwise(sentences), _folded(fragment)
    return next((p for p in pairs if _holds(f"{p[0].text} {p[1].text}", folded)), None)


def _folded(fragment: str) -> str:
    return _COPIED.sub("", _fold(fragment))


def _holds(text: str, folded: str) -> bool:
    """Whether a text holds a folded fragment, and no word of it only in part."""
    within, at = _fold(text), -1
    while folded and (at := within.find(folded, at + 1)) >= 0:
        end = at + len(folded)
        before, after = within[max(at - 1, 0) : at], within[end : end + 1]
        if not (_is_word(before + folded[0]) or _is_word(folded[-1] + after)):
            return True
    return False


def _is_word(pair: str) -> bool:
    """Whether two characters stand next to each other in one word."""
    return len(pair) > 1 and all(map(_SPACED.match, pair))


_SPACED = re.compile(rf"(?![{SPACELESS}])\w")
"""A letter or digit of a script that puts spaces between words."""


@lru_cache(maxsize=10_000)
def _fold(text: str) -> str:
    return _DASH.sub("-", squeeze(fold_punctuation(text)))
