"""The answers given while the program runs: which message answers which."""

from collections.abc import Collection
from dataclasses import dataclass

REMEMBERED = 10_000
"""Questions, and deleted messages, that are remembered."""


@dataclass(frozen=True)
class Given:
    """An answer, by Discord's ids; `asked` are the messages that it answers."""

    channel: int
    message: int
    asked: frozenset[int]


class GivenAnswers:
    """Finds the answer to a message, and knows which messages were deleted."""

    def __init__(self) -> None:
        self._answers: dict[int, Given] = {}
        self._deleted: dict[int, None] = {}

    def note(self, answer: Given) -> None:
        """Remember an answer."""
        for question in answer.asked:
            self._answers[question] = answer
        while len(self._answers) > REMEMBERED:
            del self._answers[next(iter(self._answers))]

    def answer_to(self, question: int) -> Given | None:
        """The answer to a message, if it is remembered."""
        return self._answers.get(question)

    def delete(self, question: int) -> Given | None:
        """Note that a message was deleted; return its answer if that answers no other one."""
        self._deleted[question] = None
        if len(self._deleted) > REMEMBERED:
            del self._deleted[next(iter(self._deleted))]
        answer = self._answers.get(question)
        return answer if answer and self.are_deleted(answer.asked) else None

    def are_deleted(self, questions: Collection[int]) -> bool:
        """Whether all these messages were deleted."""
        return self._deleted.keys() >= set(questions)
