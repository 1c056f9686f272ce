"""What the bot says for itself: why it gives no answer, and its part of small talk.

The texts are in the catalogues of `bot/locales`; a reply carries their keys, so that each face
says them in its reader's language.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.knowledge.article import Article
from bot.language.languages import other_language
from bot.language.small_talk import SmallTalk
from bot.wording import Wording, wordings

LISTED = 10
"""Articles that one reply names."""


@dataclass(frozen=True)
class OwnWords:
    """A text of the catalogue, and what fills its gaps: other such texts, or anything else.

    `language` is the code of the one to say it in, if that is not the reader's.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    language: str = ""


def spoken(own: Iterable[OwnWords], wording: Wording, safe: Callable[[str], str] = str) -> str:
    """Own words, a line each; `safe` makes what fills a gap harmless to show.

    `wording` is the reader's, and says what is in no language of its own or in one that the bot
    does not speak.
    """
    return "\n".join(_text(each, wordings().get(each.language, wording), safe) for each in own)


def _text(own: OwnWords, wording: Wording, safe: Callable[[str], str]) -> str:
    filled = {
        name: _text(value, wording, safe) if isinstance(value, OwnWords) else safe(str(value))
        for name, value in own.values.items()
    }
    return wording(own.key, **filled)


def in_other_language(text: str, articles: Iterable[Article]) -> tuple[OwnWords, ...]:
    """What language the articles are in, if all are in one and the text surely is not."""
    code, *others = {article.about.language for article in articles}
    asked = "" if others else other_language(text, code)
    language = {"language": OwnWords(f"language.{code}")}
    return (OwnWords("reply.other_language", language, asked),) if asked else ()


def small_talk(kinds: Iterable[SmallTalk], articles: Sequence[Article]) -> tuple[OwnWords, ...]:
    """The bot's part of small talk, beside the articles that it can be asked about."""
    return tuple(own for kind in kinds for own in _small_talk(kind, articles))


def _small_talk(kind: SmallTalk, articles: Sequence[Article]) -> tuple[OwnWords, ...]:
    if kind is SmallTalk.ARTICLE:
        return _titles(articles)
    if kind in _ABOUT_EACH:
        return _of_each(articles, _ABOUT_EACH[kind])
    if kind is SmallTalk.READ:
        return (*_of_each(articles, _link), OwnWords("talk.read"))
    return (OwnWords(f"talk.{kind}"),)


def _titles(articles: Sequence[Article]) -> tuple[OwnWords, ...]:
    if len(articles) == 1:
        return (OwnWords("talk.article", {"article": _named(articles[0])}),)
    listed = _of_each(articles, _title)
    return (OwnWords("talk.articles", {"count": len(articles)}), *listed)


def _title(article: Article) -> OwnWords:
    return OwnWords("talk.title", {"article": _named(article)})


def _of_each(
    articles: Sequence[Article], tell: Callable[[Article], OwnWords]
) -> tuple[OwnWords, ...]:
    rest = len(articles) - LISTED
    more = (OwnWords("talk.more", {"count": rest}),) if rest > 0 else ()
    return (*map(tell, articles[:LISTED]), *more)


def _named(article: Article) -> str:
    known = (f"“{article.title}”", article.about.publisher, article.about.date)
    return ", ".join(filter(None, known))


def _if_known(name: str, article: Article, value: str) -> OwnWords:
    """What is known of an article, or that it isn't."""
    key = f"talk.{name}" if value else f"talk.no_{name}"
    return OwnWords(key, {"title": article.title, name: value})


def _publisher(article: Article) -> OwnWords:
    return _if_known("publisher", article, article.about.publisher)


def _date(article: Article) -> OwnWords:
    return _if_known("date", article, article.about.date)


def _link(article: Article) -> OwnWords:
    return _if_known("link", article, article.about.url)


def _length(article: Article) -> OwnWords:
    words = sum(len(sentence.text.split()) for sentence in article.sentences)
    sentences = len(article.sentences)
    values = {"title": article.title, "words": words, "sentences": sentences}
    return OwnWords("talk.length", values)


_ABOUT_EACH: Mapping[SmallTalk, Callable[[Article], OwnWords]] = {
    SmallTalk.PUBLISHER: _publisher,
    SmallTalk.DATE: _date,
    SmallTalk.LINK: _link,
    SmallTalk.LENGTH: _length,
}
