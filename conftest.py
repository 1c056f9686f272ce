"""What holds for the whole test run, set before the tests' own `conftest.py` is loaded."""

import os
import shutil
from pathlib import Path

import pytest

# NumPy, which reads this when it is loaded, in one thread, as the program has it: those of two
# workers would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# In memory nobody waits for a disk, which takes as long as all else. A container may have little.
MEMORY = Path("/dev/shm")  # noqa: S108 (pytest makes a folder of its own in it)
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2**30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Three workers for two cores: the tests wait for other programs a third of their time."""
    return (os.cpu_count() or 1) * 3 // 2
