"""Checking a quotation that somebody posted: verbatim, altered, or not in the article.

Only the looks of quotation marks, dashes and white space may differ, and Discord's markup. A
quotation may begin and end in mid-sentence, run over several sentences, and leave out words where
it has an ellipsis.
"""

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz

from bot.knowledge.article import Article, Sentence
from bot.language.text import squeeze, stem
from bot.quoting.diff import Run, word_diff
from bot.quoting.words import ELLIPSIS, Word, read_words, trimmed

Status = Literal["verbatim", "altered", "absent"]

TEXT_LIMIT = 4000
"""Characters of a quotation that are read: what a Discord message can hold."""

_NEAR = 50
"""The likeness (0..100) from which a passage is compared with a quotation word by word."""

_ALTERED = 0.65
"""The share of a quotation's words that have to stand in the passage, else it is another text."""

_GAPS = 12
"""Ellipses that are read; a quotation with more of them is not verbatim."""

_LONE = 3
"""A sentence of fewer words says nothing about which passage is quoted."""

_SENTENCE_ENDS = frozenset(".!?")

_DETOUR = 40
"""How many words longer than twice the quotation the passage may be that it is compared with."""


@dataclass(frozen=True)
class DiffRun:
    """Words that the article and the quotation share, or that only one of them has.

    "equal" and "removed" words are as the article spells them, "added" ones as the poster does:
    they may hold anything. Where the quotation has an ellipsis stands an equal "…".
    """

    kind: Literal["equal", "removed", "added"]
    text: str


@dataclass(frozen=True)
class QuoteCheck:
    """What came of a check: the sentences that the quotation touches, and its words compared.

    An absent quotation touches no sentence and has no runs. `shortened` is whether it has an
    ellipsis inside; `cut` whether it was longer than `TEXT_LIMIT` characters, so that only its
    beginning was read.
    """

    status: Status
    sentences: tuple[Sentence, ...]
    runs: tuple[DiffRun, ...]
    shortened: bool
    cut: bool


@dataclass(frozen=True)
class _Text:
    """A text and its words."""

    source: str
    words: Sequence[Word]

    def cut(self, start: int, end: int) -> str:
        """The text from word `start` to word `end`, on one line; "" where there is none."""
        if start >= end:
            return ""
        return squeeze(self.source[self.words[start].start : self.words[end - 1].end])


def check_quote(text: str, articles: Sequence[Article]) -> QuoteCheck:
    """Check whether `text`, whatever it holds, stands in one of the articles."""
    pieces = _pieces(text if len(text) <= TEXT_LIMIT else text[:TEXT_LIMIT].rpartition(" ")[0])
    found = _check(pieces, articles) if pieces else _ABSENT
    return replace(found, shortened=len(pieces) > 1, cut=len(text) > TEXT_LIMIT)


_ABSENT = QuoteCheck("absent", (), (), shortened=False, cut=False)


def _pieces(text: str) -> list[_Text]:
    """The parts of a quotation between ellipses that have words."""
    composed = unicodedata.normalize("NFC", text)
    parts = (squeeze(part) for part in ELLIPSIS.split(composed, maxsplit=_GAPS))
    pieces = (_Text(part, trimmed(read_words(part))) for part in parts)
    return [piece for piece in pieces if piece.words]


def _check(pieces: Sequence[_Text], articles: Sequence[Article]) -> QuoteCheck:
    best, best_share = _ABSENT, 0.0
    for article in articles:
        source = article.source[: article.sentences[-1].end]
        passage = _Text(source, _article_words(source))
        if verbatim := _verbatim(pieces, passage):
            return _result("verbatim", article, passage, pieces, verbatim)
        compared = _compare(pieces, passage, article)
        share = _share(pieces, compared)
        if share >= max(_ALTERED, best_share):
            best, best_share = _result("altered", article, passage, pieces, compared), share
    return best


@lru_cache(maxsize=64)
def _article_words(source: str) -> tuple[Word, ...]:
    return read_words(source)


def _verbatim(pieces: Sequence[_Text], passage: _Text) -> list[list[Run]]:
    """Where each piece stands word for word, one behind the other; [] where one doesn't."""
    keys = ([word.key for word in text.words] for text in (passage, *pieces))
    whole, *wanted = _spelt(keys)
    found, done = [], 0
    for piece in wanted:
        start = whole.find(piece, done)
        if start < 0:
            return []
        done = start + len(piece)
        found.append([Run(start, done, 0, len(piece), same=True)])
    return found


def _compare(pieces: Sequence[_Text], passage: _Text, article: Article) -> list[list[Run]]:
    """How each piece differs from the nearest sentences behind those of the piece before."""
    compared, done = [], 0
    for piece in pieces:
        start, end = _nearest(piece.words, passage.words[done:])
        runs = [Run(done, done, 0, len(piece.words), same=False)]
        if start < end:
            start, end = _whole_sentences(article, passage, done + start, done + end)
            start = max(start, done)
            runs = [
                replace(run, old_start=run.old_start + start, old_end=run.old_end + start)
                for run in _diff(passage.words[start:end], piece.words)
            ]
            done = runs[-1].old_end
        compared.append(runs)
    return compared


def _diff(passage: Sequence[Word], piece: Sequence[Word]) -> list[Run]:
    return word_diff([word.key for word in passage], [word.key for word in piece])


def _nearest(piece: Sequence[Word], words: Sequence[Word]) -> tuple[int, int]:
    """The places in `words` of the passage that is likest to the piece, (0, 0) if none is like.

    Each sentence of the piece is looked for by itself, so that one may be missing in between.
    """
    told = [n for n, word in enumerate(words) if word.tells]
    chunks = _chunks(piece)
    whole, *wanted = _spelt([_stems(words), *map(_stems, chunks)])
    found = [
        (match.score, told[match.dest_start], told[match.dest_end - 1] + 1)
        for chunk in wanted
        if (match := fuzz.partial_ratio_alignment(chunk, whole, score_cutoff=_NEAR))
        and match.dest_start < match.dest_end
    ]
    if not found:
        return 0, 0
    start, end = min(start for _, start, _ in found), max(end for _, _, end in found)
    if end - start <= 2 * len(piece) + _DETOUR:
        return start, end
    return max(found)[1:]


def _chunks(piece: Sequence[Word]) -> list[list[Word]]:
    """The sentences of a piece that are long enough to tell where they are from; or all of it."""
    chunks: list[list[Word]] = [[]]
    for word in piece:
        chunks[-1].append(word)
        if word.key in _SENTENCE_ENDS:
            chunks.append([])
    return [chunk for chunk in chunks if len(_stems(chunk)) >= _LONE] or [list(piece)]


def _stems(words: Sequence[Word]) -> list[str]:
    return [stem(word.key.casefold()) for word in words if word.tells]


def _spelt(texts: Iterable[Iterable[str]]) -> list[str]:
    """Each text with a character for each word, the same for the same, to search as strings."""
    alphabet: defaultdict[str, str] = defaultdict(lambda: chr(0x10000 + len(alphabet)))
    return ["".join(alphabet[key] for key in keys) for keys in texts]


def _whole_sentences(article: Article, passage: _Text, start: int, end: int) -> tuple[int, int]:
    """The places of the words of all sentences that the words from `start` to `end` touch."""
    touched = _touched(article, passage, start, end)
    first, last = touched[0].start, touched[-1].end
    return (
        bisect_left(passage.words, first, key=lambda word: word.start),
        bisect_left(passage.words, last, key=lambda word: word.start),
    )


def _touched(article: Article, passage: _Text, start: int, end: int) -> list[Sentence]:
    first, last = passage.words[start].start, passage.words[end - 1].end
    return [s for s in article.sentences if s.start < last and first < s.end]


def _share(pieces: Sequence[_Text], compared: Sequence[Sequence[Run]]) -> float:
    """The share of the quotation's words, marks not counted, that stand in the article."""
    told = sum(word.tells for piece in pieces for word in piece.words)
    shared = sum(
        word.tells
        for piece, runs in zip(pieces, compared, strict=True)
        for run in runs
        if run.same
        for word in piece.words[run.new_start : run.new_end]
    )
    return shared / told if told else 0.0


def _result(
    status: Status,
    article: Article,
    passage: _Text,
    pieces: Sequence[_Text],
    compared: Sequence[Sequence[Run]],
) -> QuoteCheck:
    shown: list[DiffRun] = []
    touched: dict[Sentence, None] = {}
    for piece, runs in zip(pieces, compared, strict=True):
        shown += [DiffRun("equal", "…")] if shown else []
        shown += [part for run in runs for part in _shown(run, passage, piece)]
        for run in runs:
            if run.removed:
                touched |= dict.fromkeys(_touched(article, passage, run.old_start, run.old_end))
    return QuoteCheck(status, tuple(touched), tuple(shown), shortened=False, cut=False)


def _shown(run: Run, passage: _Text, piece: _Text) -> list[DiffRun]:
    old = passage.cut(run.old_start, run.old_end)
    new = piece.cut(run.new_start, run.new_end)
    if run.same:
        return [DiffRun("equal", old)]
    both = DiffRun("removed", old), DiffRun("added", new)
    return [part for part in both if part.text]
