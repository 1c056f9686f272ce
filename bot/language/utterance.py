"""What a message asks, in its author's own words: the way in of every face.

Pure, and linear in the length of the message.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.language.acts import (
    Act,
    is_about_person,
    is_empty,
    opens,
    opens_later,
    says_nothing,
)
from bot.language.clauses import Clause, clauses
from bot.language.markup import READ_LIMIT, plain_message
from bot.language.phrases import chat_words
from bot.language.small_talk import ABOUT_ARTICLE, SmallTalk, small_talk_in
from bot.language.tokens import Token, ends_clause, tokens_of, words_of

QUESTIONS = 3
"""Questions of one message that are answered at most."""

QUESTION_LIMIT = 500
"""Characters of a question that are read."""

SHORTEST_QUOTATION = 3
"""Words between quotation marks that can be a quotation and not a name."""

_SHORTEST = 3
"""Words of a question that addresses nobody; fewer are chatter."""

Names = Callable[[str], int]
"""How many things that an article is about a text names."""


@dataclass(frozen=True)
class Utterance:
    """A message as it is read.

    `questions` are what it asks, at most `QUESTIONS`; none if it asks nothing. `small_talk` is what
    it is all through, or what it asks about the article itself beside its questions. `asks` is
    whether its own words ask something, so that it is a question though it addresses nobody;
    "what?" and "are you?" are chatter. `points` is whether they, if there are any, only point at
    something else ("is this true?", "can you answer this?"). `cut` is whether more was said than is
    answered. `own` are its author's words without markup, by lines.
    """

    questions: tuple[str, ...]
    small_talk: tuple[SmallTalk, ...]
    asks: bool
    points: bool
    cut: bool
    own: str


def read_utterance(text: str, names: Names = lambda _: 0) -> Utterance:
    """Read a message: what it asks, or else what it names or states, or else what it quotes.

    A question that means little alone ("What is his job?", "And why?") takes along what stands
    before it, if `names` says that this is about an article.
    """
    message = plain_message(text)
    mine, cited = _without_quotations(tokens_of(message.own))
    own, quoted = clauses(mine), clauses((*cited, *tokens_of(message.quoted)))
    points = all(says_nothing(clause.words) for clause in own)
    idle, asked = small_talk_in(words_of(mine)), list[str]()
    if not idle:
        asked = _asked(own, names, _text(quoted)) or (_quoted(quoted, names) if points else [])
    questions = tuple(_limited(question) for question in asked[:QUESTIONS])
    return Utterance(
        questions=questions,
        small_talk=idle or _beside(own),
        asks=len(words_of(mine)) >= _SHORTEST and any(c.act is Act.ASKS for c in own),
        points=points,
        cut=questions != tuple(asked) or len(text) > READ_LIMIT,
        own="\n".join(line.text for line in message.own),
    )


def _beside(own: Sequence[Clause]) -> tuple[SmallTalk, ...]:
    """What the clauses that ask want to know of the article itself."""
    wanted = (kind for clause in own if _is_beside(clause) for kind in clause.small_talk)
    return tuple(dict.fromkeys(wanted))


def _is_beside(clause: Clause) -> bool:
    return clause.act is Act.ASKS and not ABOUT_ARTICLE.isdisjoint(clause.small_talk)


def _text(clauses: Sequence[Clause]) -> str:
    return " ".join(clause.text for clause in clauses)


def _asked(own: Sequence[Clause], names: Names, quotation: str) -> list[str]:
    """What somebody's own words ask, or else what they name.

    A statement counts only if it names something of an article.
    """
    if any(clause.act is Act.ASKS for clause in own):
        return _questions(own, names, quotation)
    about = [clause for clause in own if _is_about(clause, names)]
    kept = about or [clause for clause in own if clause.act is Act.NAMES]
    return [_text(kept)] * bool(kept)


def _is_about(clause: Clause, names: Names) -> bool:
    """Whether a clause that asks nothing is about an article, and not only near its words."""
    least = 2 if clause.act is Act.CHATS else 1
    return clause.act is not Act.ASKS and names(clause.text) >= least


def _quoted(quoted: Sequence[Clause], names: Names) -> list[str]:
    text = _text([clause for clause in quoted if not says_nothing(clause.words)])
    return (_questions(quoted, names, "") if "?" in text else []) or [text] * bool(text)


def _questions(said: Sequence[Clause], names: Names, quotation: str) -> list[str]:
    """The clauses that ask, with what they lean on; at most one more than are answered.

    Small talk is none beside another one: "Are you a bot? Where did they meet?".
    """
    asking = [clause for clause in said if clause.act is Act.ASKS and not _is_beside(clause)]
    if len(asking) > 1:
        asking = [clause for clause in asking if not clause.small_talk] or asking
    found: list[str] = []
    others = [clause for clause in said if clause.act is not Act.ASKS]
    matter = [c for c in others if names(c.text) or not _is_idle(c)]
    for clause in asking:
        if is_empty(clause.words):
            earlier = found.pop() if found else _text(matter[-1:]) or quotation
            found += [f"{earlier} {clause.text}"] * bool(earlier)
        else:
            found.append(f"{_context(clause, matter, names)} {clause.text}".strip())
        if len(found) > QUESTIONS:
            break
    return found


def _is_idle(clause: Clause) -> bool:
    return clause.act is Act.CHATS or says_nothing(clause.words)


def _context(clause: Clause, others: Sequence[Clause], names: Names) -> str:
    """What a question leans on among the other clauses of its message, the last first."""
    if not others:
        return ""
    about = [other for other in others if _is_about(other, names)]
    if names(clause.text):
        about = [other for other in about if names(other.text) > 1]
    elif not about and is_about_person(clause.words):
        about = [other for other in others if names(other.text)]
    elif not about:
        about = [other for other in others if other.act is Act.NAMES]
    return _text(about[-1:])


def _limited(question: str) -> str:
    """As much of a question as is read: from its opening on, or else up to its end."""
    if len(question) <= QUESTION_LIMIT:
        return question
    begun = tuple(word for token in question[:40].split() for word in chat_words(token))
    return question[:QUESTION_LIMIT] if opens(begun) else question[-QUESTION_LIMIT:]


def _without_quotations(tokens: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """Part the tokens of a message from those in quotation marks that stand by themselves."""
    mine: list[Token] = []
    cited: list[Token] = []
    closing = [n for n, token in enumerate(tokens) if _closes(token)]
    at = 0
    while at < len(tokens):
        end = at
        if tokens[at].text.startswith('"') and (not mine or ends_clause(mine[-1])):
            end = _end_of_quotation(tokens, at, closing)
        cited += tokens[at:end]
        mine += tokens[at : at + 1] if end == at else []
        at = max(end, at + 1)
    return mine, cited


def _closes(token: Token) -> bool:
    return token.text.rstrip(".,!?;:)").endswith('"') and token.text != '"'


def _end_of_quotation(tokens: Sequence[Token], at: int, closing: Sequence[int]) -> int:
    """Where a quotation that is no part of a sentence ends; `at` if it is part of one."""
    place = bisect_left(closing, at)
    if place == len(closing):
        return at
    end = closing[place] + 1
    apart = end == len(tokens) or tokens[end].breaks == "hard" or ends_clause(tokens[end - 1])
    if end - at < SHORTEST_QUOTATION or not (
        apart or opens_later(words_of(tokens[end : end + 4]), 0)
    ):
        return at
    return end
