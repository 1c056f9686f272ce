"""Hearing a question, answering it, and the buttons under an answer."""
