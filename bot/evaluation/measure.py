"""Measuring a router on a set of labelled questions.

A row of a set is a JSON object: `q` the question; `accept`, verbatim sentences any one of which is
right ([] means that the article does not say); `must`, sentences that all have to be cited;
optional `keys`, one of which must be in the reply; `kind`; optional `skip`.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike

from bot.errors import Fault, FootnoteError
from bot.language.text import fold_punctuation
from bot.routing.reply import Reply

CITATIONS_READ = 3
"""A reply that cites more than this, or than `must` + 1, is not right: nobody reads so many."""


class QuestionSetError(FootnoteError):
    """A question set can't be read; `fault` says why, with file and line."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(frozen=True)
class Question:
    """A labelled question; `accept` and `must` are folded as `normal` folds."""

    text: str
    accept: frozenset[str]
    must: frozenset[str]
    keys: tuple[str, ...]
    kind: str

    @property
    def answerable(self) -> bool:
        """Whether the article answers it."""
        return bool(self.accept or self.must)


@dataclass(frozen=True)
class Outcome:
    """A question, the reply to it, and how good that was.

    `verdict` is "right", "wrong" (answered without a correct sentence), "incomplete" or "silent"
    for answerable questions, "refused" or "answered" for the others.
    """

    question: Question
    reply: Reply
    verdict: str
    seconds: float

    @property
    def good(self) -> bool:
        """Whether the reply is what it should be; a false premise may be declined."""
        declined = self.verdict == "silent" and self.question.kind == "false-premise"
        return self.verdict in {"right", "refused"} or declined

    @property
    def shown(self) -> bool:
        """Whether a correct sentence is in the reply, as an answer or among the nearest."""
        return not _cited(self.reply).isdisjoint(self.question.accept | self.question.must)


_ROW = (
    'Write a row as {"q": "Who left?", "accept": ["A sentence that says so."], "kind": "plain"}; '
    'if the article does not say, "accept" is [].'
)


def read_questions(file: Path) -> list[Question]:
    """Read a question set. Raises QuestionSetError, which names the line."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"can't be read ({error}). Save it as UTF-8."
        raise QuestionSetError(Fault(file, 0, message)) from None
    return parse_questions(text, file)


def parse_questions(text: str, file: Path) -> list[Question]:
    """The questions of a set; faults name `file`. Raises QuestionSetError."""
    questions = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not row.get("skip"):
                questions.append(_question(row))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            why = f" ({error})" if isinstance(error, TypeError) else ""
            raise QuestionSetError(
                Fault(file, number, f"is no labelled question{why}. {_ROW}")
            ) from None
    if not questions:
        raise QuestionSetError(Fault(file, 0, f"holds no question. {_ROW}"))
    return questions


def _question(row: dict[str, object]) -> Question:
    def strings(name: str) -> list[str]:
        values = row.get(name) or []
        if not isinstance(values, list):
            raise TypeError(f"{name} is not a list")
        return [normal(str(value)) for value in values]

    if not isinstance(row["q"], str):
        raise TypeError("q is not a text")
    return Question(
        text=row["q"],
        accept=frozenset(strings("accept")),
        must=frozenset(strings("must")),
        keys=tuple(strings("keys")),
        kind=str(row["kind"]),
    )


def normal(text: str) -> str:
    """Fold how two copies of a sentence may differ: quotes, dashes, case, white space."""
    return " ".join(fold_punctuation(text).split()).strip(' "').lower()


def evaluate(ask: Callable[[str], Reply], questions: Iterable[Question]) -> list[Outcome]:
    """Ask every question and judge each reply."""
    outcomes = []
    for question in questions:
        start = perf_counter()
        reply = ask(question.text)
        seconds = perf_counter() - start
        outcomes.append(Outcome(question, reply, _verdict(question, reply), seconds))
    return outcomes


def _verdict(question: Question, reply: Reply) -> str:
    answered = reply.status == "answered"
    if not question.answerable:
        return "answered" if answered else "refused"
    if not answered:
        return "silent"
    cited = _cited(reply)
    if cited.isdisjoint(question.accept or question.must):
        return "wrong"
    body = " ".join([normal(reply.answer or ""), *cited])
    has_key = not question.keys or any(key in body for key in question.keys)
    short = len(cited) <= max(CITATIONS_READ, len(question.must) + 1)
    return "right" if question.must <= cited and has_key and short else "incomplete"


def _cited(reply: Reply) -> frozenset[str]:
    return frozenset(normal(citation.sentence.text) for citation in reply.citations)


@dataclass(frozen=True)
class Figures:
    """Shares (0..1) of a set.

    `shown` is how often a correct sentence is in the reply to an answerable question, answered
    or nearest; `auroc` tells how well the confidence separates answerable questions from the
    others; `median` is in seconds a question.
    """

    answerable: int
    unanswerable: int
    right: float
    wrong: float
    incomplete: float
    silent: float
    shown: float
    refused: float
    auroc: float
    median: float


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Sum up a set; a false premise counts as answerable, as its label says."""
    verdicts = Counter(outcome.verdict for outcome in outcomes)
    answerable = sum(outcome.question.answerable for outcome in outcomes)
    unanswerable = len(outcomes) - answerable
    confident: tuple[list[float], list[float]] = ([], [])
    for outcome in outcomes:
        confident[outcome.question.answerable].append(outcome.reply.confidence)
    return Figures(
        answerable=answerable,
        unanswerable=unanswerable,
        **{
            verdict: verdicts[verdict] / (answerable or 1)
            for verdict in ("right", "wrong", "incomplete", "silent")
        },
        shown=sum(outcome.shown for outcome in outcomes) / (answerable or 1),
        refused=verdicts["refused"] / (unanswerable or 1),
        auroc=auroc(confident[1], confident[0]),
        median=float(np.median([outcome.seconds for outcome in outcomes])) if outcomes else 0.0,
    )


def auroc(positives: ArrayLike, negatives: ArrayLike) -> float:
    """The chance that a positive scores above a negative, ties counting half; .5 without any."""
    above = np.subtract.outer(np.asarray(positives, float), np.asarray(negatives, float))
    return float(((above > 0) + 0.5 * (above == 0)).mean()) if above.size else 0.5
