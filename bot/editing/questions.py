"""A plain question that an English sentence answers, if a rule is sure of one."""

import re
from collections.abc import Iterable

from bot.knowledge.article import is_byline

_START = r"^(?P<subject>(?:The|An?|[A-Z][\w’'-]+)(?: (?!which|who|that|and|or|but)[\w’'-]+){0,5}?)"
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_TIME = rf"(?:in (?:{_MONTH} )?\d{{4}}|on {_MONTH} \d|on \d{{1,2}} {_MONTH}|(?:on )?{_DAY})\b"
_DONE = r"[a-z]+(?:ed|ilt|orn|old|own|iven|aken|ound|ent|ept|ught|eld|ade)"
_UNIT = {
    r"high|tall": "How high",
    r"long": "How long",
    r"wide": "How wide",
    r"deep": "How deep",
    r"old": "How old",
}
_NUMBER = r"(?:about |over |almost |nearly )?[\d.,]+ [a-z]+"
_RULES = (
    (rf"{_START} (?P<be>was|were) (?P<done>{_DONE}) {_TIME}", "When {be} {subject} {done}?"),
    *(
        (rf"{_START} (?P<be>is|are|was|were) {_NUMBER} (?:{unit})\b", f"{how} {{be}} {{subject}}?")
        for unit, how in _UNIT.items()
    ),
    (rf"{_START} costs? (?:about )?[$€£]\d", "How much does {subject} cost?"),
    (
        r"\b(?P<subject>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)+), (?:aged )?\d{1,3},",
        "How old is {subject}?",
    ),
)
_PRONOUN = re.compile(
    "^(?:He|She|It|They|We|I|This|That|These|Those|There|Here|His|Her|Its|Their)\\b"
)
_ROLE = "(?:an?|the|its|his|her|their) [a-z]"
_SMALL = re.compile(r"^(?:The|An?)(?= )")


def plain_question(text: str, meant: str = "", people: Iterable[str] = ()) -> str:
    """A question that a sentence answers, "" if no rule is sure of one.

    `meant` is whom the sentence's pronoun stands for, if an editor has said so; `people` are names
    of persons.
    """
    if is_byline(text):
        return "Who wrote the article?"
    for name in people:
        if re.search(rf"\b{re.escape(name)}, {_ROLE}", text):
            return f"Who is {name}?"
    if _PRONOUN.match(text):
        if not meant:
            return ""
        text = _PRONOUN.sub(meant, text, count=1)
    for rule, form in _RULES:
        if match := re.search(rule, text):
            gaps = match.groupdict()
            gaps["subject"] = _SMALL.sub(lambda found: found[0].lower(), gaps["subject"])
            return form.format_map(gaps)
    return ""
