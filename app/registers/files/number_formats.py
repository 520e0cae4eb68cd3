"""The display of a sheet's numbers and days by the format of their cell (ECMA-376 part 1, 18.8.30 and .31)."""

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

# Literal text; what only takes up room (_x) or fills it (*x); currencies, colours and languages.
_ASIDE = re.compile(r'"([^"]*)"|\\(.)|!(.)|_.|\*.|\[\$([^\-\]]*)[^\]]*\]|\[[^\]]*\]')
_PLACES = re.compile(r"[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+")
_DAYS = re.compile(r"[yYeE]|[mM]|[dD]")
_OTHER_FORMS = re.compile(r"[eE][+\-]|/|@|[gG]eneral|AM/PM|[aA]{3}")
_NO_MONTH = re.compile(r"[hH]+[^yYdDmMsS]*[mM]+|[mM]+[^yYdDhH]*[sS]")
_LONGEST, _LARGEST = 20, 10**15  # places of a format that people use; the digits that a sheet knows
_PLACEHOLDER = "\ufffc"


def shown(value: float | datetime, code: str, *, since_1904: bool = False) -> str | None:
    """A value as its format shows it; None where the format says nothing of its own.

    Args:
        since_1904: whether the workbook counts days from 1904, as those of older Macs do.
    """
    if isinstance(value, datetime) or is_of_days(code):
        day = value if isinstance(value, datetime) else _moment(value, since_1904=since_1904)
        return None if day is None else _day(day, code)
    return _number(Decimal(repr(value)), code)


def is_of_days(code: str) -> bool:
    bare = _ASIDE.sub("", code).split(";")[0]
    return bool(_DAYS.search(bare)) and not re.search(r"[0#?]", bare) and not re.search("[gG]eneral", bare)


def _moment(value: float, *, since_1904: bool) -> datetime | None:
    start = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001  a sheet's days have no zone
    try:
        return start + timedelta(days=value)
    except OverflowError:
        return None


def _day(day: datetime, code: str) -> str | None:
    """2026年6月 of a format without a day, 6月30日 of one without a year; None for those that show all three."""
    bare = _NO_MONTH.sub("h", _ASIDE.sub("", code).split(";")[0])
    parts = {
        "年": day.year if re.search("[yYeE]", bare) else None,
        "月": day.month if re.search("[mM]", bare) else None,
        "日": day.day if re.search("[dD]", bare) and not re.fullmatch("[dD]{3,4}", bare) else None,
    }
    given = [f"{number}{sign}" for sign, number in parts.items() if number is not None]
    if len(given) == 3:
        return day.date().isoformat() if "h" not in bare.lower() else None
    return "".join(given) or None


def _number(value: Decimal, code: str) -> str | None:
    sections = _sections(code)
    at = 1 if value < 0 and len(sections) > 1 else 2 if value == 0 and len(sections) > 2 else 0
    section, literals = sections[at]
    if _OTHER_FORMS.search(section):
        return None
    match = _PLACES.search(section)
    if match is None:  # 0;-0;"无"
        return "".join(literals).strip() or None
    if _PLACES.search(section, match.end()) or section.startswith(",", match.end()):
        return None
    whole, _, decimals = match[0].partition(".")
    if len(match[0]) > _LONGEST or abs(value) > _LARGEST:
        return None
    scaled = abs(value) if at == 1 else value
    scaled = scaled.scaleb(2 * section.count("%")).scaleb(-3 * (len(whole) - len(whole.rstrip(","))))
    text = _digits(scaled, whole.rstrip(","), decimals)
    section = section[: match.start()] + text + section[match.end() :]
    for literal in literals:
        section = section.replace(_PLACEHOLDER, literal, 1)
    return section.strip()


def _sections(code: str) -> list[tuple[str, list[str]]]:
    """The sections of a format, each with its literal texts apart."""
    found: list[tuple[str, list[str]]] = []
    literals: list[str] = []

    def aside(match: re.Match[str]) -> str:
        literals.append(next((text for text in match.groups() if text), ""))
        return _PLACEHOLDER

    masked = _ASIDE.sub(aside, code)
    for section in masked.split(";"):
        count = section.count(_PLACEHOLDER)
        found.append((section, literals[:count]))
        literals = literals[count:]
    return found


def _digits(value: Decimal, whole: str, decimals: str) -> str:
    rounded = abs(value).quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    ones, _, parts = f"{rounded:f}".partition(".")
    least = sum(sign == "0" for sign in decimals)
    parts = parts[:least] + parts[least:].rstrip("0")
    ones = ones.zfill(whole.replace(",", "").count("0")) if whole.replace(",", "").strip("#?") else ones
    if "," in whole:
        ones = f"{int(ones):,}"
    if "0" not in whole and ones == "0" and parts:
        ones = "" if whole in ("", "#") else ones
    return ("-" if value < 0 and rounded else "") + ones + ("." + parts if parts else "")
