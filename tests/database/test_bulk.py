"""Many rows by one statement: each gets the id of its own row, and what the database refuses is refused as ever."""

import random

import pytest
from sqlmodel import Session, col, select

from app.checklists.models import Section
from app.database.bulk import insert_all
from app.errors import AlreadyExists
from app.journal.models import JournalEntry
from tests.conftest import County


def sections(count: int) -> list[Section]:
    return [Section.model_construct(checklist_id=1, position=100 + place, title="甲") for place in range(count)]


def stored(session: Session) -> dict[int, int]:
    return {one.id: one.position for one in session.exec(select(Section).where(col(Section.position) >= 100))}


def test_each_row_gets_the_id_of_its_own(county: County) -> None:
    rows = sections(2500)
    random.Random(1).shuffle(rows)  # noqa: S311  no secret
    with county.database.session(writes=True) as session:
        insert_all(session, rows)

        assert stored(session) == {row.id: row.position for row in rows}


def test_a_thousand_rows_take_one_statement(county: County) -> None:
    statements: list[str] = []
    county.database.watchers.append(lambda text, *_: statements.append(text))
    with county.database.session(writes=True) as session:
        insert_all(session, sections(2500))

    assert len([one for one in statements if one.startswith("INSERT")]) == 3


def test_what_is_not_given_is_the_models_default(county: County) -> None:
    (row,) = sections(1)
    with county.database.session(writes=True) as session:
        insert_all(session, [row])
    with county.database.session(writes=False) as session:
        assert session.get_one(Section, row.id).revision == row.revision == 1


def test_rows_that_collide_are_refused(county: County) -> None:
    with pytest.raises(AlreadyExists), county.database.session(writes=True) as session:
        insert_all(session, [*sections(3), *sections(1)])
    with county.database.session(writes=False) as session:
        assert stored(session) == {}


def test_rows_that_are_numbered_by_nobody_go_in_too(county: County) -> None:
    rows = [JournalEntry.model_construct(stream="checklist:1", seq=seq, envelope="", hash="") for seq in (101, 102)]
    with county.database.session(writes=True) as session:
        insert_all(session, rows)

        assert [session.get_one(JournalEntry, (row.stream, row.seq)).seq for row in rows] == [101, 102]


def test_no_rows_need_no_statement(county: County) -> None:
    with county.database.session(writes=False) as session:
        insert_all(session, [])
