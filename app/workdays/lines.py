from typing import Any, NamedTuple

from app.languages.messages import Message


class CalendarLine(NamedTuple):
    """What one line (or one event, by its first line) of a file says: the days that it names as `DayWanted` takes
    them, nothing, or a sentence on what is wrong with it."""

    number: int
    said: list[dict[str, Any]] | Message
