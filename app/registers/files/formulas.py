"""The apostrophe before a text of CSV that a spreadsheet would take for a formula (OWASP, CSV injection)."""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula. One that looks guarded gets one apostrophe more."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text that was guarded, without the apostrophe."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
