"""The shape of one line of a calendar file."""

from typing import Any, NamedTuple

from app.languages.messages import Message


class CalendarLine(NamedTuple):
    """What one line (or one event, by its first line) of a file says: the values of its `DayWanted`s, nothing, or a
    message about what is wrong with it."""

    number: int
    said: list[dict[str, Any]] | Message
