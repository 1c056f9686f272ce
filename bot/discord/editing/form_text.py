"""What is in the form of a fact, as text: from a draft and to one, and back from a message."""

import re
from collections.abc import Mapping
from typing import TypeAlias

from discord import ui

from bot.editing.edits import FactDraft
from bot.editing.refusals import EditError, Problem
from bot.knowledge.article import Article
from bot.knowledge.facts import ANSWER_LIMIT, QUESTION_LIMIT
from bot.knowledge.quotation import ARTICLE_SPEAKER
from bot.language.text import squeeze
from bot.wording import wordings

Typed: TypeAlias = Mapping[str, str]
"""What is in the form, by the names of its fields."""

FIELDS = {"question": QUESTION_LIMIT, "answer": ANSWER_LIMIT}
FIELDS |= {"quoted": 900, "speaker": 100, "phrasings": 1800}
"""The most characters of each field. Together they fit into one message, with room for faults."""

_BOX = re.compile(r"\*\*(.+)\*\*\n```\n(.*)\n```", re.DOTALL)
_FENCE = "```"
_DASH = " — "
# As long as the pair, so that a full form goes back into one message.
_PAIR, _PARTED = "``", "`\N{MODIFIER LETTER GRAVE ACCENT}"


def speakers_of(article: Article) -> list[str]:
    """Whom words of an article may be attributed to; first the article itself."""
    return [ARTICLE_SPEAKER, *article.sides]


def text_box(label: str, text: str) -> str:
    """Typed text as a block in which no markup or mention lives."""
    return f"**{label}**\n{_FENCE}\n{text.replace(_PAIR, _PARTED)}\n{_FENCE}"


def typed_in(refused: ui.LayoutView) -> Typed:
    """What was typed, from the boxes of a refusal in whatever language."""
    names = {w(f"form.{name}"): name for w in wordings().values() for name in FIELDS}
    shown = refused.walk_children()
    texts = (item.content for item in shown if isinstance(item, ui.TextDisplay))
    boxes = filter(None, map(_BOX.fullmatch, texts))
    return {names[box[1]]: box[2].replace(_PARTED, _PAIR) for box in boxes}


def typed_of(draft: FactDraft | None) -> Typed:
    """A fact as it fills the form: who is not chosen for all stands behind their own words."""
    if draft is None:
        return {}
    chosen = draft.quotations[0][1] if draft.quotations else ""
    return {
        "question": draft.question,
        "answer": draft.answer,
        "quoted": "\n".join(
            quoted if speaker == chosen else f"{quoted}{_DASH}{speaker}"
            for quoted, speaker in draft.quotations
        ),
        "speaker": chosen,
        "phrasings": "\n".join(draft.phrasings),
    }


def draft_of(typed: Typed, article: Article, base: FactDraft | None) -> FactDraft:
    """What was typed as a fact or, without a field for quoted words, as an open question.

    `base` is what it takes the place of. Raises EditError if there are no words in the field.
    """
    quoted = _lines(typed.get("quoted", ""))
    if not quoted and "quoted" in typed:
        raise EditError(Problem("quoted", "is empty. Copy words of the article into it."))
    return FactDraft(
        question=squeeze(typed["question"]),
        answer=squeeze(typed["answer"]),
        quotations=tuple(_said(line, typed["speaker"], article) for line in quoted),
        phrasings=tuple(_lines(typed["phrasings"])),
        disputed_by=base.disputed_by if base else (),
    )


def _said(line: str, chosen: str, article: Article) -> tuple[str, str]:
    """Quoted words and who says them: whom the line names behind a dash, or who was chosen."""
    quoted, _, named = line.rpartition(_DASH)
    return (quoted, named) if quoted and named in speakers_of(article) else (line, chosen)


def _lines(text: str) -> list[str]:
    return [line for line in map(squeeze, text.splitlines()) if line]
