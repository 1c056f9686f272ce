"""Editing the text of a `facts.md` in place; comments and all other text stay as they are.

What people type is cleaned, so that it can't become another part of the file, and the new text
must pass the same checks as the file itself.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from bot.editing.layout import FactLayout
from bot.editing.refusals import EditError, Field, Problem, explained
from bot.errors import KnowledgeError
from bot.knowledge.article import Article
from bot.knowledge.disputes import DISPUTED_BY, DISPUTES, FACT_LINK, disputed, is_link
from bot.knowledge.fact_file import OPEN_HEADING, Entry, read_facts
from bot.knowledge.facts import question_slug
from bot.knowledge.file_names import FACTS_FILE
from bot.knowledge.markdown import Block
from bot.knowledge.quotation import (
    ARTICLE_SPEAKER,
    cited_by_number,
    fragment_problem,
    named_speaker,
)
from bot.language.markup import LINK
from bot.language.text import squeeze, words

FILE = Path(FACTS_FILE)
"""The file that faults name: a text checked before it is written has no path yet."""

# A link keeps its text; addresses, tags and mentions are dropped.
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_TAG = re.compile(r"</?[a-z!@#:][^<>]*>", re.IGNORECASE)
_LIVE = str.maketrans({"`": "'", "<": "‹", ">": "›", "[": "(", "]": ")"})
_START = re.compile(rf"^(?:[#›\-+*=~_\s]|{DISPUTED_BY}|{DISPUTES})+")
_ORDERED = re.compile(r"^(\d{1,9})[.)](?=\s|$)")


@dataclass(frozen=True)
class FactDraft:
    """A fact as an editor sees it or, if it quotes nothing, an open question.

    `quotations` are the quoted words and who says them ("" is the article itself); `disputed_by`
    are the anchors of the questions that put the other side.
    """

    question: str
    answer: str
    quotations: tuple[tuple[str, str], ...]
    phrasings: tuple[str, ...] = ()
    disputed_by: tuple[str, ...] = ()


def read_draft(source: str, slug: str) -> FactDraft:
    """The fact or open question whose question has the anchor `slug`, to be edited.

    Raises EditError if there is none.
    """
    layout = FactLayout(source)
    return _draft(layout, _entry(layout, slug))


def add_phrasing(source: str, article: Article, slug: str, phrasing: str) -> str:
    """The text with one more phrasing of a fact or of an open question.

    Raises EditError if the phrasing can't be used or there is no such question; KnowledgeError if
    the file had faults before.
    """
    layout = FactLayout(source)
    text = _clean(phrasing)
    _refuse_taken(layout, FactDraft("", "", (), (text,)))
    return _edited(source, article, layout.apply([layout.add_items(_entry(layout, slug), [text])]))


def add_open_question(
    source: str, article: Article, question: str, answer: str, phrasings: Iterable[str]
) -> str:
    """The text with one more question that the article leaves open.

    Raises EditError if something of it can't be used, KnowledgeError if the file had faults
    before.
    """
    layout = FactLayout(source)
    draft = _cleaned(FactDraft(question, answer, (), tuple(phrasings)), article)
    blocks = _blocks(layout, draft)
    _refuse_taken(layout, draft)
    behind = layout.end_of_open_questions()
    if not behind:
        behind, blocks = layout.end_of_file(), [f"## {OPEN_HEADING}", *blocks]
    return _edited(source, article, layout.apply([layout.add_blocks(behind, blocks)]))


def add_fact(source: str, article: Article, draft: FactDraft) -> str:
    """The text with one more fact, behind the last one.

    Raises EditError if something of it can't be used, KnowledgeError if the file had faults
    before.
    """
    layout = FactLayout(source)
    draft = _cleaned(draft, article)
    _refuse_taken(layout, draft)
    edit = layout.add_blocks(layout.end_of_facts(), _blocks(layout, draft))
    return _edited(source, article, layout.apply([edit]))


def edit_entry(source: str, article: Article, slug: str, draft: FactDraft) -> str:
    """The text with a fact or open question as in `draft`; what is the same in both isn't touched.

    If the question changes, links to it follow. Raises EditError if something can't be used or
    there is no such entry, KnowledgeError if the file had faults before.
    """
    layout = FactLayout(source)
    fact = _entry(layout, slug)
    old = _draft(layout, fact)
    new = _cleaned(draft, article, old)
    _refuse_taken(layout, new, but=fact)
    quotes, disputes = _of_kind(fact, "blockquote"), _disputes(fact)
    behind = layout.end([*_answers(fact), *quotes], fact.heading.number)
    edits = [
        *layout.swap(_answers(fact), [old.answer], [new.answer], behind),
        *layout.swap(quotes, _quotes(old), _quotes(new), behind),
        *layout.swap(disputes, _dispute(layout, old), _dispute(layout, new), behind),
        *layout.drop_items(fact, new.phrasings),
    ]
    if new.question != old.question:
        edits.append(layout.reword(fact, new.question))
    if fresh := [text for text in new.phrasings if text not in old.phrasings]:
        edits.append(layout.add_items(fact, fresh))
    return _edited(source, article, _relinked(layout.apply(edits), slug, new.question))


def remove_entry(source: str, article: Article, slug: str) -> str:
    """The text without a fact or open question, and without links to it.

    Raises EditError if there is no such entry or it is the last fact.
    """
    layout = FactLayout(source)
    entry = _entry(layout, slug)
    if all(other.is_open or other is entry for other in layout.entries):
        raise EditError(Problem("", "This is the last fact of its article. Add another first."))
    edits = [layout.drop(entry)]
    for other in layout.entries:
        links = [block for block in other.blocks if disputed(block) == slug]
        edits += layout.swap(links, [block.text for block in links], [], other.heading.number)
        draft = _draft(layout, other)
        if other is not entry and slug in draft.disputed_by:
            kept = replace(draft, disputed_by=tuple(s for s in draft.disputed_by if s != slug))
            lines = _dispute(layout, draft), _dispute(layout, kept)
            edits += layout.swap(_disputes(other), *lines, other.heading.number)
    return _edited(source, article, layout.apply(edits))


def _edited(old: str, article: Article, new: str) -> str:
    """The new text, through the guard."""
    try:
        read_facts(new, FILE, article)
    except KnowledgeError as error:
        # If the file had faults before, report those, by their lines.
        read_facts(old, FILE, article)
        raise explained(error, FILE, old, new, article) from None
    return new


def _refuse_taken(layout: FactLayout, draft: FactDraft, but: Entry | None = None) -> None:
    """Raise EditError if another entry already has its question or one of its phrasings."""
    owners = {
        " ".join(words(text)): entry.heading.text
        for entry in layout.entries
        if entry is not but
        for text in (entry.heading.text, *(item.text for item in layout.items(entry)))
    }
    asked: list[tuple[Field, str]] = [("question", draft.question)]
    for field, text in [*asked, *(("phrasings", text) for text in draft.phrasings)]:
        if owner := owners.get(" ".join(words(text))):
            message = f"“{text}” already asks “{owner}”. Word it otherwise or edit that entry."
            raise EditError(Problem(field, message))


def _entry(layout: FactLayout, slug: str) -> Entry:
    entry = layout.entry(slug)
    if entry is None:
        raise EditError(Problem("", "There is no such question any more. Look it up again."))
    return entry


def _of_kind(entry: Entry, kind: str) -> list[Block]:
    return [block for block in entry.blocks if block.kind == kind]


def _answers(entry: Entry) -> list[Block]:
    return [b for b in _of_kind(entry, "paragraph") if not is_link(b)]


def _disputes(entry: Entry) -> list[Block]:
    return [b for b in _of_kind(entry, "paragraph") if b.text.startswith(DISPUTED_BY)]


def _draft(layout: FactLayout, fact: Entry) -> FactDraft:
    quotes = _of_kind(fact, "blockquote")
    quoted = [[line.text for line in block.lines] for block in quotes if block.lines]
    return FactDraft(
        question=fact.heading.text,
        answer=" ".join(block.text for block in _answers(fact)),
        quotations=tuple((" ".join(lines[:-1]), named_speaker(lines[-1])) for lines in quoted),
        phrasings=tuple(item.text for item in layout.items(fact)),
        disputed_by=tuple(slug for b in _disputes(fact) for slug in FACT_LINK.findall(b.text)),
    )


def _blocks(layout: FactLayout, draft: FactDraft) -> list[str]:
    """A draft as the blocks of the file."""
    items = ["\n".join(f"- {text}" for text in draft.phrasings)] if draft.phrasings else []
    return [
        f"### {draft.question}",
        draft.answer,
        *_quotes(draft),
        *_dispute(layout, draft),
        *items,
    ]


def _quotes(draft: FactDraft) -> list[str]:
    return [f"> {quoted}\n> — {speaker}" for quoted, speaker in draft.quotations]


def _dispute(layout: FactLayout, draft: FactDraft) -> list[str]:
    links = (f"[{_entry(layout, s).heading.text}](#{s})" for s in draft.disputed_by)
    return [f"{DISPUTED_BY} {', '.join(links)}"] if draft.disputed_by else []


def _relinked(source: str, slug: str, question: str) -> str:
    """The text with the links to a question that was reworded."""
    new = question_slug(question)
    if new == slug:
        return source
    layout = FactLayout(source)
    named = [b for e in layout.entries for b in e.blocks if disputed(b) == slug]
    texts = [block.text for block in named], [f"{DISPUTES} {question}"] * len(named)
    link = re.compile(rf"\[[^\]]*\]\(#{re.escape(slug)}\)")
    return link.sub(lambda _: f"[{question}](#{new})", layout.apply(layout.swap(named, *texts, 0)))


def _cleaned(draft: FactDraft, article: Article, old: FactDraft | None = None) -> FactDraft:
    """A draft that can't break the file; what is there already is taken as it is."""
    kept = {old.question, old.answer, *old.phrasings, *old.quotations} if old else set()
    question, answer, *phrasings = (
        text if text in kept else _clean(text)
        for text in (draft.question, draft.answer, *draft.phrasings)
    )
    first = {" ".join(words(text)): text for text in reversed([question, *phrasings])}
    return replace(
        draft,
        question=question,
        answer=answer,
        quotations=tuple(
            pair if pair in kept else _clean_quotation(*pair, article) for pair in draft.quotations
        ),
        phrasings=tuple(text for key, text in reversed(first.items()) if key and text != question),
    )


def _clean(text: str) -> str:
    """Text on one line that starts no part of a file and holds no live markup or link."""
    plain = _TAG.sub(" ", LINK.sub(" ", _LINK.sub(r"\1", squeeze(text))))
    line = _START.sub("", squeeze(plain.translate(_LIVE)))
    # Markdown reads number signs at the end of a heading as part of its markup.
    return _ORDERED.sub(r"\1:", line).rstrip("# ")


def _clean_quotation(quoted: str, speaker: str, article: Article) -> tuple[str, str]:
    """Quoted words as they are, without marks around them that the article doesn't have.

    The guard compares them with the article, so nothing else can be in them.
    """
    if sentence := cited_by_number(quoted, article):
        return sentence.text, _clean(speaker) or ARTICLE_SPEAKER
    line = squeeze(quoted).lstrip("#>-+*=~_`<[ ")
    bare = line.strip("\"'“”‘’« »")
    if fragment_problem(line, article) and not fragment_problem(bare, article):
        line = bare
    return line, _clean(speaker) or ARTICLE_SPEAKER
