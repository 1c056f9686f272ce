"""Fixtures: the shipped knowledge, a router on it, and the real bot in a simulated Discord."""

import shutil
from pathlib import Path

import pytest

from bot.config import Settings
from bot.discord_bot import FootnoteBot
from bot.edition import publish
from bot.knowledge import Knowledge, load_knowledge
from bot.router import Router

KNOWLEDGE = Path(__file__).parent.parent / "knowledge"


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge(KNOWLEDGE)


@pytest.fixture(scope="session")
def router(knowledge: Knowledge) -> Router:
    return Router(knowledge)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped knowledge that a test may edit."""
    return Path(shutil.copytree(KNOWLEDGE, tmp_path / "knowledge"))


@pytest.fixture
def settings(folder: Path, tmp_path: Path) -> Settings:
    return Settings(folder, tmp_path / "data")


@pytest.fixture
def simcord_bot(settings: Settings) -> FootnoteBot:
    return FootnoteBot(settings, publish(settings.knowledge, settings.data))
