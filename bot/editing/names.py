"""A first `names.md` for an English article: names whose kind a rule is sure of, and no others."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from bot.language.lexicon import phrase_stems

_NAME = r"[A-Z][\w’'-]*[a-z][\w’'-]*"
_SMALL = r"(?:of|for|the|and|de|del|der|van|von|al-|bin)"
_LONG_NAME = rf"{_NAME}(?: (?:{_SMALL} )*{_NAME})*"

_BODIES = (
    "Agency Association Authority Bank Board Bureau Cabinet Commission Committee Company Congress "
    "Corporation Council Court Department Federation Foundation Institute Ministry Office "
    "Organisation Organization Parliament Party Senate Union University"
).split()
_PLACES = (
    "Bay Bridge Canal County Desert Island Islands Lake Mountains Province River Valley".split()
)

_NOT_PEOPLE = (
    "Assembly Attorney Election Electric Hospital Manager Motors Police School Store".split()
)
"""What follows "General" or another title and is no surname."""

_TITLE = (
    "(?:Mr|Mrs|Ms|Dr|Sir|Dame|Lord|Lady|Prof|Professor|Sen|Senator|Rep|Gov|Governor|Gen|General"
    "|Col|Colonel|Capt|Captain|President|Chancellor|Minister|Secretary|Mayor|Councillor|Judge)"
)
_BODY = rf"(?:{'|'.join(_BODIES)})"
_ORGANISATION = re.compile(
    rf"\b(?:(?:{_NAME} )+{_BODY}\b|{_BODY} (?:of|for) {_NAME})(?: (?:of|for) (?:the )?{_NAME})?"
)
_PLACE = re.compile(rf"\b(?:{_NAME} )+(?:{'|'.join(_PLACES)})\b|\b(?:Lake|Mount|River) {_NAME}")
_PERSON = (
    re.compile(rf"\b{_TITLE}\.? ({_NAME}(?: {_NAME})*)"),
    re.compile(rf"\b({_NAME}(?: {_NAME})+), (?:aged )?\d{{1,3}},"),
    re.compile(rf"(?:,|”|\") said ({_NAME}(?: {_NAME}){{1,2}}), who\b"),
)
_SAID = re.compile(rf"(?:,|”|\") said ({_NAME}(?: {_NAME}){{1,2}})[,.]")
_SHORT = re.compile(rf"\b({_LONG_NAME}) \(([A-Z]{{2,6}})\)")


def draft_names(title: str, sentences: Sequence[str]) -> str:
    """The text of a `names.md`, or "" if no rule finds a name."""
    text = " ".join(sentences)
    kinds = dict(_kinds(sentences))
    others = _others(kinds, text)
    items = [
        f"- **{name}** ({kind}): {', '.join(others[name])}".rstrip() for name, kind in kinds.items()
    ]
    intro = "Names found by rule, each with its kind. Add other names behind the colon."
    return "\n".join([f"# Names of {title}", "", intro, "", *items, ""]) if items else ""


def _kinds(sentences: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each name once, with its kind; one that two rules read otherwise is left out."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, kind in (
        *_speakers(" ".join(sentences)),
        *chain.from_iterable(map(_found, sentences)),
    ):
        found[name].add(kind)
    seen: set[tuple[str, ...]] = set()
    for name, kinds in found.items():
        stems = phrase_stems(name)
        if len(kinds) == 1 and stems and stems not in seen:
            seen.add(stems)
            yield name, kinds.pop()


def _found(sentence: str) -> Iterator[tuple[str, str]]:
    # A first word has its capital for another reason: "The Harbour Board".
    for match in _ORGANISATION.finditer(sentence):
        yield _bare(match[0]), "organisation"
    for match in _PLACE.finditer(sentence):
        yield _bare(match[0]), "place"
    for rule in _PERSON:
        for match in rule.finditer(sentence):
            if not re.search(rf"\b(?:{_BODY}|{'|'.join(_NOT_PEOPLE)})\b", match[1]):
                yield re.sub(rf"^{_TITLE}\.? |[’']s$", "", match[1]), "person"


def _speakers(text: str) -> Iterator[tuple[str, str]]:
    """Who says something and goes by a surname elsewhere: "said Ada Byron", "Byron said"."""
    for name in _SAID.findall(text):
        surname = name.rpartition(" ")[2]
        if len(re.findall(rf"\b{re.escape(surname)}\b", text)) > text.count(name):
            yield re.sub(rf"^{_TITLE}\.? ", "", name), "person"


def _bare(name: str) -> str:
    return re.sub(r"^(?:(?:The|A|An|In|At|On|By|For|From|But|And|\S+[’']s) )+", "", name)


def _others(kinds: dict[str, str], text: str) -> defaultdict[str, list[str]]:
    """Other names that the article itself uses: a surname alone, or letters in brackets."""
    others: defaultdict[str, list[str]] = defaultdict(list)
    surnames = [name.rpartition(" ")[2] for name, kind in kinds.items() if kind == "person"]
    for name, kind in kinds.items():
        surname = name.rpartition(" ")[2]
        if kind == "person" and surname != name and surnames.count(surname) == 1:
            others[name].append(surname)
    for name, letters in _SHORT.findall(text):
        if _bare(name) in kinds:
            others[_bare(name)].append(letters)
    return others
