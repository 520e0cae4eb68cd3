"""The rows whose measures and units are numbered alike: each unit may owe only the measure of its number."""

import re
from collections.abc import Iterable

from app.registers.imports.full_reading import RowReading

_NUMBER = re.compile(r"(?:^|(?<=[\n;；。，,、\s]))[(（]?(\d{1,2})[.．、)）](?!\d)|([①-⑳])")


def numbered_alike(rows: Iterable[RowReading]) -> list[int]:
    """The numbers of such rows."""
    both = ((row.number, _numbers(row.task.requirement), _numbers(row.task.units_text)) for row in rows)
    return [number for number, measures, units in both if len(units) > 1 and measures == units]


def _numbers(text: str) -> list[int]:
    return [int(plain) if plain else ord(circled) - ord("①") + 1 for plain, circled in _NUMBER.findall(text)]
