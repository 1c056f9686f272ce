"""How the matcher does on public data, beside its peers: `python -m tests.bench [NAME …]`.

The data are not part of this repository; a bench whose data are not at hand says so.
"""
