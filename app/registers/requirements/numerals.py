"""The parser of numbers in county documents: 20, 1,200, 二十, 廿五, 两, 二〇二三, 1.2万, 三千五百."""

import re
from decimal import Decimal

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_DIGIT = "[一二两三四五六七八九]"
_NAMED = re.compile(rf"(?:{_DIGIT}千)?(?:零?{_DIGIT}百)?(?:零?{_DIGIT}?十|廿|卅)?(?:零?{_DIGIT})?")
_SPELT = re.compile(r"[〇○零一二三四五六七八九]{4}")
_MYRIADS = {"百": 10**2, "千": 10**3, "万": 10**4, "亿": 10**8}

CHINESE = "〇○零一二两三四五六七八九十百千廿卅"
SMALL = r"(?:\d{1,2}|[一二两三四五六七八九十廿卅]{1,3})"
"""A number of a month or a day."""
NUMBER = (
    rf"(?:(?<![\d.])(?:\d{{1,3}}(?:,\d{{3}}){{1,3}}|\d{{1,10}}(?:\.\d{{1,4}})?)|(?<![{CHINESE}])[{CHINESE}]{{1,9}})"
)
"""A number without 万 and 亿, which may belong to the measure (万元)."""
NO_MORE = rf"(?![\d{CHINESE}])"


def number_of(text: str) -> Decimal | None:
    """Exact; None for what is not a number (十十) or more than one (三五, three to five)."""
    scale = _MYRIADS.get(text[-1:], 1) if text[-1:] in "万亿" or text[:1].isdecimal() else 1
    body = text[:-1] if scale != 1 else text
    if body and body[0].isdecimal():
        return Decimal(body.replace(",", "")) * scale
    if _SPELT.fullmatch(body):
        return Decimal("".join(str(_DIGITS[character]) for character in body)) * scale
    if body in ("零", "〇"):
        return Decimal(0)
    if not body or not _NAMED.fullmatch(body):
        return None
    total = digit = 0
    for character in body:
        if character in _PLACES:
            total += (digit or 1) * _PLACES[character]
            digit = 0
        elif character in "廿卅":
            total += 20 if character == "廿" else 30
        else:
            digit = _DIGITS[character]
    return Decimal(total + digit) * scale


def whole(text: str) -> int:
    """A number of a month, a day or a count; 0, which none of them can be, for anything else."""
    value = number_of(text)
    return int(value) if value is not None and value == value.to_integral_value() else 0
