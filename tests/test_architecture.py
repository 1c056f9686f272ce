"""The architecture: which package may import which. Imports for types count too."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from places import ROOT

MODULES = sorted((ROOT / "bot").rglob("*.py"))

LAYERS = (
    "errors files wording language knowledge routing evaluation quoting editing members config "
    "publishing operation terminal discord"
).split()
"""A module or package imports only from those on its left, and from itself."""

PURE = "errors language knowledge routing quoting".split()
"""Know no Discord, database, environment or clock."""

OUTSIDE_WORLD = {"aiohttp", "asyncio", "click", "datetime", "discord", "dotenv", "logging", "os"}
OUTSIDE_WORLD |= {"platformdirs", "random", "sqlite3", "sqlite_utils", "sys", "time"}

FEATURES = {"asking", "reading", "editing"}
"""Packages of the Discord face."""


def name_of(module: Path) -> str:
    """The name that a module is imported by, from within `bot`."""
    return ".".join(module.relative_to(ROOT / "bot").with_suffix("").parts)


def layer_of(name: str) -> str:
    return name.partition(".")[0]


def imports(body: list[ast.stmt]) -> Iterator[str]:
    """The modules that are imported, wherever in `body` that stands."""
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield node.module or ""


def all_imports(module: Path) -> set[str]:
    return set(imports(ast.parse(module.read_text("utf-8")).body))


def ours(module: Path) -> set[str]:
    return {name.partition(".")[2] for name in all_imports(module) if name.startswith("bot.")}


def outside(module: Path) -> set[str]:
    return {name.partition(".")[0] for name in all_imports(module)}


def in_package(package: str) -> list[Path]:
    return [module for module in MODULES if layer_of(name_of(module)) == package]


@pytest.mark.parametrize("module", [m for m in MODULES if m.parent != ROOT / "bot"], ids=name_of)
def test_a_module_imports_only_from_layers_on_its_left(module: Path) -> None:
    place = LAYERS.index(layer_of(name_of(module)))
    for name in ours(module):
        # The command line starts the bot.
        if (name_of(module), name) != ("terminal.operating", "discord.run"):
            assert layer_of(name) in LAYERS[: place + 1]


@pytest.mark.parametrize("package", PURE)
def test_the_core_knows_no_discord_database_environment_or_clock(package: str) -> None:
    for module in in_package(package):
        assert outside(module).isdisjoint(OUTSIDE_WORLD), module


def test_only_the_discord_package_imports_discord() -> None:
    for module in MODULES:
        if layer_of(name_of(module)) != "discord":
            assert "discord" not in outside(module), module


def test_the_command_line_works_without_discord(tmp_path: Path) -> None:
    (tmp_path / "discord.py").write_text("raise ImportError('discord is absent')\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "Who is Igor Konashenkov?"],
        cwd=tmp_path,
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]), "DISCORD_TOKEN": ""},
        capture_output=True,
        check=False,
    )
    assert b"said Igor Konashenkov, a spokesman for Russia" in done.stdout
    assert (done.returncode, done.stderr) == (0, b"")


def test_no_modules_import_each_other_in_a_circle() -> None:
    order = TopologicalSorter({name_of(module): ours(module) for module in MODULES}).static_order()
    assert set(order) >= set(map(name_of, MODULES))


def test_the_features_of_the_discord_face_do_not_import_each_other() -> None:
    for module in in_package("discord"):
        own = name_of(module).split(".")[1]
        if own in FEATURES:
            others = {name.split(".")[1] for name in ours(module) if name.startswith("discord.")}
            assert not others & (FEATURES - {own}), module
