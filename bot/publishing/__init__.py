"""Publishes a state of the knowledge folder: database, history, replay, release, rollback."""
