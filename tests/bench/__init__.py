"""How the matcher does on public data, beside its peers: `python -m tests.bench [NAME …]`.

The data are not part of this repository; a bench whose data are not at hand says so.
"""

import sys
from pathlib import Path

import bot  # noqa: F401 (before NumPy, which then computes in one thread)

# As pytest has it, so that a bench may use what plays Discord in the fault suite.
sys.path.insert(0, str(Path(__file__).parents[1]))
