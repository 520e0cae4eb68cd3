"""Every text that people can write is declared as personal or not, where its table is, and redaction erases it."""

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from sqlalchemy import JSON, Column, Date, Enum, Integer, MetaData, String, Table, Text
from sqlmodel import SQLModel

from app import models as _all_tables  # noqa: F401
from app.journal.erasing import ErasedWhole, erase, erase_words
from app.journal.rows import journaled_tables

TABLES: list[Any] = [*journaled_tables()]
JOURNALED = [model for model in TABLES if not issubclass(model, ErasedWhole)]
NUMBER = "340111198001011234"


def texts(table: Table) -> Iterator[str]:
    """The columns in which a text or JSON may stand; the words of an enum are not people's."""
    for column in table.columns:
        kind = getattr(column.type, "impl", column.type)
        if isinstance(kind, String | JSON) and not isinstance(kind, Enum):
            yield column.name


def undeclared(model: Any) -> set[str]:
    """What is wrong with a model's declarations: columns that are in none of them, or in two, or are not there."""
    several = [name for declared in declarations(model) for name in declared]
    return {*texts(model.__table__)} ^ {*several} | {name for name in several if several.count(name) > 1}


def declarations(model: Any) -> list[frozenset[str]]:
    return [model.personal, getattr(model, "not_personal", frozenset()), model.codes]


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__tablename__)
def test_every_text_of_a_table_is_declared(model: Any) -> None:
    assert undeclared(model) == set()


def test_no_other_table_contains_what_people_write() -> None:
    """Redaction erases payloads and answers by itself; a stream has but a name, and what the tick works with only
    codes, names of rows, and what other systems answered; a session has the digest of its cookie."""
    others = {*SQLModel.metadata.tables} - {model.__tablename__ for model in TABLES}

    assert {name for name in others if [*texts(SQLModel.metadata.tables[name])]} == {
        "delivery",
        "job_run",
        "journal_entry",
        "journal_stream",
        "kept_answer",
        "notice",
        "reminder",
        "stream_cursor",
        "web_session",
    }


def test_a_text_that_nobody_declared_would_be_found() -> None:
    class Forgetful:
        personal: ClassVar[frozenset[str]] = frozenset({"reason", "gone"})
        codes: ClassVar[frozenset[str]] = frozenset({"reason"})
        __table__: ClassVar[Table] = Table(
            "forgetful",
            MetaData(),
            Column("id", Integer),
            Column("day", Date),
            Column("kind", Enum("a", "b")),
            Column("reason", Text),
            Column("remark", String(50)),
            Column("content", JSON),
        )

    assert undeclared(Forgetful) == {"reason", "gone", "remark", "content"}


def content_of(kind: Any) -> Any:
    said = f"张三 {NUMBER}"
    return [{"metric": said, "number": "3"}] if isinstance(getattr(kind, "impl", kind), JSON) else said


def values(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in texts(row.__table__)}


def row_of(model: Any) -> Any:
    """A row that says the number in every text."""
    return model(**{name: content_of(model.__table__.c[name].type) for name in texts(model.__table__)})


@pytest.mark.parametrize("model", JOURNALED, ids=lambda model: model.__tablename__)
def test_erasing_a_row_leaves_nothing_in_its_personal_columns(model: Any) -> None:
    row = row_of(model)
    before = values(row)
    erase(row)
    now = values(row)

    assert not {name for name in model.personal if NUMBER in str(now[name])}
    assert {name for name in now if now[name] != before[name]} - {*model.erased} == model.personal - {*model.erased}


@pytest.mark.parametrize("model", JOURNALED, ids=lambda model: model.__tablename__)
def test_erasing_words_leaves_the_rest_of_a_text_and_the_codes(model: Any) -> None:
    row = row_of(model)
    erase_words(row, NUMBER)
    now = values(row)

    assert {name for name in texts(model.__table__) if NUMBER in str(now[name])} == {*model.codes} - {*model.erased}
    if not model.erased:  # a row with a file goes whole
        assert all("张三 [redacted]" in str(now[name]) for name in model.personal | model.not_personal)


def test_erased_words_fit_their_column() -> None:
    contact = row_of(next(model for model in TABLES if model.__tablename__ == "unit_contact"))
    contact.phone = "0564-6021234 " * 3 + "转 12"
    erase_words(contact, "12")

    assert len(contact.phone) == 50
    assert "12" not in contact.phone.replace("[redacted]", "")


def test_words_of_the_system_itself_stay() -> None:
    """By this sentence an obligation is known that comes back with its unit."""
    owed = row_of(next(model for model in TABLES if model.__tablename__ == "obligation"))
    owed.reason = "the unit was dissolved"
    erase(owed)

    assert owed.reason == "the unit was dissolved"
