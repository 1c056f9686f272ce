"""Databases that the disk or somebody has spoilt: rebuilt, or set aside as they are."""

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import TypeAlias

from bot.errors import QuoteGuardError
from bot.members.members import MEMBERS, Members
from bot.publishing.database import StoreError
from bot.publishing.edition import DATABASE, publish

from .chance import chance
from .member_scenes import MEMBER, LaterVotes
from .outcome import Outcome
from .processes import Say, Work, run
from .scenes import OLD_ANSWER, QUESTION, Scene
from .stage import staged
from .storage import PAGE, told

Damage: TypeAlias = Callable[[bytes, random.Random], bytes]


def damage_databases(tries: int) -> Iterator[Outcome]:
    """Spoil both databases in each way, `tries` times."""
    yield _damaged_knowledge(tries)
    yield _damaged_members(tries)


def _flipped(content: bytes, luck: random.Random) -> bytes:
    spoilt = bytearray(content)
    for _ in range(luck.choice([1, 10, 100])):
        spoilt[luck.randrange(len(spoilt))] = luck.randrange(256)
    return bytes(spoilt)


def _blank_page(content: bytes, luck: random.Random) -> bytes:
    start = PAGE * luck.randrange(len(content) // PAGE)
    return content[:start] + bytes(PAGE) + content[start + PAGE :]


def _cut(content: bytes, luck: random.Random) -> bytes:
    return content[: luck.randrange(len(content))]


def _other(content: bytes, luck: random.Random) -> bytes:
    return luck.randbytes(len(content))


DAMAGES: Sequence[Damage] = (_flipped, _blank_page, _cut, _other)


def _damaged_knowledge(tries: int) -> Outcome:
    """A spoilt knowledge database is rebuilt, with a word about it, or harmless."""
    with staged(LaterVotes) as stage:
        file = stage.scene.settings.data / DATABASE
        whole = _browsed(stage.scene)
        failures, rebuilt = [], 0
        for number in range(tries * len(DAMAGES)):
            stage.reset()
            damage = DAMAGES[number % len(DAMAGES)]
            file.write_bytes(damage(file.read_bytes(), chance(number)))
            # Nobody can notice another letter in a text; what is quoted is the article's own.
            told_whole = "" if damage is _flipped else whole
            ended = run(_restart(stage.scene, told_whole))
            rebuilt += any("has been rebuilt" in line for line in ended.said)
            if ended.failure:
                failures.append(f"{damage.__name__} {number}: {ended.failure}")
    return Outcome("damaged knowledge.db", tries * len(DAMAGES), failures, f"rebuilt: {rebuilt}")


def _restart(scene: Scene, whole: str) -> Work:
    """Start again and look at everything; if `whole` is given, that is what has to be said."""

    def restart(say: Say) -> None:
        log = _Told(say)
        logging.getLogger().addHandler(log)
        begun = scene.settings.data / DATABASE
        inode, begun_size = begun.stat().st_ino, begun.stat().st_size
        edition = publish(scene.settings.knowledge, scene.settings.data)
        assert log.told or begun.stat().st_ino == inode or not begun_size
        assert not edition.store.is_damaged()
        assert edition.library.ask(QUESTION).answer == OLD_ANSWER
        try:
            said = _browsed(scene)
        except (StoreError, QuoteGuardError):
            assert not whole
        else:
            assert said == whole or not whole

    return restart


class _Told(logging.Handler):
    """Says what is logged."""

    def __init__(self, say: Say) -> None:
        super().__init__()
        self._say = say
        self.told = False

    def emit(self, record: logging.LogRecord) -> None:
        self.told = True
        self._say(record.getMessage())


def _browsed(scene: Scene) -> str:
    """All that the knowledge database says."""
    edition = publish(scene.settings.knowledge, scene.settings.data)
    store, slugs = edition.store, [article.slug for article in edition.knowledge.articles]
    return repr(
        (
            store.browse(limit=-1),
            [store.search(word, limit=-1) for word in ("ferry", "islanders")],
            [(store.statements(slug), store.summary(slug, "sides")) for slug in slugs],
        )
    )


def _damaged_members(tries: int) -> Outcome:
    """A spoilt file of members' data is set aside as it is, or serves; never is it overwritten."""
    failures, aside = [], 0
    with staged(LaterVotes) as stage:
        file = stage.scene.settings.data / MEMBERS

        def reopen(say: Say) -> None:
            with closing(Members(file)) as members:
                say(members.notice or "no word")
                members.personal_data(MEMBER + 1)
            stage.scene.act(lambda _: None)

        for number in range(tries * len(DAMAGES)):
            stage.reset()
            damage = DAMAGES[number % len(DAMAGES)]
            spoilt = damage(file.read_bytes(), chance(number))
            file.write_bytes(spoilt)
            ended = run(told(reopen))
            copies = [c.read_bytes() for c in file.parent.glob(f"{MEMBERS}.corrupt-*")]
            noticed = any("is set aside as" in line for line in ended.said)
            aside += noticed
            kept = spoilt in copies if noticed else not copies
            if failure := ended.failure or ("" if kept else f"not kept: {ended.said}"):
                failures.append(f"{damage.__name__} {number}: {failure}")
    return Outcome("damaged members.db", tries * len(DAMAGES), failures, f"set aside: {aside}")
