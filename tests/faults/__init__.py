"""The faults that Footnote has to survive: `python -m tests.faults [--short]` tries them all.

It prints a table (fault, tries, result, figure) and ends with exit code 1 if one is not
survived. Needs a system with `fork`.
"""
