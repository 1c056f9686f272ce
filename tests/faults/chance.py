"""Chance: another one in each run, the same again for who gives its seed."""

import os
import random

SEED = int(os.environ.get("FAULTS_SEED") or random.randrange(10**9))
"""What all chance of this run comes from; `FAULTS_SEED` sets it."""


def chance(part: object) -> random.Random:
    """The chance of one part of the run, whatever the other parts take."""
    return random.Random(f"{SEED} {part}")
