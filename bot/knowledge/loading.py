"""Reads the knowledge folder: each folder in it is an article, with its own facts and names."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from bot.errors import Fault, KnowledgeError
from bot.files import exists
from bot.knowledge.article import Article, load_article
from bot.knowledge.fact_file import FactFile, load_fact_file
from bot.knowledge.facts import Fact, OpenQuestion, cited_with_other_side
from bot.knowledge.file_names import (
    FACTS_FILE,
    NAMES_FILE,
    OPEN_QUESTIONS_FILE,
    SUMMARY_FILE,
    SYNONYMS_FILE,
)
from bot.knowledge.first_summary import completed
from bot.knowledge.open_question_file import GeneralQuestion, load_open_question_file
from bot.knowledge.summary_file import Summary, load_summary_file
from bot.knowledge.unfounded import capitalised, unfounded
from bot.knowledge.word_file import WordLists, read_word_file
from bot.language.lexicon import Lexicon
from bot.language.text import words

T = TypeVar("T")


@dataclass(frozen=True)
class Knowledge:
    """One article with its facts, open questions and summary, and the words to read it by.

    `meant` are the names that pronouns of a sentence stand for, by its number.
    """

    article: Article
    facts: tuple[Fact, ...]
    open_questions: tuple[OpenQuestion, ...]
    summary: Summary
    names: tuple[str, ...]
    lexicon: Lexicon
    meant: Mapping[int, str] = field(default_factory=dict)

    @property
    def entries(self) -> tuple[Fact | OpenQuestion, ...]:
        """All that can be asked: the facts, then the open questions."""
        return (*self.facts, *self.open_questions)


@dataclass(frozen=True)
class Collection:
    """The articles of a knowledge folder, the general words and the general open questions.

    `faults` are those of the articles that were left out.
    """

    parts: tuple[Knowledge, ...]
    lexicon: Lexicon
    general: tuple[GeneralQuestion, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def articles(self) -> tuple[Article, ...]:
        """The articles, by the names of their folders."""
        return tuple(part.article for part in self.parts)

    @cached_property
    def lexicons(self) -> Mapping[str, Lexicon]:
        """The words to read each article by, by its slug."""
        return {part.article.slug: part.lexicon for part in self.parts}

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts of all articles."""
        return tuple(fact for part in self.parts for fact in part.facts)

    @property
    def open_questions(self) -> tuple[OpenQuestion, ...]:
        """The open questions of all articles."""
        return tuple(entry for part in self.parts for entry in part.open_questions)

    @property
    def entries(self) -> tuple[Fact | OpenQuestion, ...]:
        """All that can be asked: the facts, then the open questions."""
        return (*self.facts, *self.open_questions)

    def faults_of(self, slug: str) -> tuple[Fault, ...]:
        """The faults of an article's folder and its files."""
        named = ((fault, (fault.file.name, fault.file.parent.name)) for fault in self.faults)
        return tuple(fault for fault, names in named if slug in names)


def load_collection(folder: Path, known: Collection | None = None) -> Collection:
    """Read the knowledge folder; an article with a fault is left out.

    If something is known, the general words and open questions are taken from there, and its
    articles, which are in no folder here, are added. Raises KnowledgeError with every fault if
    the general words or open questions can't be read, or no article can.
    """
    loader = _Loader()
    files = [loader.attempt(_read_files, each) for each in _article_folders(folder)]
    known = known or _without_articles(loader, folder)
    parts = [loader.attempt(_knowledge, read, known.lexicon) for read in files if read]
    sound = sorted([*filter(None, parts), *known.parts], key=lambda part: part.article.slug)
    if not sound:
        raise KnowledgeError(loader.faults)
    return replace(known, parts=tuple(sound), faults=tuple(loader.faults))


def _without_articles(loader: "_Loader", folder: Path) -> Collection:
    """The general words and open questions."""
    file = folder / OPEN_QUESTIONS_FILE
    questions = loader.attempt(load_open_question_file, file) if exists(file) else ()
    lists = loader.attempt(read_word_file, folder / SYNONYMS_FILE)
    if questions is None or lists is None:
        raise KnowledgeError(loader.faults)
    return Collection((), lists.lexicon(), questions)


def load_knowledge(folder: Path) -> Collection:
    """Read the knowledge folder. Raises KnowledgeError with every fault of every file."""
    collection = load_collection(folder)
    if collection.faults:
        raise KnowledgeError(list(collection.faults))
    return collection


def load_article_folder(folder: Path, general: Lexicon) -> Knowledge:
    """Read one article. Raises KnowledgeError with every fault of its files."""
    return _knowledge(_read_files(folder), general)


def _article_folders(folder: Path) -> list[Path]:
    try:
        folders = sorted(f for f in folder.iterdir() if f.is_dir() and f.name[0] not in "._")
    except OSError as error:
        message = f"can't be read ({error.strerror}); set FOOTNOTE_KNOWLEDGE to a folder."
        raise KnowledgeError([Fault(folder, 0, message)]) from None
    if not folders:
        raise KnowledgeError([Fault(folder, 0, "holds no article; each is a folder.")])
    return folders


class _Loader:
    """Reads part by part and collects the faults, so that all are reported at once."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def attempt(self, read: Callable[..., T], *arguments: object) -> T | None:
        """What `read` returns, or None if it raises KnowledgeError."""
        try:
            return read(*arguments)
        except KnowledgeError as error:
            self.faults.extend(error.faults)
            return None

    def attempt_file(self, read: Callable[..., T], file: Path, *arguments: object) -> T | None:
        """What `read` returns for a file, or None if it is left out."""
        return self.attempt(read, file, *arguments) if exists(file) else None


@dataclass(frozen=True)
class _Files:
    """What the files of an article hold."""

    folder: Path
    article: Article
    names: WordLists
    table: FactFile
    summary: Summary


def _read_files(folder: Path) -> _Files:
    """Read the files of an article. Raises KnowledgeError with every fault in them."""
    loader = _Loader()
    names = loader.attempt_file(read_word_file, folder / NAMES_FILE)
    article = loader.attempt(load_article, folder)
    table, summary = None, None
    if article:
        table = loader.attempt_file(load_fact_file, folder / FACTS_FILE, article)
        summary = loader.attempt_file(load_summary_file, folder / SUMMARY_FILE, article)
        loader.faults += _missing_words(names, article, folder / NAMES_FILE) if names else ()
    if loader.faults or not article:
        raise KnowledgeError(loader.faults)
    return _Files(
        folder,
        article,
        names or WordLists({}, {}, {}),
        table or FactFile((), ()),
        summary or Summary(article.slug, ()),
    )


def _missing_words(names: WordLists, article: Article, file: Path) -> Iterator[Fault]:
    """A word that stands for a name must be in its sentence."""
    texts = {sentence.number: words(sentence.text) for sentence in article.sentences}
    for meant in names.meant:
        if meant.sentence not in texts:
            message = f"there is no sentence {meant.sentence}; the last one is {max(texts)}."
            yield Fault(file, meant.line, message)
        elif not set(words(meant.word)) <= set(texts[meant.sentence]):
            message = f"sentence {meant.sentence} has no “{meant.word}”; look its number up again."
            yield Fault(file, meant.line, message)


def _knowledge(files: _Files, general: Lexicon) -> Knowledge:
    """One article as it is answered from. Raises KnowledgeError if an answer is unfounded."""
    groups = files.names.groups
    knowledge = Knowledge(
        article=files.article,
        facts=files.table.facts,
        open_questions=files.table.open_questions,
        summary=completed(files.summary, files.article, files.table.facts),
        names=tuple(n for name, others in groups.items() for n in (name, *others)),
        lexicon=general.of(files.article.about.language).with_names(groups, files.names.kinds),
        meant=_meant(files.names, files.article),
    )
    if faults := list(_unfounded_answers(knowledge, files.folder / FACTS_FILE)):
        raise KnowledgeError(faults)
    return knowledge


_BYLINE = "the author, journalist, reporter and writer who wrote the article"
"""What a byline is asked for by."""


def _meant(names: WordLists, article: Article) -> Mapping[int, str]:
    """The names that are meant in each sentence, and what a byline tells."""
    by_sentence: defaultdict[int, list[str]] = defaultdict(list)
    for meant in names.meant:
        by_sentence[meant.sentence].append(meant.name)
    for sentence in article.bylines:
        by_sentence[sentence.number].append(_BYLINE)
    return {number: ", ".join(names) for number, names in by_sentence.items()}


def _unfounded_answers(knowledge: Knowledge, file: Path) -> Iterator[Fault]:
    """An answer may only have names and numbers of its citations, the other side's included."""
    article, facts = knowledge.article, {fact.id: fact for fact in knowledge.facts}
    bodies = [sentence.text for sentence in article.sentences[1:]]
    texts = (text for entry in knowledge.entries for text in (entry.question, entry.answer))
    names = capitalised([*bodies, *texts])
    for fact in knowledge.facts:
        sources = [article.title]
        for citation in cited_with_other_side(fact, facts):
            sentence = citation.sentence
            meant = knowledge.meant.get(sentence.number, "")
            sources += [sentence.text, citation.speaker or "", meant]
        if lacking := unfounded(fact.answer, sources, knowledge.lexicon, names):
            quoted = ", ".join(f"“{word}”" for word in lacking)
            yield Fault(
                file,
                fact.line,
                f"the answer says {quoted}, but no sentence that it quotes does. "
                "Quote the sentence or reword the answer.",
            )
