"""What redaction erases of a row (个人信息保护法 art. 47): what its model calls `personal`, or given words only."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Text, cast, or_
from sqlmodel import SQLModel

from app.journal.recorder import StreamRef
from app.journal.rows import Journaled, table_of

ERASED = "[redacted]"


class ErasedWhole(SQLModel):
    """A table whose rows are erased whole when one of their `personal` columns holds the words."""

    personal: ClassVar[frozenset[str]]
    codes: ClassVar[frozenset[str]] = frozenset()

    redacted_at: datetime | None = None

    @property
    def stream(self) -> StreamRef:
        """Where the journal has it."""
        raise NotImplementedError

    @property
    def subject(self) -> str:
        """As the journal's entries name it."""
        raise NotImplementedError

    def erase(self, at: datetime) -> str:
        """Erase all that it says. Answers the SHA-256 of what it was."""
        raise NotImplementedError


def erase(row: Journaled) -> None:
    """Erase what people wrote in a row."""
    for name in row.personal:
        value = getattr(row, name)
        if value and value not in row.ours:
            setattr(row, name, "" if type(row).model_fields[name].default == "" else ERASED)
    for name, value in row.erased.items():
        setattr(row, name, value)


def erase_words(row: Journaled, words: str) -> None:
    """Erase words wherever they stand in a row, and leave the rest. A row with a file is erased whole."""
    for name in row.personal | row.not_personal:
        value = getattr(row, name)
        if not holds(value, words):
            continue
        if row.erased:
            return erase(row)
        left, length = _without(value, words), getattr(table_of(type(row)).c[name].type, "length", None)
        setattr(row, name, left[:length] if isinstance(left, str) else left)
    return None


def written(model: type[Journaled], values: Mapping[str, Any]) -> dict[str, Any]:
    """Of a row's values or image, the columns that hold what somebody wrote."""
    return {name: values[name] for name in model.personal | model.not_personal if values.get(name)}


def holds(value: Any, words: str) -> bool:
    """Whether words stand in a text, or anywhere in JSON content."""
    if isinstance(value, Mapping):
        return any(holds(one, words) for one in value.values())
    if isinstance(value, list):
        return any(holds(one, words) for one in value)
    return isinstance(value, str) and words in value


def holds_in(column: Any, words: str) -> ColumnElement[bool]:
    """`holds`, in SQL, of a text or of JSON; it may find more, as SQLite takes x for X."""
    forms = {words, json.dumps(words)[1:-1], as_json(words)[1:-1]}
    return or_(*(cast(column, Text).contains(form, autoescape=True) for form in sorted(forms)))


def as_json(text: str) -> str:
    """A text as answers and the journal have it."""
    return json.dumps(text, ensure_ascii=False)


def _without(value: Any, words: str) -> Any:
    if isinstance(value, Mapping):
        return {name: _without(one, words) for name, one in value.items()}
    if isinstance(value, list):
        return [_without(one, words) for one in value]
    return value.replace(words, ERASED) if isinstance(value, str) else value
