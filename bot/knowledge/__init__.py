"""Reads and checks what editors write: articles, facts, open questions, names, summaries."""
