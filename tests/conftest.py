"""Fixtures: shipped and small knowledge, a router, and the real bot in a simulated Discord."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import simcord
from click.testing import CliRunner, Result
from desk import Desk, build_desk
from faults.postgres import Postgres, programs, running_postgres
from hypothesis import settings as hypothesis_settings
from places import KNOWLEDGE, SMALL_KNOWLEDGE, TESTS
from releasing import Publisher
from server import Server, build_server

from bot.config import Settings
from bot.discord.bot import FootnoteBot
from bot.knowledge.loading import Collection
from bot.members.members import Members
from bot.publishing.edition import Edition, fingerprint, publish
from bot.publishing.release import start
from bot.routing.library import Library
from bot.terminal.cli import footnote

NOBODY = 65534

# In memory nobody waits for a disk, which takes as long as all else. A container may have little.
MEMORY = Path("/dev/shm")
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2**30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Three workers for two cores: the tests wait for other programs a third of their time."""
    return (os.cpu_count() or 1) * 3 // 2


# No example is too slow: the machine may be busy elsewhere.
hypothesis_settings.register_profile("no deadline", hypothesis_settings(), deadline=None)
hypothesis_settings.load_profile("no deadline")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell SimCord how many shards there are; the bot asks Discord, which SimCord has none of."""
    for item in items:
        item.add_marker(pytest.mark.simcord(shard_count=1))


def pytest_collection_finish() -> None:
    """Keep the garbage collector from walking through all that is loaded, as the bot does."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Finds a data folder in which a knowledge folder is published; each content is built once."""
    place = tmp_path_factory.mktemp("built")

    def data(knowledge: Path) -> Path:
        made = place / fingerprint(knowledge)
        if not made.exists():
            publish(knowledge, made)
        return made

    return data


@pytest.fixture(scope="session")
def edition(built: Callable[[Path], Path]) -> Edition:
    """The shipped knowledge, published."""
    return publish(KNOWLEDGE, built(KNOWLEDGE))


@pytest.fixture(scope="session")
def knowledge(edition: Edition) -> Collection:
    return edition.knowledge


@pytest.fixture(scope="session")
def router(edition: Edition) -> Library:
    return edition.library


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of the tests' own."""
    if not (found := programs()):
        pytest.skip("PostgreSQL is not installed.")
    with running_postgres(found) as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped knowledge that a test may edit."""
    return Path(shutil.copytree(KNOWLEDGE, tmp_path / "knowledge"))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A copy of knowledge about a ferry, of four facts, that a test may edit."""
    return Path(shutil.copytree(SMALL_KNOWLEDGE, tmp_path / "small"))


@pytest.fixture
def two_articles(small: Path) -> Path:
    """The small knowledge with a second article, about a dam, beside the ferry."""
    shutil.copytree(TESTS / "articles" / "river-dam", small / "river-dam")
    return small


@pytest.fixture
def environment(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a command line on the small knowledge, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return {
        "FOOTNOTE_KNOWLEDGE": str(small),
        "FOOTNOTE_DATA": str(tmp_path / "data"),
        "DISCORD_TOKEN": "",
    }


@pytest.fixture
def cli(environment: dict[str, str]) -> Callable[..., Result]:
    """Runs `footnote` with some arguments, and `stdin=` for what is typed."""

    def invoke(*arguments: str, stdin: str | bytes = "") -> Result:
        return CliRunner(env=environment).invoke(footnote, arguments, input=stdin)

    return invoke


@pytest.fixture
def somebody_else_s() -> Iterator[Path]:
    """A folder that who runs the test may not look into: not as root, who may everything."""
    with TemporaryDirectory() as folder:
        if os.geteuid():
            Path(folder).chmod(0)
        else:
            os.seteuid(NOBODY)
        try:
            yield Path(folder)
        finally:
            os.seteuid(os.getuid())
            Path(folder).chmod(0o700)


@pytest.fixture
def settings(small: Path, tmp_path: Path) -> Settings:
    return Settings(small, tmp_path / "data")


@pytest.fixture
def published(settings: Settings, built: Callable[[Path], Path]) -> Settings:
    """`settings` with which a start finds everything built and published."""
    shutil.copytree(built(settings.knowledge), settings.data)
    start(settings, datetime.now(UTC))
    return settings


@pytest.fixture
def new_bot(
    settings: Settings, built: Callable[[Path], Path]
) -> Iterator[Callable[[], FootnoteBot]]:
    """A bot on `settings`, as at each start of the program."""
    with ExitStack() as opened:

        def make() -> FootnoteBot:
            if not settings.data.exists():
                shutil.copytree(built(settings.knowledge), settings.data)
            started = start(settings, datetime.now(UTC))
            members = opened.enter_context(closing(Members(settings.data / "members.db")))
            return FootnoteBot(settings, started.edition, members)

        yield make


@pytest.fixture
def simcord_bot(new_bot: Callable[[], FootnoteBot]) -> FootnoteBot:
    return new_bot()


@pytest.fixture
def server(simcord_env: simcord.Env) -> Server:
    return build_server(simcord_env)


@pytest.fixture
async def desk(simcord_env: simcord.Env, small: Path) -> Desk:
    return await build_desk(simcord_env, small / "ferry" / "facts.md")


@pytest.fixture
def publisher(settings: Settings) -> Publisher:
    return Publisher(settings)


@pytest.fixture
def identifies_at_once(bot: FootnoteBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the bot identify again at once, which Discord allows every five seconds."""

    async def no_wait(_: int | None, *, initial: bool) -> None:
        pass

    monkeypatch.setattr(bot, "before_identify_hook", no_wait)
