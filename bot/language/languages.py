"""Languages that an article may be written in, and guessing which one it is."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from bot.language.text import words

UNKNOWN = "en"
"""The language of a text that tells none."""

_SCRIPTS = {
    "ja": "[\\u3040-\\u30ff]",
    "ko": "[\\uac00-\\ud7af]",
    "zh": "[\\u4e00-\\u9fff]",
    "th": "[\\u0e00-\\u0e7f]",
    "el": "[\\u0370-\\u03ff]",
    "ar": "[\\u0600-\\u06ff]",
    "he": "[\\u0590-\\u05ff]",
    "hi": "[\\u0900-\\u097f]",
}
_SCRIPT = 0.3
"""Share of a text's letters that makes a script its own; Japanese mixes two."""


@dataclass(frozen=True)
class Language:
    """How a language is read; `code` is that of `article.toml` ("de").

    `stemmer` is Snowball's name for it. `grammar` are words that tell too little to count.
    """

    code: str
    stemmer: str
    grammar: frozenset[str]


@cache
def languages() -> Mapping[str, Language]:
    """The languages with words of their own, by code."""
    source = resources.files("bot.language").joinpath("languages.toml").read_text("utf-8")
    return {
        code: Language(code, table["stemmer"], frozenset(table["grammar"].split()))
        for code, table in tomllib.loads(source).items()
    }


def guess_language(text: str) -> str:
    """The code of the language that a text is written in, by its script or its small words."""
    letters = sum(map(str.isalpha, text)) or 1
    for code, script in _SCRIPTS.items():
        if len(re.findall(script, text)) > _SCRIPT * letters:
            return code
    told = Counter(words(text))
    known = languages().values()
    best = max(known, key=lambda language: sum(told[word] for word in language.grammar))
    return best.code if any(told[word] for word in best.grammar) else UNKNOWN
