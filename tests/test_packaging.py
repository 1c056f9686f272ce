"""What a distribution says of whose work it holds, and what the lock files pin."""

import re
import tomllib
from collections.abc import Iterable
from itertools import chain
from typing import Any

import pytest
from places import KNOWLEDGE, ROOT

from bot.knowledge.loading import load_knowledge

ABOUT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS: dict[str, list[str]] = ABOUT["optional-dependencies"]


def names(requirements: Iterable[str]) -> set[str]:
    """The names of packages as they are compared, whatever is asked of each."""
    found = (re.split(r"[^\w.-]", requirement)[0] for requirement in requirements)
    return {re.sub(r"[-_.]+", "-", name).casefold() for name in found}


def test_the_licence_of_the_code_is_not_said_of_the_article() -> None:
    assert ABOUT["license"] == "MIT AND LicenseRef-Article"
    assert ABOUT["license-files"] == ["LICENSE", "NOTICE"]
    notice = " ".join((ROOT / "NOTICE").read_text("utf-8").split())
    for article in load_knowledge(KNOWLEDGE).articles:
        assert f"knowledge/{article.slug}/article.txt is not: {article.copyright}" in notice


def test_where_the_dictionary_comes_from_is_said() -> None:
    assert "word list of pyspellchecker (MIT)" in (ROOT / "NOTICE").read_text("utf-8")


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", names(ABOUT["dependencies"])),
        ("requirements-dev.lock", names(chain(ABOUT["dependencies"], *EXTRAS.values()))),
    ],
)
def test_every_dependency_is_pinned(lock: str, wanted: set[str]) -> None:
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    assert wanted - {"footnote-bot"} <= names(line for line in lines if "==" in line)
