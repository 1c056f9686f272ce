"""How the matcher does on public data, beside its peers: `python -m tests.bench [NAME …]`.

The data are not part of this repository; a bench whose data are not at hand says so.
"""

import os
import sys
from pathlib import Path

# As pytest has it, so that a bench may use what plays Discord in the fault suite.
sys.path.insert(0, str(Path(__file__).parents[1]))
# NumPy reads it when it is loaded; the program does the same for itself.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
