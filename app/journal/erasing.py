"""Redaction of rows (个人信息保护法 art. 47): it erases the `personal` columns of the model, or given words only."""

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
    """A table whose rows are erased whole when one of their `personal` columns contains the words."""

    personal: ClassVar[frozenset[str]]
    codes: ClassVar[frozenset[str]] = frozenset()

    redacted_at: datetime | None = None

    @property
    def stream(self) -> StreamRef:
        """Its stream in the journal."""
        raise NotImplementedError

    @property
    def subject(self) -> str:
        """Its name in the journal's entries."""
        raise NotImplementedError

    def erase(self, at: datetime) -> str:
        """Erase all of it. Returns the SHA-256 of its former content."""
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
        if not contains(value, words):
            continue
        if row.erased:
            return erase(row)
        left, length = _without(value, words), getattr(table_of(type(row)).c[name].type, "length", None)
        setattr(row, name, left[:length] if isinstance(left, str) else left)
    return None


def written(model: type[Journaled], values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a row's values or image that contain what somebody wrote."""
    return {name: values[name] for name in model.personal | model.not_personal if values.get(name)}


def contains(value: Any, words: str) -> bool:
    """Whether a text, or any part of JSON content, contains words."""
    if isinstance(value, Mapping):
        return any(contains(one, words) for one in value.values())
    if isinstance(value, list):
        return any(contains(one, words) for one in value)
    return isinstance(value, str) and words in value


def contains_in(column: Any, words: str) -> ColumnElement[bool]:
    """`contains`, in SQL, of a text or of JSON; it may find more, since SQLite ignores the case."""
    forms = {words, json.dumps(words)[1:-1], as_json(words)[1:-1]}
    return or_(*(cast(column, Text).contains(form, autoescape=True) for form in sorted(forms)))


def as_json(text: str) -> str:
    """A text as responses and the journal encode it."""
    return json.dumps(text, ensure_ascii=False)


def _without(value: Any, words: str) -> Any:
    if isinstance(value, Mapping):
        return {name: _without(one, words) for name, one in value.items()}
    if isinstance(value, list):
        return [_without(one, words) for one in value]
    return value.replace(words, ERASED) if isinstance(value, str) else value
