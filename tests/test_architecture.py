"""The architecture: which module may import which."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "bot").rglob("*.py"))

CORE = (
    "errors text markdown article facts quotation fact_file summary_file lexicon word_file "
    "unfounded knowledge spelling matching topics ranking reply router"
).split()
AROUND = (
    "lint quote_words quote_diff quote_check text_file fact_layout fact_edit curation "
    "evaluation evaluation_report summary store_tables store "
    "members_file misses miss_table posted guild_settings posted_table members "
    "cooldown logs in_hand metrics health instance_lock "
    "config folder edition wording doctor "
    "history replay release release_report watch"
).split()


def name_of(module: Path) -> str:
    """The name that a module is imported by, from within `bot`."""
    return ".".join(module.relative_to(ROOT / "bot").with_suffix("").parts)


DISCORD = [name for name in map(name_of, MODULES) if name.startswith("discord.")]
LAYERS = [*CORE, *AROUND, *DISCORD, "cli", "__main__", "__init__"]
"""Each module imports only from those on its left; those of Discord among each other too."""

OUTSIDE_WORLD = {"aiohttp", "asyncio", "click", "datetime", "discord", "dotenv", "logging", "os"}
OUTSIDE_WORLD |= {"platformdirs", "random", "sqlite3", "sqlite_utils", "sys", "time"}


def imports(body: list[ast.stmt]) -> Iterator[str]:
    """The modules imported at run time, wherever in `body` that stands."""
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield node.module or ""


def for_types_only(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING"


def run_time_imports(module: Path) -> set[str]:
    body = ast.parse(module.read_text("utf-8")).body
    return set(imports([statement for statement in body if not for_types_only(statement)]))


def top_level_imports(module: Path) -> set[str]:
    body = ast.parse(module.read_text("utf-8")).body
    return set(imports([s for s in body if isinstance(s, ast.Import | ast.ImportFrom)]))


def ours(module: Path) -> set[str]:
    return {name.partition(".")[2] for name in run_time_imports(module) if name.startswith("bot.")}


def packages(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_imports_only_from_its_left(module: Path) -> None:
    name = name_of(module)
    assert name in LAYERS, "Give the new module a place in LAYERS."
    place = len([*CORE, *AROUND, *DISCORD]) if name in DISCORD else LAYERS.index(name)
    assert ours(module) <= set(LAYERS[:place])


def test_no_modules_import_each_other_in_a_circle() -> None:
    order = TopologicalSorter({name_of(module): ours(module) for module in MODULES}).static_order()
    assert set(order) == set(map(name_of, MODULES))


@pytest.mark.parametrize("name", CORE)
def test_the_core_knows_no_discord_database_environment_or_clock(name: str) -> None:
    assert packages(run_time_imports(ROOT / "bot" / f"{name}.py")).isdisjoint(OUTSIDE_WORLD)


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_only_the_discord_modules_import_discord(module: Path) -> None:
    """The command line imports them in `run` alone, so that everything else starts fast."""
    if name_of(module) not in DISCORD:
        assert "discord" not in packages(top_level_imports(module))
        assert not any(name.startswith("bot.discord.") for name in top_level_imports(module))
        assert "discord" not in packages(run_time_imports(module))


def test_the_command_line_works_where_discord_is_absent(tmp_path: Path) -> None:
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
