"""The apostrophe that protects CSV texts from being read as formulas (OWASP, CSV injection)."""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def guarded(text: str) -> str:
    """A text that no spreadsheet reads as a formula. One that looks guarded gets one more apostrophe."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text that was guarded, without the apostrophe."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
