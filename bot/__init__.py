"""Footnote: answers questions about an article and quotes the sentence that says so."""
