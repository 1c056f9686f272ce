"""Fuzzing that is guided by coverage, with atheris if somebody has installed it.

It runs in a process of its own: `python -m tests.faults.guided parser FOLDER [OPTION …]`, with the
options of libFuzzer.
"""

import importlib
import importlib.util
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from .outcome import Outcome

ROOT = Path(__file__).parent.parent.parent
FACTS = ROOT / "tests" / "small" / "ferry" / "facts.md"
TARGETS = ("parser", "router")


def fuzz_guided(seconds: int) -> Iterator[Outcome]:
    """Fuzz each target for some seconds."""
    for target in TARGETS:
        name = f"input: atheris on the {target}"
        if importlib.util.find_spec("atheris") is None:
            yield Outcome(name, 0, [], skipped="atheris is not installed")
        else:
            yield _fuzzed(name, target, seconds)


def _fuzzed(name: str, target: str, seconds: int) -> Outcome:
    with TemporaryDirectory(prefix="footnote-faults-") as folder:
        corpus, found = Path(folder, "corpus"), Path(folder, "found")
        corpus.mkdir()
        found.mkdir()
        whole = FACTS.read_text("utf-8")
        for number, text in enumerate([whole, *whole.split("\n")]):
            (corpus / str(number)).write_text(text, "utf-8")
        command = [sys.executable, "-m", "tests.faults.guided", target, str(corpus)]
        limits = [f"-max_total_time={seconds}", "-timeout=10", "-max_len=4000", "-rss_limit_mb=0"]
        done = subprocess.run(
            [*command, *limits, f"-artifact_prefix={found}/"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        inputs = [file.read_bytes() for file in found.iterdir()]
        kept = len(list(corpus.iterdir()))
    runs = [int(n) for n in re.findall(r"Done (\d+) runs", done.stderr)]
    failures = [f"{content!r}" for content in inputs]
    if done.returncode:
        failures.append(f"{done.stdout[-1500:]} {done.stderr[-500:]}")
    return Outcome(name, sum(runs), failures, f"{seconds} s, corpus: {kept}")


def _main(target: str, options: list[str]) -> None:
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["bot", "markdown_it"]):
        inputs = importlib.import_module("tests.faults.inputs")
    check = _checks(inputs)[target]
    atheris.Setup(["guided", *options], lambda content: check(content.decode("utf-8", "replace")))
    atheris.Fuzz()


def _checks(inputs: object) -> dict[str, Callable[[str], None]]:
    make = inputs.guided_checks  # type: ignore[attr-defined] # imported once it is instrumented
    checks: dict[str, Callable[[str], None]] = make()
    return checks


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2:])
