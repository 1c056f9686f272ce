"""Summaries that an article has before an editor makes any: of its first sentences, its figures
and its dates. A style that an editor has made stays as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from bot.knowledge.article import Article, Sentence
from bot.knowledge.facts import Citation, Fact
from bot.knowledge.summary_file import Summary, SummaryLine
from bot.language.languages import Language, language_of
from bot.language.text import words

_BRIEF = 3
_DAYS = 31
_LONG = 6
"""Sentences at the most of a brief summary, and of one of figures or dates."""


def completed(summary: Summary, article: Article, facts: Sequence[Fact]) -> Summary:
    """A summary with the styles that no editor has made; who says a sentence, `facts` tell."""
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
    language, body = language_of(article.about.language), article.sentences[1:]
    return {
        "brief": body[:_BRIEF],
        "numbers": list(islice(_with_figures(body, language), _LONG)),
        "timeline": list(islice(_with_dates(body, language), _LONG)),
    }


def _with_figures(sentences: Sequence[Sentence], language: Language) -> Iterator[Sentence]:
    """The sentences with a number that is no year or day."""
    for sentence in sentences:
        told = words(sentence.text)
        dated = {n for n, word in enumerate(told) if word in language.dates}
        near = {n + step for n in dated for step in (-1, 0, 1)}
        days = {n for n in near if 0 <= n < len(told) and _is_day(told[n])}
        figures = (word for n, word in enumerate(told) if word[0].isdigit() and n not in days)
        if not all(map(_is_year, figures)):
            yield sentence


def _is_day(word: str) -> bool:
    return word.isdecimal() and int(word) <= _DAYS


def _with_dates(sentences: Sequence[Sentence], language: Language) -> Iterator[Sentence]:
    for sentence in sentences:
        if any(word in language.dates or _is_year(word) for word in words(sentence.text)):
            yield sentence


def _is_year(word: str) -> bool:
    return word.isdecimal() and len(word) == 4 and "1500" <= word <= "2100"
