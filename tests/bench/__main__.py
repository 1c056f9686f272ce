"""Run the benches that are named, or all of them."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from .articles import bench_articles
from .data import MissingDataError
from .growth import bench_growth
from .intents import bench_intents
from .library import bench_library
from .mention import bench_mention
from .messages import bench_messages
from .scale import bench_scale
from .speed import bench_speed

ROOT = Path(__file__).parents[2]

BENCHES: Mapping[str, Callable[[Path], None]] = {
    "articles": bench_articles,
    "growth": bench_growth,
    "intents": bench_intents,
    "library": bench_library,
    "mention": bench_mention,
    "scale": bench_scale,
    "speed": bench_speed,
    "messages": bench_messages,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    arguments = parser.parse_args()
    for name in arguments.names or BENCHES:
        try:
            BENCHES[name](arguments.data)
        except MissingDataError as error:
            print(f"{name}: skipped, {error}")


main()
