"""Plain text: reading look-alike letters, folding spellings, and cutting text into words."""

import re
import unicodedata
from functools import cache, lru_cache

import Stemmer

# Typographic variants that people don't type.
_FOLDED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʼ`´′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "\N{HORIZONTAL ELLIPSIS}": " ",
    }
)
_UNITED_STATES = re.compile(r"\bU\.\s?S\.(?:\s?A\.)?(?!\w)|\bUSA?\b")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
# Default_Ignorable_Code_Point of the Unicode Character Database: fonts show nothing for them.
_IGNORABLE = re.compile(
    "[\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e"
    "\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufff8\\U0001bca0-\\U0001bca3"
    "\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff]"
)
_TURKISH = str.maketrans("İı", "Ii")
# Cyrillic and Greek letters that look like a Latin one; the list of Unicode's report 39, shortened.
_LOOK_ALIKE = str.maketrans(
    "аеорсухіјѕԁһӏԛԝАВЕКМНОРСТУХІЈЅοανρυικτχγΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhlqwABEKMHOPCTYXIJSoavpuiktxyABEZHIKMNOPTYX",
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""A control character other than a tab or a line feed: some make a terminal do things."""

_ALIKE = re.compile(f"[{''.join(map(chr, _LOOK_ALIKE))}]")
LETTERS = re.compile(r"[^\W\d_]+")
"""A run of letters."""

_LATIN = re.compile(r"[a-zA-Z]")
_DOTTED = re.compile("([iI])\N{COMBINING DOT ABOVE}+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_THOUSAND_SUFFIX = re.compile(r"\b(\d+)k\b")
_WORD = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|%")

SPACELESS = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u9fff"
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese put no spaces between words: a range."""

_SPACELESS = re.compile(f"([{SPACELESS}]+)")

ABBREVIATIONS = frozenset(
    "adm capt col dr e.g etc gen gov i.e jan feb mar apr jun jul aug sep sept oct nov dec "
    "inc jr lt ltd maj mr mrs ms mt no prof rep rev sen sgt sr st vs".split()
)
"""Words that a full stop belongs to."""

MAX_WORDS = 200
"""Words of an utterance that are read; what follows is ignored, so that time stays bounded."""

_MAX_CHARACTERS = 4000


def squeeze(text: str) -> str:
    """Return `text` on one line: white space and control characters become one space.

    Characters that no font shows are dropped.
    """
    if not text.isascii():
        text = _IGNORABLE.sub("", text)
    visible = "".join(" " if unicodedata.category(c) in _INVISIBLE else c for c in text)
    return " ".join(visible.split())


def visible(text: str) -> str:
    r"""Return `text` with its control characters as they are written in a program: `\x1b`."""
    return CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def legible(text: str) -> str:
    """Return `text` in the letters that a reader sees.

    Compatible forms (full width, ligatures) become plain, invisible characters are dropped, and
    within a Latin word a letter of another script becomes the Latin one it looks like.
    """
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", _IGNORABLE.sub("", text)).translate(_TURKISH)
    plain = _DOTTED.sub(r"\1", plain)
    return LETTERS.sub(_latin, plain) if _ALIKE.search(plain) else plain


def _latin(word: re.Match[str]) -> str:
    return word[0].translate(_LOOK_ALIKE) if _LATIN.search(word[0]) else word[0]


def fold_punctuation(text: str) -> str:
    """Return `text` with curly quotes and long dashes as a keyboard types them, same length."""
    return text.translate(_FOLDED)


def fold(text: str) -> str:
    """Return `text` for comparison: legible, lower case, plain punctuation, one line.

    Folding twice gives the same as folding once.
    """
    if text.isascii():
        plain = " ".join(text.split()) if text.isprintable() else squeeze(text)
    else:
        plain = squeeze(legible(text).translate(_FOLDED))
    plain = _UNITED_STATES.sub("unitedstates", plain).casefold()
    return squeeze(legible(plain)) if not plain.isascii() else plain


def words(text: str) -> list[str]:
    """Return the words of `text` in order, folded, at most `MAX_WORDS`.

    A number keeps its decimals and loses its thousands separators ("250,000" and "250k" are
    "250000"); a possessive loses its ending; "n't" becomes the word "not". What a script writes
    without spaces is cut where ICU cuts it, if that is installed, else into its characters.
    """
    # A single character may stand for eighteen.
    plain = unicodedata.normalize("NFKC", text[:_MAX_CHARACTERS])
    folded = fold(plain[:_MAX_CHARACTERS])
    folded = _THOUSAND_SUFFIX.sub(r"\g<1>000", _THOUSANDS.sub("", folded))
    found: list[str] = []
    for word in _WORD.findall(folded)[:MAX_WORDS]:
        found.extend(_without_apostrophe(word) if word.isascii() else _parts(word))
    return found[:MAX_WORDS]


def _parts(word: str) -> list[str]:
    """A word that is not ASCII, as the words that it is made of."""
    if not _SPACELESS.search(word):
        return _without_apostrophe(word)
    runs = (run for run in _SPACELESS.split(word) if run)
    cut = (_cut(run) if _SPACELESS.fullmatch(run) else _without_apostrophe(run) for run in runs)
    return [part for parts in cut for part in parts if part]


def _cut(run: str) -> list[str]:
    try:
        # Imported here: few articles need it, and it is an extra.
        from icu4py.breakers import WordBreaker  # noqa: PLC0415
    except ImportError:
        return list(run)
    return [str(part) for part in WordBreaker(run, "und")]


# Few write "U.S." in a chat; if "us" is the pronoun ("tell us"), it says nothing anyway.
_SPELT_OUT = {
    "us": ["unitedstates"],
    "%": ["percent"],
    "can't": ["can", "not"],
    "won't": ["will", "not"],
}


def _without_apostrophe(word: str) -> list[str]:
    if word in _SPELT_OUT:
        return _SPELT_OUT[word]
    if "'" not in word:
        return [word]
    if word.endswith("n't") and word != "n't":
        return [word[:-3].replace("'", ""), "not"]
    head, _, tail = word.partition("'")
    expansion = {"re": "are", "ve": "have", "ll": "will", "m": "am"}.get(tail)
    if expansion:
        return [head, expansion]
    if head in _ELIDED:
        return [head, *_without_apostrophe(tail)]
    return [head] if tail in {"s", "d", ""} else [head + tail.replace("'", "")]


# "l'isola", "qu'il": French and Italian articles and pronouns before a vowel.
_ELIDED = frozenset(
    "l d qu c j n s m t lorsqu puisqu jusqu un dell nell all sull dall coll quell".split()
)


_PROMPT = re.compile(
    r"</?[a-z]{1,20}>|\[(?:system|assistant|developer)\]"
    r"|^[^\w\n]{0,9}(?:system|assistant|developer)[ ]{0,9}:",
    re.IGNORECASE | re.MULTILINE,
)


def poses_as_prompt(utterance: str) -> bool:
    """Whether an utterance is dressed up as the machinery around it: a tag, a label "SYSTEM:"."""
    return bool(_PROMPT.search(utterance[:_MAX_CHARACTERS]))


_stemmer = cache(Stemmer.Stemmer)


@lru_cache(maxsize=20_000)
def stem(word: str, language: str = "english") -> str:
    """Return the Snowball stem of a folded word; numbers and names pass unharmed."""
    stemmed: str = _stemmer(language).stemWord(word)
    return stemmed
