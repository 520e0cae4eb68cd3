"""The message that a channel sends, and its outcome."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from app.notices.texts import Text


class Message(NamedTuple):
    """One delivery to send."""

    id: str
    address: str
    secrets: Sequence[str]
    at: datetime
    text: Text | None = None
    entry: dict[str, Any] | None = None  # of a webhook: type, timestamp, data


class Result(StrEnum):
    SENT = "sent"
    REJECTED = "rejected"  # this message; others may pass
    AWAY = "away"  # the receiver, or whoever passes messages on to it
    GONE = "gone"  # it wants no more for good


class Outcome(NamedTuple):
    """The outcome of a delivery. Of the response only its status and 200 characters are stored."""

    result: Result
    status: int | None = None
    answer: str = ""
    retry_after: float | None = None  # seconds


def cut(answer: str) -> str:
    """The part of a response that is stored, on one line."""
    return "".join(sign if sign.isprintable() else " " for sign in answer[:400]).strip()[:200]
