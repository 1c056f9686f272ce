"""Summaries for styles that no editor has written: first sentences, figures, dates."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from bot.knowledge.article import Article, Sentence, is_byline
from bot.knowledge.facts import Citation, Fact
from bot.knowledge.summary_file import Summary, SummaryLine
from bot.language.languages import Language, language_of

_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*")
_BRIEF = 3
_DAYS = 31
_LONG = 6
"""Sentences at most of a brief summary, and of one of figures or dates."""


def completed(summary: Summary, article: Article, facts: Sequence[Fact]) -> Summary:
    """A summary with the styles that no editor has written; `facts` say who says a sentence."""
    made = {line.style for line in summary.lines}
    speakers = {c.sentence: c.speaker for fact in facts for c in fact.citations}
    lines = [
        SummaryLine(style, "", Citation(sentence, speakers.get(sentence)))
        for style, sentences in _chosen(article).items()
        if style not in made
        for sentence in sentences
    ]
    return Summary(summary.article, (*summary.lines, *lines))


def _chosen(article: Article) -> Mapping[str, Sequence[Sentence]]:
    language = language_of(article.about.language)
    body = [sentence for sentence in article.sentences[1:] if not is_byline(sentence.text)]
    return {
        "brief": body[:_BRIEF],
        "numbers": list(islice(_with_figures(body, language), _LONG)),
        "timeline": list(islice(_with_dates(body, language), _LONG)),
    }


def _with_figures(sentences: Sequence[Sentence], language: Language) -> Iterator[Sentence]:
    """The sentences with a number that is no year or day."""
    for sentence in sentences:
        tokens = _tokens(sentence)
        dated = {n for n, token in enumerate(tokens) if token in language.dates}
        days = {n for n, token in enumerate(tokens) if _is_day(token) and dated & {n - 1, n + 1}}
        figures = (token for n, token in enumerate(tokens) if token[0].isdigit() and n not in days)
        if not all(map(_is_year, figures)):
            yield sentence


def _with_dates(sentences: Sequence[Sentence], language: Language) -> Iterator[Sentence]:
    for sentence in sentences:
        if any(token in language.dates or _is_year(token) for token in _tokens(sentence)):
            yield sentence


def _tokens(sentence: Sentence) -> list[str]:
    """Words without capitals, and numbers as they are written: "1,900" is no year."""
    return _TOKEN.findall(sentence.text.casefold())


def _is_year(token: str) -> bool:
    return token.isdecimal() and len(token) == 4 and "1500" <= token <= "2100"


def _is_day(token: str) -> bool:
    return token.isdecimal() and int(token) <= _DAYS
