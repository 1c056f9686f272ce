"""Bare articles side by side: what one library of them all loses against each asked alone."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bot.knowledge.article import Sentence
from bot.knowledge.loading import Collection
from bot.routing.library import Library
from bot.routing.reply import Reply

from .articles import qamr, squad
from .data import general_lexicon, knowledge_of, print_table


def bench_library(folder: Path) -> None:
    """Print how often the right sentence is shown, of one article and in a library of all."""
    lexicon = general_lexicon()
    for title, texts in (("SQuAD 2.0", squad(folder)), ("QAMR Wikinews", qamr(folder))):
        parts = tuple(
            knowledge_of(_placed(_slug(n), text.sentences), (), lexicon, _slug(n))
            for n, text in enumerate(texts)
        )
        library = Library(Collection(parts, lexicon))
        asked = [(n, q, gold) for n, text in enumerate(texts) for q, gold in text.answerable]
        alone = [_is_shown(library.ask(q, [_slug(n)]), n, gold) for n, q, gold in asked]
        replies = [library.ask(q) for _, q, _ in asked]
        among = [_is_shown(r, n, gold) for r, (n, _, gold) in zip(replies, asked, strict=True)]
        others = [
            bool(r.citations) and r.article != _slug(n)
            for r, (n, _, _) in zip(replies, asked, strict=True)
        ]
        print_table(
            f"{title}, {len(texts)} articles in one library",
            {
                "the right sentence is shown, of the article alone": (f"{np.mean(alone):.1%}", ""),
                "the right sentence is shown, among all": (f"{np.mean(among):.1%}", ""),
                "another article speaks": (f"{np.mean(others):.1%}", ""),
            },
        )


def _slug(number: int) -> str:
    return f"a{number:03}"


def _placed(slug: str, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences as they stand one below the other."""
    starts = np.cumsum([0, *(len(sentence.text) + 1 for sentence in sentences)]).tolist()
    return tuple(
        replace(sentence, article=slug, start=start, end=start + len(sentence.text))
        for sentence, start in zip(sentences, starts, strict=False)
    )


def _is_shown(reply: Reply, number: int, gold: frozenset[int]) -> bool:
    return reply.article == _slug(number) and any(
        citation.sentence.number in gold for citation in reply.citations
    )
