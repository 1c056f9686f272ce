"""What the bot says to an utterance: the same value for every face."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from bot.knowledge.facts import Citation

Status = Literal["answered", "suggested", "declined"]


@dataclass(frozen=True)
class Suggestion:
    """A fact that an asker may have meant, by its id and its question."""

    fact: str
    question: str


@dataclass(frozen=True)
class Why:
    """What decided a reply.

    `phrasing` is the one that came nearest and `score` (0..1) the ranking score of its entry;
    `runner_up` is the next entry that would cite other sentences, `margin` (0..1) how far it lies
    behind. `threshold` is what `confidence` had to reach for an answer. `unexplained` are the
    asker's telling words that the entry does not know.
    """

    phrasing: str
    score: float
    runner_up: str
    margin: float
    threshold: float
    unexplained: tuple[str, ...]


@dataclass(frozen=True)
class Reply:
    """The reply to one utterance.

    "answered": `answer` and `citations` of `fact`; "suggested": up to three `suggestions`, one of
    which is probably meant; "declined": `answer` says that the article does not say, and
    `suggestions` lie near by. `confidence` (0..1) is how sure the bot is of the best fact.
    """

    question: str
    status: Status
    answer: str | None
    citations: tuple[Citation, ...]
    fact: str | None
    confidence: float
    suggestions: tuple[Suggestion, ...]
    why: Why | None


def reply_to_json(reply: Reply) -> dict[str, Any]:
    """The reply as `footnote ask --json` prints it: a contract, described in the README."""
    return {
        "question": reply.question,
        "status": reply.status,
        "answer": reply.answer,
        "citations": [
            {
                "article": citation.sentence.article,
                "sentence": citation.sentence.number,
                "paragraph": citation.sentence.paragraph,
                "text": citation.sentence.text,
                "speaker": citation.speaker,
            }
            for citation in reply.citations
        ],
        "fact": reply.fact,
        "confidence": round(reply.confidence, 4),
        "suggestions": [suggestion.question for suggestion in reply.suggestions],
    }


def reply_to_text(reply: Reply) -> str:
    """The reply as plain text: the answer, then the numbered sentences with who says each."""
    lines = [reply.answer or DID_YOU_MEAN]
    if reply.citations:
        lines += ["", *citation_lines(reply.citations)]
    if reply.suggestions:
        if reply.status == "declined":
            lines += ["", NEAR_BY]
        lines += [f"  - {suggestion.question}" for suggestion in reply.suggestions]
    return "\n".join(lines)


def citation_lines(citations: Iterable[Citation]) -> list[str]:
    """A line for each citation: its number, the exact sentence, who says so and where."""
    return [
        f"[{number}] {citation.sentence.text}\n    {attribution(citation)}"
        for number, citation in enumerate(citations, start=1)
    ]


def attribution(citation: Citation) -> str:
    """Who says so and where: "— Russia (the other side) · sentence 10 (paragraph 5)"."""
    speaker = citation.speaker or "the article"
    side = " (the other side)" if citation.disputes else ""
    sentence = citation.sentence
    place = f"sentence {sentence.number} (paragraph {sentence.paragraph})"
    return f"— {speaker}{side} · {place if sentence.paragraph else 'headline'}"


DID_YOU_MEAN = "Did you mean one of these?"
NEAR_BY = "What it does answer:"


def why_text(why: Why, confidence: float) -> str:
    """What decided a reply, for `ask --why` and the button of the same name."""
    unexplained = ", ".join(why.unexplained) or "none"
    return "\n".join(
        (
            f"matched phrasing  {why.phrasing}",
            f"score             {why.score:.2f}",
            f"runner-up         {why.runner_up}",
            f"margin            {why.margin:.2f}",
            f"confidence        {confidence:.2f} (answers from {why.threshold:.2f})",
            f"unexplained words {unexplained}",
        )
    )
