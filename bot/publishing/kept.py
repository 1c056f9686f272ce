"""What was built of the articles, kept under what it was built from, so that a start finds it.

Only plain values are kept: nothing that is read back can run.
"""

import hashlib
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import numpy as np
import Stemmer

from bot.knowledge.loading import Knowledge
from bot.language.lexicon import Lexicon
from bot.publishing.folder import Snapshot, slug_of
from bot.publishing.tables import opened
from bot.routing.built import Built
from bot.routing.encoder import Encoder
from bot.routing.general import GeneralQuestions
from bot.routing.library import Library
from bot.routing.router import Router

GENERAL = ""
"""Stands for a slug, to mean what all articles share: words and open questions."""

_PACKAGE = Path(__file__).parents[1]
_BUILDERS = ("knowledge", "language", "routing")

_READ = "select digest, content from built where article = ? and key = ?"


@dataclass(frozen=True)
class Kept:
    """What was built, each by its key: the routers of articles, and what is general.

    `damaged` is whether something of it can't be read.
    """

    general: Mapping[str, GeneralQuestions]
    routers: Mapping[str, Router]
    damaged: bool = False

    def adding(self, library: Library, keys: Mapping[str, str]) -> "Kept":
        """The same, and what a library is made of, whose articles have these keys by slug."""
        slugs = [part.article.slug for part in library.collection.parts]
        routers = {keys[slug]: library.router(slug) for slug in slugs}
        general = {keys[GENERAL]: library.general}
        return Kept({**self.general, **general}, {**self.routers, **routers}, self.damaged)


NOTHING_KEPT = Kept({}, {})


@dataclass(frozen=True)
class _Article:
    """An article as it is kept: its words without those that all articles share."""

    knowledge: Knowledge
    built: Built


def keys_of(snapshot: Snapshot, encoder: Encoder | None = None) -> dict[str, str]:
    """For each article, and for what is general, a digest of all that it is built from."""
    general = hashlib.sha256(_program())
    general.update(encoder.version.encode() if encoder else b"")
    articles: dict[str, Any] = {}
    # The general files come first: no name of a folder is empty.
    for slug, name, content in sorted((slug_of(n), n, c) for n, c in snapshot.files.items()):
        digest = articles.setdefault(slug, general.copy()) if slug else general
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return {slug: digest.hexdigest() for slug, digest in {GENERAL: general, **articles}.items()}


@cache
def _program() -> bytes:
    """A digest of what builds: this program, Python with its Unicode tables, the stemmer."""
    digest = hashlib.sha256(f"{sys.version} {Stemmer.version()}".encode())
    for package in _BUILDERS:
        for file in sorted((_PACKAGE / package).glob("*.*")):
            digest.update(file.read_bytes())
    return digest.digest()


def content_of(library: Library, slug: str) -> bytes:
    """What is kept of an article, or of what is general."""
    if slug == GENERAL:
        return msgspec.msgpack.encode(library.general, enc_hook=_plain)
    router = library.router(slug)
    own = router.knowledge.lexicon.apart_from(library.general.lexicon)
    article = _Article(replace(router.knowledge, lexicon=own), router.built)
    return msgspec.msgpack.encode(article, enc_hook=_plain)


def digest_of(content: bytes) -> str:
    """What tells whether a content is still as it was written."""
    return hashlib.sha256(content).hexdigest()


def read_kept(
    file: Path,
    keys: Mapping[str, str],
    encoder: Encoder | None = None,
    known: Kept = NOTHING_KEPT,
) -> Kept:
    """What is known, and what a database has besides of what is to be built.

    A database that can't be read has nothing.
    """
    lacking = {s: k for s, k in keys.items() if k not in known.general and k not in known.routers}
    try:
        contents, damaged = _contents(file, lacking) if lacking else ({}, False)
        return replace(_decoded(contents, keys, encoder, known), damaged=damaged)
    except (sqlite3.Error, UnicodeError):
        return known
    except msgspec.MsgspecError:
        return replace(known, damaged=True)


def _contents(file: Path, keys: Mapping[str, str]) -> tuple[dict[str, bytes], bool]:
    """The contents that are kept under some keys, by slug, and whether others are damaged."""
    with closing(opened(file)) as db:
        rows = {slug: db.execute(_READ, (slug, key)).fetchone() for slug, key in keys.items()}
    found = {slug: row for slug, row in rows.items() if row}
    whole = {
        slug: content for slug, (digest, content) in found.items() if digest_of(content) == digest
    }
    return whole, len(whole) < len(found)


def _decoded(
    contents: Mapping[str, bytes], keys: Mapping[str, str], encoder: Encoder | None, known: Kept
) -> Kept:
    general = known.general.get(keys[GENERAL])
    if GENERAL in contents:
        general = msgspec.msgpack.decode(contents[GENERAL], type=GeneralQuestions, dec_hook=_array)
    if not general:
        return known
    decoder = msgspec.msgpack.Decoder(_Article, dec_hook=_array)
    articles = {s: decoder.decode(content) for s, content in contents.items() if s != GENERAL}
    routers = {
        keys[slug]: _router(article, general.lexicon, encoder) for slug, article in articles.items()
    }
    return Kept({**known.general, keys[GENERAL]: general}, {**known.routers, **routers})


def _router(article: _Article, general: Lexicon, encoder: Encoder | None) -> Router:
    lexicon = article.knowledge.lexicon.above(general)
    return Router(replace(article.knowledge, lexicon=lexicon), built=article.built, encoder=encoder)


def _plain(value: object) -> object:
    """What stands for a value that is not plain."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, MappingProxyType):
        return dict(value)
    raise NotImplementedError


def _array(_: type, plain: tuple[str, list[int], bytes]) -> object:
    kind, shape, content = plain
    return np.frombuffer(content, kind).reshape(shape)
