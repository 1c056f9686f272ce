"""Bare articles: which sentence answers a question, if nobody has written facts."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from bot.evaluation.measure import auroc
from bot.knowledge.article import Sentence
from bot.language.lexicon import Lexicon
from bot.routing.confidence import shipped_calibration
from bot.routing.router import Router

from .data import general_lexicon, knowledge_of, print_table, read_rows, ready

STRANGERS = 100
"""Questions about other articles that each article is asked."""


@dataclass(frozen=True)
class Text:
    """An article with its questions, each with the places of the sentences that answer it."""

    sentences: tuple[Sentence, ...]
    questions: tuple[tuple[str, frozenset[int]], ...]

    @property
    def answerable(self) -> list[tuple[str, frozenset[int]]]:
        return [(question, gold) for question, gold in self.questions if gold]


def bare_article(text: Text, lexicon: Lexicon) -> Router:
    """An article that nobody has curated."""
    return ready(Router(knowledge_of(text.sentences, (), lexicon)))


def bench_articles(folder: Path) -> None:
    """Print the figures of bare articles."""
    lexicon = general_lexicon()
    for title, texts, peers in (
        ("SQuAD 2.0, whole articles", squad(folder), ("69.6", "83.5", "57.8")),
        ("QAMR Wikinews", qamr(folder), ("88.9", "–", "–")),
    ):
        bare = [bare_article(text, lexicon) for text in texts]
        print_table(
            title,
            {
                **_found(bare, texts, peers[:2]),
                "the same, mistyped: first": (_mistyped(bare, texts), f"BM25 {peers[2]}"),
                **_refused(bare, texts),
            },
        )


def squad(folder: Path) -> list[Text]:
    return [_text(row["paras"], row["qs"]) for row in read_rows(folder, "squad2_dev")]


def qamr(folder: Path) -> list[Text]:
    """The data don't say where paragraphs begin; each sentence stands as one."""
    rows = read_rows(folder, "qamr_wikinews_dev")
    return [_text([[sentence] for sentence in row["sents"]], row["qs"]) for row in rows]


def _text(paragraphs: Sequence[Sequence[str]], questions: Iterable[dict[str, Any]]) -> Text:
    sentences = [(number, text) for number, texts in enumerate(paragraphs) for text in texts]
    return Text(
        tuple(
            Sentence("a", place, number, 0, 0, text)
            for place, (number, text) in enumerate(sentences)
        ),
        tuple((str(row["q"]), frozenset(row["g"])) for row in questions),
    )


def _found(
    bare: Sequence[Router], texts: Sequence[Text], peers: Sequence[str]
) -> dict[str, tuple[str, str]]:
    begun = perf_counter()
    found = [
        (match.shown[0] in gold, not gold.isdisjoint(match.shown))
        for article, text in zip(bare, texts, strict=True)
        for question, gold in text.answerable
        for match in [article.match(question)]
    ]
    spent = (perf_counter() - begun) / len(found)
    first, among = np.mean(found, axis=0)
    return {
        "the right sentence is first": (f"{first:.1%}", f"BM25 {peers[0]}"),
        "the right sentence is among those shown": (f"{among:.1%}", f"BM25 {peers[1]}"),
        "a question": (f"{spent * 1000:.2f} ms", ""),
    }


def _mistyped(bare: Sequence[Router], texts: Sequence[Text]) -> str:
    hits = [
        article.match(mistype(question)).shown[0] in gold
        for article, text in zip(bare, texts, strict=True)
        for question, gold in text.answerable
    ]
    return f"{np.mean(hits):.1%}"


def _refused(bare: Sequence[Router], texts: Sequence[Text]) -> dict[str, tuple[str, str]]:
    show = shipped_calibration().show
    own: list[float] = []
    near_misses: list[float] = []
    strange: list[float] = []
    for place, (article, text) in enumerate(zip(bare, texts, strict=True)):
        for question, gold in text.questions:
            (own if gold else near_misses).append(article.match(question).near)
        others = [q for n, other in enumerate(texts) if n != place for q, _ in other.answerable]
        chosen = others[:: max(1, len(others) // STRANGERS)]
        strange += [article.match(question).near for question in chosen]
    declined = {
        "another article's questions: declined": (f"{np.mean(np.less(strange, show)):.1%}", ""),
        "own answerable questions: sentences shown": (
            f"{np.mean(np.greater_equal(own, show)):.1%}",
            "",
        ),
        "another article's questions: AUROC": (f"{auroc(own, strange):.3f}", ""),
    }
    if near_misses:
        declined["unanswerable: AUROC"] = (f"{auroc(own, near_misses):.3f}", "BM25 .62, MiniLM .64")
    return declined


def mistype(question: str) -> str:
    """Let a finger slip in every second word of five letters or more, the same way each time."""
    typed = question.split()
    long = [place for place, word in enumerate(typed) if len(word) > 4 and word.isalpha()]
    chance = zlib.crc32(question.encode())
    for place in long[chance % 2 :: 2] or long[:1]:
        typed[place] = _slip(typed[place], chance + place)
    return " ".join(typed)


def _slip(word: str, chance: int) -> str:
    """Swap two letters, drop one, double one, or hit the key beside it."""
    at = 1 + chance // 7 % (len(word) - 2)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    row = next((keys for keys in ("qwertyuiop", "asdfghjkl", "zxcvbnm") if letter in keys), letter)
    beside = row[row.index(letter) - 1]
    return (
        before + after[0] + letter + after[1:],
        before + after,
        before + letter * 2 + after,
        before + beside + after,
    )[chance % 4]
