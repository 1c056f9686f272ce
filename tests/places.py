"""Where the tests find things."""

from pathlib import Path

TESTS = Path(__file__).parent
ROOT = TESTS.parent
KNOWLEDGE = ROOT / "knowledge"
SMALL_KNOWLEDGE = TESTS / "small"
