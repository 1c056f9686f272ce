"""NumPy in one thread, as the program has it: those of two workers would only wait for each other.

It stands above `tests/`, whose `conftest.py` loads NumPy, which reads this once.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
