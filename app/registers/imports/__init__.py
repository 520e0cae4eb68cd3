"""Imports: preview, questions, answers, commit and newer editions of a register."""
