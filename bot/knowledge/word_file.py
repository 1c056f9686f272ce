"""Reading the lists of words: `names.md` of an article, `synonyms.md` for all of them.

    - **canonical name**: other name, another, a phrase of several words

Under "Words that say nothing", "Words to the bot" and "Words of grammar" each item is a list of
words or phrases.
"""

from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import Fault, KnowledgeError
from bot.knowledge.markdown import Line, parse_blocks, read_utf8
from bot.language.lexicon import phrase_stems

NAMES_FILE = "names.md"
FILLERS_HEADING = "Words that say nothing"
TO_BOT_HEADING = "Words to the bot"
GRAMMAR_HEADING = "Words of grammar"


@dataclass
class WordLists:
    """The groups and lists of several files together; `places` is where each phrase stands,
    and in which group. `subjects` are the groups that an article's own `names.md` holds.
    """

    groups: dict[str, list[str]] = field(default_factory=dict)
    subjects: set[str] = field(default_factory=set)
    fillers: list[str] = field(default_factory=list)
    to_bot: list[str] = field(default_factory=list)
    grammar: list[str] = field(default_factory=list)
    places: dict[tuple[str, ...], tuple[Path, int, str]] = field(default_factory=dict)

    @property
    def under(self) -> dict[str, list[str]]:
        """The lists by the heading that they stand under."""
        return {
            FILLERS_HEADING: self.fillers,
            TO_BOT_HEADING: self.to_bot,
            GRAMMAR_HEADING: self.grammar,
        }


def read_word_file(file: Path, lists: WordLists) -> None:
    """Add the lists of `file` to `lists`. Raises KnowledgeError with every fault found."""
    faults: list[Fault] = []
    heading = ""
    for block in parse_blocks(read_utf8(file)):
        if block.kind in {"h1", "h2", "h3"}:
            heading = block.text
        elif block.kind == "bullet_list":
            for item in block.lines:
                if heading in lists.under:
                    lists.under[heading].extend(_phrases(item.text))
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
    here = (file, item.number, name)
    for phrase in (name, *_phrases(others)):
        stems = phrase_stems(phrase)
        if not stems:
            faults.append(Fault(file, item.number, f"“{phrase}” has no words; take it out."))
            continue
        other_file, line, other_name = lists.places.setdefault(stems, here)
        # Two articles may each say what they call Russia, as long as they mean the same.
        if (other_file, line) != here[:2] and (other_file == file or other_name != name):
            place = f"{other_file.parent.name}/{other_file.name}:{line}"
            message = f"“{phrase}” stands at {place} too; keep it in one group."
            faults.append(Fault(file, item.number, message))
    if file.name == NAMES_FILE:
        lists.subjects.add(name)
    lists.groups.setdefault(name, []).extend(_phrases(others))
    return faults
