"""Asking known questions of an old and a new library, to see which replies would change."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from bot.errors import Fault
from bot.evaluation.measure import (
    Outcome,
    Question,
    QuestionSetError,
    evaluate,
    parse_questions,
)
from bot.knowledge.file_names import QUESTIONS_FILE
from bot.publishing.folder import Snapshot, slug_of
from bot.routing.library import Library
from bot.routing.reply import Reply

CONFIRMED_DAYS = 90
"""Days after a 👍 for which its fact must stay the answer to its heading."""

ENOUGH_MEMBERS = 3
"""How many members have to stand behind a confirmed fact for its loss to hold a release.

One or two accounts may be one person's; three who agree are worth asking an editor to confirm.
"""

REGRESSION_LIMIT = 0.02
"""The share of the labelled questions that a release may answer worse without being confirmed."""

Verdict: TypeAlias = Literal["better", "worse", "other"]


@dataclass(frozen=True)
class Difference:
    """A question that would get another reply; "other" is if nothing says which is better.

    `confirmed` is whether it is the heading of a fact that members confirmed, `members` how many.
    """

    question: str
    old: Reply
    new: Reply
    verdict: Verdict
    confirmed: bool = False
    members: int = 0


@dataclass(frozen=True)
class Replay:
    """How many questions were replayed, and those that would get another reply."""

    labelled: int
    confirmed: int
    differences: tuple[Difference, ...]

    @property
    def worse(self) -> int:
        """How many labelled questions would be answered worse."""
        return sum(d.verdict == "worse" for d in self.differences if not d.confirmed)

    @property
    def lost(self) -> int:
        """How many confirmed facts would no longer be the answer to their heading."""
        return sum(d.verdict == "worse" for d in self.differences if d.confirmed)

    @property
    def regressed(self) -> bool:
        """Whether this is more than a release may make worse without being confirmed."""
        lost = (d for d in self.differences if d.confirmed and d.verdict == "worse")
        firmly = any(d.members >= ENOUGH_MEMBERS for d in lost)
        return self.worse > REGRESSION_LIMIT * self.labelled or firmly


NOTHING_REPLAYED = Replay(0, 0, ())


def labelled_questions(snapshot: Snapshot, slugs: Collection[str]) -> list[Question]:
    """The labelled questions of some articles; none of a set that has a fault."""
    return [
        question
        for name, content in snapshot.files.items()
        if name.endswith(f"/{QUESTIONS_FILE}") and slug_of(name) in slugs
        for question in _questions(content, snapshot.folder / name)[0]
    ]


def question_faults(snapshot: Snapshot) -> list[Fault]:
    """What is wrong with the labelled questions of the articles."""
    return [
        fault
        for name, content in snapshot.files.items()
        if name.endswith(f"/{QUESTIONS_FILE}")
        for fault in _questions(content, snapshot.folder / name)[1]
    ]


def _questions(content: bytes, file: Path) -> tuple[list[Question], list[Fault]]:
    """The questions of a set, or why there are none."""
    try:
        return parse_questions(content.decode(), file), []
    except UnicodeDecodeError:
        return [], [Fault(file, 0, "is not UTF-8; save it as UTF-8.")]
    except QuestionSetError as error:
        return [], [error.fault]


def replay(
    old: Library, new: Library, questions: Sequence[Question], confirmed: Mapping[str, int]
) -> Replay:
    """Ask both routers; `confirmed` is how many members confirmed a fact of the old one, by its id.

    Facts that the old one does not have are left out.
    """
    headings = {id_: fact.question for id_, fact in old.facts.items()}
    kept = {id_: headings[id_] for id_ in confirmed if id_ in headings}
    found = [
        *_labelled(old, new, questions),
        *(
            _confirmed(old.ask(heading), new.ask(heading), id_, confirmed[id_])
            for id_, heading in kept.items()
        ),
    ]
    differences = tuple(d for d in found if _said(d.old) != _said(d.new))
    return Replay(len(questions), len(kept), differences)


def _labelled(old: Library, new: Library, questions: Sequence[Question]) -> list[Difference]:
    outcomes = zip(evaluate(old.ask, questions), evaluate(new.ask, questions), strict=True)
    return [
        Difference(before.question.text, before.reply, after.reply, _verdict(before, after))
        for before, after in outcomes
    ]


def _confirmed(old: Reply, new: Reply, fact: str, members: int) -> Difference:
    """A fact under a new heading is still the answer if it says the same."""
    kept = new.fact == fact or (new.answer, new.citations) == (old.answer, old.citations)
    lost = old.fact == fact and not kept
    verdict: Verdict = "worse" if lost else "other"
    return Difference(old.question, old, new, verdict, confirmed=True, members=members)


def _verdict(before: Outcome, after: Outcome) -> Verdict:
    if before.good == after.good:
        return "other"
    return "better" if after.good else "worse"


def _said(reply: Reply) -> tuple[object, ...]:
    """What a reply says; its confidence and what lies near by move with every edit."""
    return reply.status, reply.fact, reply.answer, reply.citations
