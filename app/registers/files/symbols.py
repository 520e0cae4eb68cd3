"""The characters of symbol fonts, whose codes mean nothing without the font."""

import re
from collections.abc import Mapping

_DECLARED = re.compile(r"(?<![-\w])font-family\s*:([^;]*)", re.IGNORECASE)
UNKNOWN_SYMBOL = "〓"  # what printers set for a character that they do not have
_PRIVATE = 0xF000  # where Word stores the characters of such a font
_WINGDINGS = {
    0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x72: "❒", 0x75: "◆", 0x76: "❖", 0x77: "◆", 0x9F: "•", 0xA1: "○",
    0xA7: "▪", 0xA8: "□", 0xAB: "★", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓",
    0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_WINGDINGS_2 = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□", 0x97: "●", 0x98: "●"}
_SYMBOL = {
    0x2A: "*", 0x2B: "+", 0x2D: "−", 0x3C: "<", 0x3D: "=", 0x3E: ">", 0x61: "α", 0x62: "β", 0x6D: "μ", 0x44: "Δ",
    0x53: "Σ", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAE: "→", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×",
    0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xD6: "√",
}  # fmt: skip
_WEBDINGS = {0x61: "✔", 0x63: "□", 0x67: "■", 0x72: "✖", 0x3D: "■", 0x6E: "●"}
_FONTS: Mapping[str, Mapping[int, str]] = {
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "webdings": _WEBDINGS,
    "symbol": _SYMBOL,
}


def symbol(font: str | None, code: str | None) -> str | None:
    """The character that `w:sym` shows; None for an unknown one."""
    try:
        number = int(code or "", 16)
    except ValueError:
        return None
    return _FONTS.get((font or "").lower(), {}).get(number & 0xFF)


def in_font(text: str, font: str | None, *, is_page: bool = False) -> str:
    """Text as a symbol font shows it.

    Characters outside the font's own range stay, as Word shows them by another font. A browser shows the first 256
    characters by the font too.
    """
    symbols = _FONTS.get((font or "").lower())
    if symbols is None:
        return text
    return "".join(
        symbols.get(ord(char) & 0xFF, char)
        if _PRIVATE <= ord(char) <= _PRIVATE + 0xFF or (is_page and ord(char) <= 0xFF)
        else char
        for char in text
    )


def font_of(style: str, face: str | None = None) -> str | None:
    """The font that an element of a page declares, by the first name in its list; None where it declares none."""
    declared = [match[1] for match in _DECLARED.finditer(style)] or ([face] if face else [])
    if not declared:
        return None
    return declared[-1].partition(",")[0].strip(" \t\n\"'").lower()
