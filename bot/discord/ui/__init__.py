"""Buttons, menus and pages that survive a restart. Knows no feature."""
