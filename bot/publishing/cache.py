"""The cache of what was built of the articles, by what it was built from: a start finds it here.

Only plain values are cached: nothing that is read back can run.
"""

import hashlib
import logging
import sqlite3
import sys
import zlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec
import numpy as np
import Stemmer

from bot.knowledge.loading import Knowledge
from bot.language.lexicon import Lexicon
from bot.publishing.folder import Snapshot, slug_of
from bot.publishing.tables import opened
from bot.routing.articles import Telling
from bot.routing.built import Built, Cached
from bot.routing.encoder import Encoder
from bot.routing.general import GeneralQuestions
from bot.routing.library import Library
from bot.routing.router import Router

log = logging.getLogger(__name__)

T = TypeVar("T")

GENERAL = ""
"""Stands for a slug, to mean what all articles share: words and open questions."""

_PACKAGE = Path(__file__).parents[1]
_BUILDERS = ("knowledge", "language", "routing")

_FIRST, _REST = "first", "rest"
"""The parts of what is kept: what every start reads, and what is read when an article is asked."""

_READ = "select content from built where article = ? and key = ? and part = ?"


@dataclass(frozen=True)
class Cache:
    """What was built, each by its key: the routers of articles, and what is general.

    `damaged` is whether something of it can't be read.
    """

    general: Mapping[str, GeneralQuestions]
    routers: Mapping[str, Router]
    damaged: bool = False

    def with_library(self, library: Library, keys: Mapping[str, str]) -> "Cache":
        """The same, and what a library is made of, whose articles have these keys by slug."""
        slugs = [part.article.slug for part in library.collection.parts]
        routers = {keys[slug]: library.router(slug) for slug in slugs}
        general = {keys[GENERAL]: library.general}
        return Cache({**self.general, **general}, {**self.routers, **routers}, self.damaged)


EMPTY_CACHE = Cache({}, {})


@dataclass(frozen=True)
class _First:
    """What of an article is read at a start: its words are without those that all share."""

    knowledge: Knowledge
    telling: Telling


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


def contents_of(library: Library, slug: str) -> Mapping[str, bytes]:
    """What is kept of an article, or of what is general, by part."""
    if slug == GENERAL:
        return {_FIRST: _packed(library.general)}
    router = library.router(slug)
    own = router.knowledge.lexicon.apart_from(library.general.lexicon)
    first = _First(replace(router.knowledge, lexicon=own), router.telling)
    return {_FIRST: _packed(first), _REST: _packed(router.built)}


def unload(library: Library, slug: str, file: Path, key: str) -> None:
    """Unload what a database has of an article, until that is asked."""
    if slug != GENERAL:
        router = library.router(slug)
        router.unload(Cached(router.telling, partial(_rest, file, slug, key)))


def read_cache(
    file: Path,
    keys: Mapping[str, str],
    encoder: Encoder | None = None,
    known: Cache = EMPTY_CACHE,
) -> Cache:
    """What is known, and what a database has besides of what is to be built.

    A database that can't be read has nothing.
    """
    lacking = {s: k for s, k in keys.items() if k not in known.general and k not in known.routers}
    try:
        contents = _contents(file, lacking) if lacking else {}
        general = known.general.get(keys[GENERAL])
        if GENERAL in contents:
            general = _unpacked(contents.pop(GENERAL), GeneralQuestions)
        if not general:
            return known
        routers = {
            keys[slug]: _router(
                _unpacked(content, _First), general.lexicon, encoder, (file, slug, keys[slug])
            )
            for slug, content in contents.items()
        }
        return Cache({**known.general, keys[GENERAL]: general}, {**known.routers, **routers})
    except (sqlite3.Error, UnicodeError):
        return known
    except (msgspec.MsgspecError, zlib.error):
        return replace(known, damaged=True)


def _contents(file: Path, keys: Mapping[str, str]) -> dict[str, bytes]:
    """What is read at a start of what is kept under some keys, by slug."""
    with closing(opened(file)) as db:
        rows = {s: db.execute(_READ, (s, key, _FIRST)).fetchone() for s, key in keys.items()}
    return {slug: row["content"] for slug, row in rows.items() if row}


def _router(
    first: _First, general: Lexicon, encoder: Encoder | None, place: tuple[Path, str, str]
) -> Router:
    lexicon = first.knowledge.lexicon.above(general)
    cached = Cached(first.telling, partial(_rest, *place))
    return Router(replace(first.knowledge, lexicon=lexicon), cached=cached, encoder=encoder)


def _rest(file: Path, slug: str, key: str) -> Built | None:
    """What is read of an article when it is asked; None if it is not there or is damaged."""
    try:
        with closing(opened(file)) as db:
            row = db.execute(_READ, (slug, key, _REST)).fetchone()
        return _unpacked(row["content"], Built) if row else None
    except (sqlite3.Error, UnicodeError, msgspec.MsgspecError, zlib.error):
        log.warning("What %s keeps of the article %s is damaged; it is built again.", file, slug)
        return None


def _packed(value: object) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(value, enc_hook=_plain), 1)


def _unpacked(content: bytes, kind: type[T]) -> T:
    return msgspec.msgpack.decode(zlib.decompress(content), type=kind, dec_hook=_array)


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
