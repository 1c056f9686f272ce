"""Correcting misspelt words by the words that the bot knows."""

import gzip
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

RARE = 1000
"""How often the dictionary must have met a word that may be one slip from a known one."""

NEAR = 8
"""How many known words are weighed against each other."""

_VOWELS = frozenset("aeiouy")
_KEYS = {
    key: (across + 0.5 * down, down)
    for down, row in enumerate(("qwertyuiop", "asdfghjkl", "zxcvbnm"))
    for across, key in enumerate(row)
}
"""Where each key lies, in widths of a key."""


class Speller:
    """Corrects unknown words to the nearest known one."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        """Take the known words, each with how often it is in the knowledge."""
        self._vocabulary = vocabulary
        self._by_first: defaultdict[str, list[str]] = defaultdict(list)
        self._by_rest: defaultdict[str, list[str]] = defaultdict(list)
        for word in vocabulary:
            if len(word) > 2 and word.isalpha():
                self._by_first[word[0]].append(word)
                self._by_rest[word[1:]].append(word)

    def correct(self, word: str) -> str:
        """Return the known word that `word` is a misspelling of, or `word` itself.

        Allowed are one edit (a letter more, less or other, or two swapped) up to 7 letters, two
        up to 11 or if they only change the order, three from 12 on. The first letter may be wrong
        if all others are right. In a word of up to 4 letters none may be another one, but for
        that of the key beside. An English word is left alone, unless it is so rare that a slip is
        likelier.
        """
        if word in self._vocabulary or len(word) < 3 or not word.isalpha():
            return word
        common = frequency(word)
        if common > RARE:
            return word
        # Letters in the wrong order are the likeliest slip.
        likely = [
            (edits, sorted(w) != sorted(word), -self._vocabulary[w], w)
            for w, edits in (*self._begun_alike(word), *self._ended_alike(word))
            if _is_slip(word, w, edits)
        ]
        if not likely:
            return word
        edits, _, _, meant = min(likely)
        return word if common and edits > 1 else meant

    def _begun_alike(self, word: str) -> Iterator[tuple[str, int]]:
        """The known words with the same first letter that come nearest, each with its edits."""
        known = self._by_first.get(word[0], ())
        limit = max(_edits(word), 2)
        near = process.extract(word, known, scorer=OSA.distance, score_cutoff=limit, limit=NEAR)
        yield from ((meant, edits) for meant, edits, _ in near)

    def _ended_alike(self, word: str) -> Iterator[tuple[str, int]]:
        """The known words that one edit at the beginning makes, each with that edit."""
        for meant in self._by_rest.get(word[1:], ()):
            if _is_near_key(word[0], meant[0]) or {word[0], meant[0]} <= _VOWELS:
                yield meant, 1
        for meant in (*self._by_rest.get(word, ()), word[1] + word[0] + word[2:]):
            if meant in self._vocabulary:
                yield meant, 1


def _edits(word: str) -> int:
    return min(max(len(word) // 4, 1), 3)


def _is_slip(word: str, meant: str, edits: int) -> bool:
    """Whether fingers that meant one word are likely to type the other."""
    if sorted(word) == sorted(meant):
        return True
    if edits > _edits(word) or len(word) > 4 or len(word) != len(meant):
        return edits <= _edits(word)
    return all(a == b or _is_near_key(a, b) for a, b in zip(word, meant, strict=True))


def _is_near_key(key: str, other: str) -> bool:
    if key not in _KEYS or other not in _KEYS:
        return False
    (across, down), (there, below) = _KEYS[key], _KEYS[other]
    return abs(across - there) <= 1 and abs(down - below) <= 1


@lru_cache(maxsize=10_000)
def frequency(word: str) -> int:
    """How often the English dictionary has met a word; 0 for a word that it doesn't have."""
    words, sought = english(), word.encode()
    # The lines are sorted, so that any place in the text says on which side of it the word is.
    place = bisect_left(range(len(words)), sought, key=lambda at: _entry(words, at)[0])
    found, count = _entry(words, place)
    return int(count) if found == sought else 0


def _entry(words: bytes, place: int) -> tuple[bytes, bytes]:
    """The word and the count on the line that a place is in: `"aardvark": 106,`."""
    line = words[words.rfind(b"\n", 0, place) + 1 : words.find(b"\n", place)]
    word, _, count = line.rstrip(b",").rpartition(b": ")
    return word.strip(b'"'), count


@cache
def english() -> bytes:
    """The dictionary of English words as pyspellchecker ships it, a word a line.

    Made into a table it would take fifteen times as long to load, and fifteen times the memory.
    """
    # Only found, not imported: it would load its own spelling checker.
    package = find_spec("spellchecker")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("pyspellchecker is not installed; it brings the dictionary.")
    file = Path(package.origin).parent / "resources" / "en.json.gz"
    return gzip.decompress(file.read_bytes()).removeprefix(b"{\n").removesuffix(b"}")
