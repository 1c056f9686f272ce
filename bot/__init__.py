"""Footnote: answers questions about an article and quotes the sentence that says so."""

import os

# Our computations are small: NumPy's threads would wait for each other, and keep all cores busy. It
# reads this once, when it is loaded: OpenBLAS on Linux and Windows, Accelerate on macOS.
for _name in ("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_name, "1")
