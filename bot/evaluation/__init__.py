"""Measures replies against labelled questions."""
