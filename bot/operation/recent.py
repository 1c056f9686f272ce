"""What is remembered while the program runs: recent answers, and the article shown last."""

from collections.abc import Collection
from dataclasses import dataclass

REMEMBERED = 10_000
"""Questions, and deleted messages, that are remembered."""

CHANNELS = 10_000
"""Channels that are remembered; the one used least recently is dropped first."""


@dataclass(frozen=True)
class RecentAnswer:
    """An answer, by Discord's ids; `asked` are the messages that it answers."""

    channel: int
    message: int
    asked: frozenset[int]


class RecentAnswers:
    """Finds the answer to a message, and knows which messages were deleted."""

    def __init__(self) -> None:
        self._answers: dict[int, RecentAnswer] = {}
        self._deleted: dict[int, None] = {}

    def note(self, answer: RecentAnswer) -> None:
        """Remember an answer."""
        for question in answer.asked:
            self._answers[question] = answer
        while len(self._answers) > REMEMBERED:
            del self._answers[next(iter(self._answers))]

    def answer_to(self, question: int) -> RecentAnswer | None:
        """The answer to a message, if it is remembered."""
        return self._answers.get(question)

    def delete(self, question: int) -> RecentAnswer | None:
        """Note that a message was deleted; return its answer if that answers no other one."""
        self._deleted[question] = None
        if len(self._deleted) > REMEMBERED:
            del self._deleted[next(iter(self._deleted))]
        answer = self._answers.get(question)
        return answer if answer and self.are_deleted(answer.asked) else None

    def are_deleted(self, questions: Collection[int]) -> bool:
        """Whether all these messages were deleted."""
        return self._deleted.keys() >= set(questions)


class LastSeen:
    """The slug of the article that was shown last in each channel; lost at a restart."""

    def __init__(self) -> None:
        self._slugs: dict[int, str] = {}

    def note(self, channel: int, slug: str) -> None:
        """Remember that an article was just shown in a channel."""
        self._slugs.pop(channel, None)
        self._slugs[channel] = slug
        if len(self._slugs) > CHANNELS:
            del self._slugs[next(iter(self._slugs))]

    def article(self, channel: int) -> str:
        """The slug of the article that was shown there last; "" if that is not known."""
        return self._slugs.get(channel, "")
