"""Everything under `knowledge/`, read and checked as a whole."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.errors import Fault, KnowledgeError
from bot.knowledge.article import Article, load_article
from bot.knowledge.fact_file import FactFile, load_fact_file
from bot.knowledge.facts import Fact, Unsaid, cited_with_other_side
from bot.knowledge.summary_file import Summary, load_summary_file
from bot.knowledge.unfounded import capitalised, unfounded
from bot.knowledge.word_file import NAMES_FILE, WordLists, read_word_file
from bot.language.lexicon import Lexicon

T = TypeVar("T")


@dataclass(frozen=True)
class Knowledge:
    """Articles with their facts, open questions and summaries, and the words to read by."""

    articles: tuple[Article, ...]
    facts: tuple[Fact, ...]
    unsaid: tuple[Unsaid, ...]
    summaries: tuple[Summary, ...]
    lexicon: Lexicon

    @property
    def entries(self) -> tuple[Fact | Unsaid, ...]:
        """All that can be asked: the facts, then the questions left open."""
        return (*self.facts, *self.unsaid)


def load_knowledge(folder: Path) -> Knowledge:
    """Read the knowledge folder; each folder in it is an article.

    Raises KnowledgeError with every fault of every file.
    """
    return _Loader(folder).load()


class _Loader:
    """Reads file by file and keeps the faults, so that all are reported at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._faults: list[Fault] = []

    def load(self) -> Knowledge:
        folders = self._article_folders()
        lists = WordLists()
        for file in (self._folder / "synonyms.md", *(f / NAMES_FILE for f in folders)):
            self._try(read_word_file, file, lists)
        articles: list[Article] = []
        tables: list[FactFile] = []
        summaries: list[Summary] = []
        for folder in folders:
            article = self._try(load_article, folder)
            if article is None:
                continue
            articles.append(article)
            tables.extend(self._try_all(load_fact_file, folder / "facts.md", article))
            summaries.extend(self._try_all(load_summary_file, folder / "summary.md", article))
        self._raise_faults()
        knowledge = Knowledge(
            articles=tuple(articles),
            facts=tuple(fact for table in tables for fact in table.facts),
            unsaid=tuple(unsaid for table in tables for unsaid in table.unsaid),
            summaries=tuple(summaries),
            lexicon=Lexicon.build(
                lists.groups, lists.fillers, lists.grammar, lists.to_bot, lists.subjects
            ),
        )
        self._check_answers(knowledge)
        self._raise_faults()
        return knowledge

    def _raise_faults(self) -> None:
        if self._faults:
            raise KnowledgeError(self._faults)

    def _check_answers(self, knowledge: Knowledge) -> None:
        """No answer may name or count what its citations, with the other side's, don't hold."""
        facts = {fact.id: fact for fact in knowledge.facts}
        headlines = {article.slug: article.title for article in knowledge.articles}
        bodies = [s.text for article in knowledge.articles for s in article.sentences[1:]]
        texts = (text for entry in knowledge.entries for text in (entry.question, entry.answer))
        names = capitalised([*bodies, *texts])
        for fact in knowledge.facts:
            slug = fact.id.partition("#")[0]
            sources = [headlines[slug]]
            for citation in cited_with_other_side(fact, facts):
                sources += [citation.sentence.text, citation.speaker or ""]
            if lacking := unfounded(fact.answer, sources, knowledge.lexicon, names):
                told = ", ".join(f"“{word}”" for word in lacking)
                message = (
                    f"the answer says {told}, but no sentence that it quotes does. "
                    "Quote the sentence or reword the answer."
                )
                self._faults.append(Fault(self._folder / slug / "facts.md", fact.line, message))

    def _article_folders(self) -> list[Path]:
        try:
            folders = sorted(f for f in self._folder.iterdir() if f.is_dir() and f.name[0] != ".")
        except OSError as error:
            message = f"can't be read ({error.strerror}); set FOOTNOTE_KNOWLEDGE to a folder."
            raise KnowledgeError([Fault(self._folder, 0, message)]) from None
        if not folders:
            raise KnowledgeError([Fault(self._folder, 0, "holds no article; each is a folder.")])
        return folders

    def _try(self, read: Callable[..., T], *arguments: object) -> T | None:
        try:
            return read(*arguments)
        except KnowledgeError as error:
            self._faults.extend(error.faults)
            return None

    def _try_all(self, read: Callable[..., T], *arguments: object) -> list[T]:
        found = self._try(read, *arguments)
        return [] if found is None else [found]
