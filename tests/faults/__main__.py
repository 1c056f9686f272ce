"""Try every fault and print the table."""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from .chance import SEED
from .clock import set_clock_back
from .commands import run_commands
from .custom_ids import click_anything
from .damage import damage_databases
from .discord_burst import everybody_at_once
from .discord_faults import break_discord
from .guided import fuzz_guided
from .inputs import feed_inputs
from .kills import kill_everywhere
from .mutants import try_mutants
from .outcome import Outcome, table
from .programs import end_programs
from .scaling import measure
from .server import break_server
from .stage import all_staged
from .storage import break_storage


@dataclass(frozen=True)
class Extent:
    """How much of everything is tried; `guided` is in seconds."""

    steps: int
    moments: int
    storage: int
    programs: int
    damages: int
    examples: int
    clicks: int
    rounds: int
    guided: int
    discord: int
    burst: int


SHORT = Extent(
    steps=5,
    moments=2,
    storage=1,
    programs=1,
    damages=3,
    examples=100,
    clicks=1,
    rounds=1,
    guided=0,
    discord=4,
    burst=1000,
)
LONG = Extent(
    steps=60,
    moments=20,
    storage=8,
    programs=20,
    damages=100,
    examples=3000,
    clicks=20,
    rounds=5,
    guided=120,
    discord=60,
    burst=10_000,
)


def main() -> int:
    """Return the exit code: 1 if a fault was not survived, 3 if none failed but one was skipped."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--short", action="store_true", help="less of everything")
    parser.add_argument("what", nargs="?", choices=["faults", "mutants"], default="faults")
    parser.add_argument("promise", nargs="?", default="", help="of mutants, a part of the promise")
    given = parser.parse_args()
    return try_mutants(given.promise) if given.what == "mutants" else _try_faults(given.short)


def _try_faults(short: bool) -> int:  # noqa: FBT001
    print(f"FAULTS_SEED={SEED}", file=sys.stderr)
    started = time.monotonic()
    outcomes = []
    for outcome in _outcomes(SHORT if short else LONG):
        taken = f"{time.monotonic() - started:.0f} s"
        print(f"{taken:>6}  {outcome.result:9} {outcome.fault}", file=sys.stderr, flush=True)
        outcomes.append(outcome)
    print(table(outcomes))
    print(f"\nFAULTS_SEED={SEED} tries the same again.")
    skipped = [outcome.fault for outcome in outcomes if outcome.skipped]
    if skipped:
        print(f"\nNobody knows about what was skipped: {', '.join(skipped)}.")
    if not all(outcome.ok or outcome.skipped for outcome in outcomes):
        return 1
    return 3 if skipped else 0


def _outcomes(extent: Extent) -> Iterator[Outcome]:
    with all_staged() as stages:
        yield from kill_everywhere(stages, extent.steps, extent.moments)
        yield from break_storage(stages, extent.storage)
    yield from break_server(extent.moments)
    yield from end_programs(extent.programs)
    yield from damage_databases(extent.damages)
    yield from run_commands()
    yield from set_clock_back()
    yield from feed_inputs(extent.examples)
    yield from click_anything(extent.clicks)
    yield from measure(extent.rounds)
    yield from break_discord(extent.discord, patient=extent is LONG)
    yield from everybody_at_once(extent.burst)
    if extent.guided:
        yield from fuzz_guided(extent.guided)


if __name__ == "__main__":
    sys.exit(main())
