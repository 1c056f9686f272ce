"""What is valid in a knowledge folder but looks wrong: the warnings of `footnote check`."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from bot.editing.drafts import drafted, quotable
from bot.errors import Fault
from bot.knowledge.disputes import is_link
from bot.knowledge.fact_file import DRAFT_MARK, Entry, fact_entries
from bot.knowledge.facts import Citation, Fact, OpenQuestion, question_slug
from bot.knowledge.file_names import ARTICLE_FILE, FACTS_FILE
from bot.knowledge.loading import Knowledge
from bot.knowledge.markdown import Line, parse_blocks, read_utf8
from bot.knowledge.unfounded import capitalised
from bot.language.languages import ENGLISH
from bot.language.lexicon import Lexicon
from bot.language.spelling import Speller
from bot.language.text import stem, words
from bot.routing.library import Library
from bot.routing.reply import Reply


@dataclass(frozen=True, eq=False)
class _Asked:
    """A heading or phrasing, the file and line it is on, and the entry that it asks."""

    text: str
    file: Path
    line: int
    entry: Fact | OpenQuestion

    def warning(self, message: str) -> Fault:
        return _warning(self.file, self.line, f"“{self.text}” {message}")


Watch: TypeAlias = "Callable[[Sequence[_Asked]], Iterable[_Asked]]"
"""Goes through the questions, and may show progress."""


def lint(folder: Path, library: Library, watch: Watch = iter) -> tuple[Fault, ...]:
    """The warnings for the knowledge folder that `library` answers from, in order.

    Raises KnowledgeError if a file can't be read any more.
    """
    parts = library.collection.parts
    found = (_lint(folder / part.article.slug, part, library, watch) for part in parts)
    return tuple(sorted(chain.from_iterable(found)))


def _lint(folder: Path, part: Knowledge, library: Library, watch: Watch) -> Iterator[Fault]:
    """The warnings for one article, alone."""
    file = folder / FACTS_FILE
    every = list(fact_entries(parse_blocks(read_utf8(file)))) if file.exists() else []
    yield from _uncited(folder, part, frozenset(drafted(every)))
    yield from _unfinished(file, every)
    yield from _two_voices(file, part.facts)
    entries = [entry for entry in every if not entry.draft]
    asked = list(_asked(file, entries, part))
    if part.lexicon.code == ENGLISH:
        yield from _misspelt(file, entries, _names(part), part.lexicon)
    alike = list(_alike(asked, part.lexicon))
    paired = {each for pair in alike for each in pair}
    ask = partial(library.ask, scope={part.article.slug})
    yield from (_same(*pair, ask) for pair in alike)
    yield from filter(None, (_stray(each, ask) for each in watch(asked) if each not in paired))


def _warning(file: Path, line: int, message: str) -> Fault:
    return Fault(file, line, f"warning: {message}")


def _asked(file: Path, entries: Iterable[Entry], part: Knowledge) -> Iterator[_Asked]:
    known = {entry.id: entry for entry in part.entries}
    for entry in entries:
        owner = known.get(f"{part.article.slug}#{question_slug(entry.heading.text)}")
        # The file may have been edited since the knowledge was read from it.
        if owner:
            for line in (entry.heading, *_lines(entry, "bullet_list")):
                yield _Asked(line.text, file, line.number, owner)


def _lines(entry: Entry, *kinds: str) -> Iterator[Line]:
    for block in entry.blocks:
        if block.kind in kinds and not is_link(block):
            yield from block.lines


def _uncited(folder: Path, part: Knowledge, to_finish: Collection[str]) -> Iterator[Fault]:
    """The sentences that an article with facts has none for, finished or to finish."""
    article = part.article
    if not part.facts:
        return
    cited = {citation.sentence for fact in part.facts for citation in fact.citations}
    for sentence in article.sentences:
        if sentence not in cited and quotable(sentence) not in to_finish:
            line = article.source.count("\n", 0, sentence.start) + 1
            message = f"no fact cites “{sentence.text}”; write one that does."
            yield _warning(folder / ARTICLE_FILE, line, message)


def _unfinished(file: Path, entries: Iterable[Entry]) -> Iterator[Fault]:
    """One warning for all drafts, at the first of them."""
    drafts = [entry for entry in entries if entry.draft]
    if drafts:
        message = (
            f"facts to finish: {len(drafts)}, of which this is the first. They are not read until "
            f"their mark “{DRAFT_MARK}” is taken away."
        )
        yield _warning(file, drafts[0].heading.number, message)


def _two_voices(file: Path, facts: Iterable[Fact]) -> Iterator[Fault]:
    """The sentences that two facts have said by different speakers."""
    first: dict[str, tuple[Citation, Fact]] = {}
    for fact in facts:
        for citation in fact.citations:
            before, where = first.setdefault(citation.sentence.text, (citation, fact))
            if before.speaker != citation.speaker:
                here, there = (c.speaker or "the article" for c in (citation, before))
                message = (
                    f"“{citation.sentence.text}” is said by {here} here, and by {there} in line "
                    f"{where.line}; a sentence has one speaker, whose claim it is as a whole."
                )
                yield _warning(file, fact.line, message)


def _alike(asked: Iterable[_Asked], lexicon: Lexicon) -> Iterator[tuple[_Asked, _Asked]]:
    """What is read as the very terms that ask an earlier entry with other sentences, and that."""
    seen: defaultdict[tuple[str, ...], list[_Asked]] = defaultdict(list)
    for each in asked:
        terms = tuple(term.key for term in lexicon.terms(words(each.text)))
        others = (other for other in seen[terms] if _cited(other.entry) != _cited(each.entry))
        if terms and (other := next(others, None)):
            yield each, other
        seen[terms].append(each)


def _same(asked: _Asked, other: _Asked, ask: Callable[[str], Reply]) -> Fault:
    """Two places of one question, and which of them gives way."""
    place = f"{other.file.parent.name}/{other.file.name}:{other.line}"
    loser = other if _gives(ask(asked.text), asked.entry) else asked
    return asked.warning(
        f"reads the same as “{other.text}” ({place}); “{loser.entry.question}” gives way. "
        "Reword one of them or take it out."
    )


def _gives(reply: Reply, entry: Fact | OpenQuestion) -> bool:
    if isinstance(entry, OpenQuestion):
        return reply.answer == entry.answer
    return _cited(entry) <= _sentences(reply.citations)


def _stray(asked: _Asked, ask: Callable[[str], Reply]) -> Fault | None:
    """A fact that is asked for in its own words and does not answer.

    What asks an open question in its own words is always declined.
    """
    reply = ask(asked.text)
    if isinstance(asked.entry, OpenQuestion) or _cited(asked.entry) <= _sentences(reply.citations):
        return None
    return asked.warning("is not answered; reword it or add phrasings like it.")


def _cited(entry: Fact | OpenQuestion) -> frozenset[tuple[str, int]]:
    return _sentences(entry.citations if isinstance(entry, Fact) else ())


def _sentences(citations: Iterable[Citation]) -> frozenset[tuple[str, int]]:
    return frozenset((c.sentence.article, c.sentence.number) for c in citations)


def _names(part: Knowledge) -> frozenset[str]:
    """The words of the names that the editors list, and of those that the article uses."""
    used = capitalised(sentence.text for sentence in part.article.sentences)
    return used.union(word for name in part.names for word in words(name))


def _misspelt(
    file: Path, entries: Iterable[Entry], names: frozenset[str], lexicon: Lexicon
) -> Iterator[Fault]:
    speller = Speller(dict.fromkeys(names, 1))
    known = {stem(word) for word in names | lexicon.vocabulary}
    for entry in entries:
        for line in (entry.heading, *_lines(entry, "paragraph", "bullet_list")):
            for word in dict.fromkeys(words(line.text)):
                meant = word if stem(word) in known else speller.correct(word)
                if meant != word:
                    message = f"“{word}” looks like “{meant}” misspelt; correct it"
                    yield _warning(file, line.number, f"{message} or add it to names.md.")
