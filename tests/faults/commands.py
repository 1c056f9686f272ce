"""The command line if the storage fails: every command ends in its answer or a sentence."""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from click.testing import CliRunner

from bot.members.members import MEMBERS
from bot.publishing.edition import DATABASE
from bot.terminal.cli import footnote

from .member_scenes import LaterVotes
from .outcome import Outcome
from .processes import Say, Work, run
from .scenes import QUESTION, Scene
from .stage import staged
from .storage import allow_writing, forbid_writing, give_away, held, without_rights

COMMANDS = (
    ["ask", QUESTION],
    ["chat"],
    ["summary"],
    ["facts"],
    ["check"],
    ["doctor"],
    ["reload"],
    ["history"],
    ["rollback"],
    ["rollback", "../../etc"],
)


def run_commands() -> Iterator[Outcome]:
    """Give every command under every fault, in a process of its own."""
    failures, tries, sentences = [], 0, 0
    with staged(LaterVotes) as stage:
        for command in COMMANDS:
            # What a command loads, a user without rights may not be able to.
            _command(stage.scene, command)(lambda _: None)
        for name, fault in _FAULTS.items():
            for command in COMMANDS:
                stage.reset()
                give_away(stage.scene.place)
                with fault(stage.scene):
                    ended = run(without_rights(_command(stage.scene, command)))
                tries += 1
                sentences += "refused" in ended.said
                if ended.failure:
                    failures.append(f"footnote {' '.join(command)}, {name}: {ended.failure}")
    yield Outcome("commands on broken storage", tries, failures, f"sentences: {sentences}")


def _command(scene: Scene, command: list[str]) -> Work:
    environment = {
        "FOOTNOTE_KNOWLEDGE": str(scene.settings.knowledge),
        "FOOTNOTE_DATA": str(scene.settings.data),
        "DISCORD_TOKEN": "",
    }

    def give(say: Say) -> None:
        result = CliRunner().invoke(footnote, command, input=QUESTION, env=environment)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.output.strip()
        assert "Traceback" not in result.output
        say("refused" if result.exit_code else "answered")

    return give


def _as_it_is(_: Scene) -> AbstractContextManager[None]:
    return nullcontext()


def _spoilt(name: str) -> Callable[[Scene], AbstractContextManager[None]]:
    def spoil(scene: Scene) -> AbstractContextManager[None]:
        file = scene.settings.data / name
        file.write_bytes(random.Random(0).randbytes(file.stat().st_size))
        return nullcontext()

    return spoil


def _small_files_spoilt(scene: Scene) -> AbstractContextManager[None]:
    """Each note, lock and digest is no text any more, or nested without an end."""
    data = scene.settings.data
    for number, file in enumerate([*data.glob("*.json"), *data.glob("history/*.json")]):
        file.write_bytes([b"\xff\xfe", b"[" * 50_000, b"{}", b""][number % 4])
    (data / "commands.sha256").write_bytes(b"\xff" * 1000)
    return nullcontext()


@contextmanager
def _closed(scene: Scene) -> Iterator[None]:
    scene.settings.data.chmod(0)
    yield
    scene.settings.data.chmod(0o700)


def _somebody_else_s(scene: Scene) -> AbstractContextManager[None]:
    os.chown(scene.settings.data, 0, 0)
    scene.settings.data.chmod(0o700)
    return nullcontext()


def _locked(scene: Scene) -> AbstractContextManager[None]:
    return held(scene.settings.data)


def _not_utf8(scene: Scene) -> AbstractContextManager[None]:
    scene.facts.write_bytes(b"\xff" + scene.facts.read_bytes())
    return nullcontext()


def _missing(scene: Scene) -> AbstractContextManager[None]:
    scene.facts.unlink()
    return nullcontext()


def _read_only(name: str) -> Callable[[Scene], AbstractContextManager[None]]:
    @contextmanager
    def forbid(scene: Scene) -> Iterator[None]:
        forbid_writing(scene.place / name)
        yield
        allow_writing(scene.place / name)

    return forbid


@contextmanager
def _unreadable(scene: Scene) -> Iterator[None]:
    for path in (*scene.settings.data.iterdir(), scene.facts):
        path.chmod(0)
    yield
    for path in (*scene.settings.data.iterdir(), scene.facts):
        path.chmod(0o644)


_FAULTS: dict[str, Callable[[Scene], AbstractContextManager[None]]] = {
    "nothing wrong": _as_it_is,
    "read-only data": _read_only("data"),
    "read-only knowledge": _read_only("knowledge"),
    "unreadable files": _unreadable,
    "unreadable data folder": _closed,
    "somebody else's data folder": _somebody_else_s,
    "small files spoilt": _small_files_spoilt,
    "locked": _locked,
    "knowledge.db spoilt": _spoilt(DATABASE),
    "members.db spoilt": _spoilt(MEMBERS),
    "facts.md not UTF-8": _not_utf8,
    "facts.md missing": _missing,
}
