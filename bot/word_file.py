"""Reading the lists of words: `names.md` of an article, `synonyms.md` for all of them.

    - **canonical name**: other name, another, a phrase of several words

Under "Words that say nothing" and "Words of grammar" each item is a list of words or phrases.
"""

from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import Fault, KnowledgeError
from bot.lexicon import phrase_stems
from bot.markdown import Line, parse_blocks, read_utf8

FILLERS_HEADING = "Words that say nothing"
GRAMMAR_HEADING = "Words of grammar"


@dataclass
class WordLists:
    """The groups and lists of several files together; `places` is where each phrase stands."""

    groups: dict[str, list[str]] = field(default_factory=dict)
    fillers: list[str] = field(default_factory=list)
    grammar: list[str] = field(default_factory=list)
    places: dict[tuple[str, ...], tuple[Path, int]] = field(default_factory=dict)


def read_word_file(file: Path, lists: WordLists) -> None:
    """Add the lists of `file` to `lists`. Raises KnowledgeError with every fault found."""
    faults: list[Fault] = []
    heading = ""
    for block in parse_blocks(read_utf8(file)):
        if block.kind in {"h1", "h2", "h3"}:
            heading = block.text
        elif block.kind == "bullet_list":
            for item in block.lines:
                if heading == FILLERS_HEADING:
                    lists.fillers.extend(_phrases(item.text))
                elif heading == GRAMMAR_HEADING:
                    lists.grammar.extend(_phrases(item.text))
                else:
                    faults.extend(_add_group(file, item, lists))
    if faults:
        raise KnowledgeError(faults)


def _phrases(text: str) -> list[str]:
    return [phrase.strip() for phrase in text.split(",") if phrase.strip()]


def _add_group(file: Path, item: Line, lists: WordLists) -> list[Fault]:
    name, colon, others = item.text.partition("**:")
    if not colon or not name.startswith("**"):
        return [Fault(file, item.number, "must read like: - **name**: other name, another")]
    name = name.removeprefix("**").strip()
    faults = []
    for phrase in (name, *_phrases(others)):
        stems = phrase_stems(phrase)
        if not stems:
            faults.append(Fault(file, item.number, f"“{phrase}” has no words; take it out."))
            continue
        place = lists.places.setdefault(stems, (file, item.number))
        if place != (file, item.number):
            message = f"“{phrase}” stands at {place[0].name}:{place[1]} too; keep it in one group."
            faults.append(Fault(file, item.number, message))
    lists.groups.setdefault(name, []).extend(_phrases(others))
    return faults
