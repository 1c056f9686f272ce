"""What the bot says to an utterance: the same value for every face."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from bot.knowledge.article import Article
from bot.knowledge.facts import CITATION_LIMIT, Citation, without_repeats
from bot.routing.own_words import OwnWords, spoken
from bot.wording import DEFAULT, wording_for

Status = Literal["answered", "nearest", "suggested", "declined"]


class Refusal(Enum):
    """Why a reply gives no answer.

    OPEN: an open question says so, in its own words. NOT_SAID: nothing in the article comes near.
    NO_ARTICLE: nothing in any of several articles does. OTHER_LANGUAGE: nothing does, and the
    question is in another language than the article. TO_THE_BOT: it wants an opinion or a favor of
    the bot itself. NOTHING_ASKED: it asks nothing. SMALL_TALK: it is only small talk, or asks about
    the bot or for the article itself.
    """

    OPEN = "open"
    NOT_SAID = "not said"
    NO_ARTICLE = "no article"
    OTHER_LANGUAGE = "other language"
    TO_THE_BOT = "to the bot"
    NOTHING_ASKED = "nothing asked"
    SMALL_TALK = "small talk"


@dataclass(frozen=True)
class Suggestion:
    """A fact that an asker may have meant, by its id and its question.

    `title` is that of its article if they have to choose between articles, else "".
    """

    fact: str
    question: str
    title: str = ""

    @property
    def text(self) -> str:
        """What to choose by."""
        return f"{self.title}: {self.question}" if self.title else self.question


@dataclass(frozen=True)
class Why:
    """What decided a reply.

    `phrasing` is the one that came nearest and `score` (0..1) the ranking score of its entry
    (of a general open question, how alike the two are);
    `runner_up` is the next entry that would cite other sentences, `margin` (0..1) how far it lies
    behind. `threshold` is what `confidence` had to reach for an answer. `unexplained` are the
    asker's telling words that the entry does not know. `misspelt` are the words that were read as
    others, each with what it was read as.
    """

    phrasing: str
    score: float
    runner_up: str
    margin: float
    threshold: float
    unexplained: tuple[str, ...]
    misspelt: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Reply:
    """The reply to one utterance.

    "answered": `answer` and `citations` of `facts`. "nearest": no checked answer; `citations` are
    the one to three sentences that come nearest. "suggested": up to three `suggestions`, one of
    which is probably meant. "declined": `answer` says that the article does not say, `refusal`
    why, and `suggestions` lie near by. `confidence` (0..1) is how sure the bot is of the best
    fact, or of the nearest sentences if there is no fact. `article` is the slug of the article
    that speaks, "" if none does. `own` is what the bot says for itself, with the answer or what
    leads to a choice behind it if there is one; else `answer` has it in English.
    `asked` is how the utterance was read, and `cut` whether it asks more than was answered.
    """

    question: str
    status: Status
    answer: str | None = None
    citations: tuple[Citation, ...] = ()
    facts: tuple[str, ...] = ()
    confidence: float = 0.0
    suggestions: tuple[Suggestion, ...] = ()
    why: Why | None = None
    refusal: Refusal | None = None
    article: str = ""
    own: tuple[OwnWords, ...] = ()
    asked: tuple[str, ...] = ()
    cut: bool = False

    @property
    def fact(self) -> str | None:
        """The id of the first fact that it gives."""
        return next(iter(self.facts), None)

    @property
    def head(self) -> str:
        """What leads to its sentences or choices if there is no answer: its status, or "which"."""
        return "which" if any(choice.title for choice in self.suggestions) else self.status


def declined(question: str, refusal: Refusal, own: tuple[OwnWords, ...] | None = None) -> Reply:
    """A reply that nothing of an article stands behind, in the bot's own words."""
    said = own or (OwnWords(f"reply.{refusal.name.lower()}"),)
    answer = spoken(said, wording_for(DEFAULT))
    return Reply(question, "declined", answer, refusal=refusal, own=said)


def joined(parts: Sequence[Reply]) -> Reply:
    """One reply of several answers; if not all citations have room, those that matter most.

    What comes first is what an answer rests on; next, what disputes it must not be lost.
    """
    citations = without_repeats(c for part in parts for c in part.citations)
    leading = [part.citations[0] for part in parts]
    disputing = [citation for citation in citations if citation.disputes]
    kept = without_repeats([*leading, *disputing, *citations])[:CITATION_LIMIT]
    sentences = {citation.sentence for citation in kept}
    least = min(parts, key=lambda part: part.confidence)
    answers = dict.fromkeys(part.answer for part in parts if part.answer)
    return replace(
        least,
        answer=" ".join(answers),
        citations=tuple(c for c in citations if c.sentence in sentences),
        facts=tuple(dict.fromkeys(fact for part in parts for fact in part.facts)),
        article=parts[0].article,
    )


def lead(reply: Reply) -> tuple[OwnWords, ...]:
    """What a reply opens with: the bot's own words, the answer, or what leads to a choice."""
    if reply.own:
        return reply.own
    if reply.answer is None:
        return (OwnWords(f"reply.{reply.head}"),)
    return (OwnWords("reply.answer", {"answer": reply.answer}),)


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


Sources: TypeAlias = Mapping[str, str]
"""What an attribution calls each article, by its slug; nothing if there is just one."""

ONE_SOURCE: Sources = MappingProxyType({})


def sources(articles: Iterable[Article]) -> Sources:
    """The title and publisher of each article, if there are several."""
    named = {a.slug: ", ".join(filter(None, (a.title, a.publisher))) for a in articles}
    return named if len(named) > 1 else ONE_SOURCE


def reply_to_text(reply: Reply, sources: Sources = ONE_SOURCE) -> str:
    """The reply as plain text: the answer, then the numbered sentences with who says each."""
    lines = [spoken(lead(reply), wording_for(DEFAULT))]
    if reply.citations:
        lines += ["", *citation_lines(reply.citations, sources)]
    if reply.suggestions:
        if reply.status != "suggested":
            lines += ["", NEAR_BY]
        lines += [f"  - {suggestion.text}" for suggestion in reply.suggestions]
    return "\n".join(lines)


def citation_lines(citations: Iterable[Citation], sources: Sources = ONE_SOURCE) -> list[str]:
    """A line for each citation: its number, the exact sentence, who says so and where."""
    return [
        f"[{number}] {citation.sentence.text}\n    {attribution(citation, sources)}"
        for number, citation in enumerate(citations, start=1)
    ]


def attribution(citation: Citation, sources: Sources = ONE_SOURCE) -> str:
    """Who says so and where: "— Russia (the other side) · sentence 10 (paragraph 5)".

    Among several articles, the article's title and publisher follow. Whom the article quotes, only
    a fact knows.
    """
    own = "quoted in the article" if citation.sentence.quotes else "the article"
    side = " (the other side)" if citation.disputes else ""
    sentence = citation.sentence
    place = f"sentence {sentence.number} (paragraph {sentence.paragraph})"
    parts = [f"— {citation.speaker or own}{side}", place if sentence.paragraph else "headline"]
    return " · ".join([*parts, *filter(None, [sources.get(sentence.article)])])


NEAR_BY = "What it does answer:"


def why_text(why: Why, confidence: float) -> str:
    """What decided a reply, for `ask --why` and the button of the same name."""
    unexplained = ", ".join(why.unexplained) or "none"
    misspelt = ", ".join(f"{typed} as {meant}" for typed, meant in why.misspelt) or "none"
    return "\n".join(
        (
            f"matched phrasing  {why.phrasing}",
            f"score             {why.score:.2f}",
            f"runner-up         {why.runner_up}",
            f"margin            {why.margin:.2f}",
            f"confidence        {confidence:.2f} (answers from {why.threshold:.2f})",
            f"unexplained words {unexplained}",
            f"misspelt words    {misspelt}",
        )
    )
