"""The real programs as processes: ended by a signal at any moment, two and three at once.

`footnote run` takes votes from a Discord on this machine while `footnote rollback` and `footnote
reload` publish in the same folders, all of them on the shipped knowledge.
"""

import asyncio
import os
import random
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.config import Settings
from bot.members.members import MEMBERS, Members
from bot.publishing.edition import fingerprint
from bot.publishing.release import accept, propose, published_edition, start

from .chance import chance
from .live import stand_in
from .loopback import Loopback
from .outcome import Outcome
from .processes import run
from .scenes import NOW

ROOT = Path(__file__).parent.parent.parent
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
VOTES = 20
_AT_WORK = 0.5, 3.0
"""Seconds after which a rollback is ended: it is loaded by then, and may be done."""

LONGEST = 120
"""Seconds for one round, of which a start takes most."""

_START = """
import sys
from bot.terminal.cli import footnote
from tests.faults.live import pointed_at
with pointed_at(sys.argv.pop(1)):
    footnote()
"""


def end_programs(rounds: int) -> Iterator[Outcome]:
    """End the bot by each signal, as many times."""
    for number in SIGNALS:
        yield asyncio.run(_end_by(number, rounds))


async def _end_by(number: signal.Signals, rounds: int) -> Outcome:
    luck, failures, votes = chance(number), [], 0
    with TemporaryDirectory(prefix="footnote-faults-") as folder:
        scene = _Scene.prepared(Path(folder))
        for turn in range(rounds):
            async with asyncio.timeout(LONGEST):
                asked = await scene.play(turn, number, luck)
            votes += len(asked)
            failures += scene.failures(asked)
    name = f"{number.name}: footnote run, beside rollback and reload"
    return Outcome(name, rounds, failures, f"votes kept: {votes}")


@dataclass(frozen=True)
class _Scene:
    """Two published states of the shipped knowledge, and what members vote on."""

    settings: Settings
    versions: frozenset[str]
    vote: str
    outputs: list[str]

    @classmethod
    def prepared(cls, place: Path) -> "_Scene":
        settings = Settings(place / "knowledge", place / "data")
        shutil.copytree(ROOT / "knowledge", settings.knowledge)
        old = start(settings, NOW).edition
        with (settings.knowledge / "synonyms.md").open("a") as synonyms:
            synonyms.write("\n- **ferry**: steamer\n")
        new = accept(settings, propose(settings, old, {}), "ann", NOW)
        fact = next(iter(new.facts_by_key))
        return cls(settings, frozenset({old.version, new.version}), f"v1:vote:up:{fact}", [])

    async def play(self, turn: int, number: signal.Signals, luck: random.Random) -> list[int]:
        """Let all programs work and end the bot and a rollback.

        Return the members whose votes were answered.
        """
        discord = Loopback()
        async with (
            stand_in(discord.app()) as discord.address,
            self._footnote("-c", _START, discord.address, "run") as bot,
        ):
            await discord.until_logins(1)
            others = [
                asyncio.create_task(self._to_its_end(command)) for command in ("rollback", "reload")
            ]
            ended = self._ended("rollback", number, luck.uniform(*_AT_WORK))
            others.append(asyncio.create_task(ended))
            members = range(1000 * (turn + 1), 1000 * (turn + 1) + VOTES)
            clicks = {await discord.click(self.vote, member): member for member in members}
            enough = luck.randrange(VOTES)
            await discord.until(lambda: len(discord.posted) >= enough)
            bot.send_signal(number)
            output, _ = await bot.communicate()
            self._note("run", bot.returncode, output, {0, -signal.SIGKILL})
            await asyncio.gather(*others)
        return [member for click, member in clicks.items() if discord.answers_to(click)]

    @asynccontextmanager
    async def _footnote(self, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *arguments),
            cwd=ROOT,
            env=os.environ
            | {
                "DISCORD_TOKEN": "MTIz.not-a-real-token.abc",
                "FOOTNOTE_KNOWLEDGE": str(self.settings.knowledge),
                "FOOTNOTE_DATA": str(self.settings.data),
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _to_its_end(self, command: str) -> None:
        async with self._footnote("-m", "bot", command) as process:
            output, _ = await process.communicate()
        # Told that another release is under way, it has done nothing.
        self._note(command, process.returncode, output, {0, 1})

    async def _ended(self, command: str, number: signal.Signals, seconds: float) -> None:
        async with self._footnote("-m", "bot", command) as process:
            ended = asyncio.create_task(process.communicate())
            await asyncio.wait({ended}, timeout=seconds)
            # Not `send_signal`, which may take the exit code from the loop that waits for it.
            with suppress(ProcessLookupError):
                os.kill(process.pid, number)
            output, _ = await ended
        self._note(command, process.returncode, output, {0, 1, -number})

    def _note(self, command: str, code: int | None, output: bytes, right: set[int]) -> None:
        # Interrupted while it is loaded, Python itself ends it with a traceback.
        traceback = b"Traceback" in output and code != -signal.SIGINT
        if code not in right or traceback:
            self.outputs.append(f"{command} ended with {code}: {output.decode()[-500:]}")

    def failures(self, asked: Sequence[int]) -> list[str]:
        """What does not hold once all programs have ended, seen from a new process."""
        told = [*self.outputs]
        self.outputs.clear()
        failure = run(lambda _: self._check(asked)).failure
        return [*told, failure] if failure else told

    def _check(self, asked: Sequence[int]) -> None:
        published = published_edition(self.settings)
        assert published
        assert published.version in self.versions
        started = start(self.settings, NOW)
        assert not started.notice
        assert fingerprint(self.settings.knowledge) == started.edition.version
        with closing(Members(self.settings.data / MEMBERS)) as members:
            assert not members.notice
            lost = [member for member in asked if not members.personal_data(member).votes]
        assert not lost, f"votes that were answered and are lost: {lost}"
