"""Checks whether a quotation is verbatim, altered or not in the article."""
