"""It must show, 2: the register, imported whole or not at all."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import false
from sqlmodel import col, select

from app import clock
from app.access.actors import OPERATOR
from app.database.engine import Database
from app.errors import TitleTaken, UnknownReference, UnreadableRegister
from app.journal.verification import verify
from app.journal.walking import Head
from app.registers.files.reader import read_register
from app.registers.imports.actions import begin
from app.registers.imports.checklist_actions import ImportReport, import_register
from app.registers.imports.sent_register import read_sent
from app.units.directory_file import import_directory, read_directory
from app.units.models import Unit
from tests.conftest import COUNTY, County, enter_county, sample_page

INPUT = Path(__file__).parents[3].parent / "shared" / "input"


def enter(database: Database, page: bytes) -> ImportReport:
    with database.session(writes=True) as session:
        return import_register(session, read_register(page), COUNTY, by=OPERATOR, at=clock.now(), soon=7)


def heads(database: Database) -> dict[str, Head]:
    with database.session(writes=False) as session:
        report = verify(session)
    assert report.faults == []
    return report.heads


@pytest.mark.parametrize("source", ["sample", "real"])
def test_a_register_becomes_its_obligations(database: Database, source: str) -> None:
    if source == "real" and not INPUT.exists():
        pytest.skip("the county's real page is not beside this project")
    page = sample_page() if source == "sample" else (INPUT / "huoqiu-2023-register.txt").read_bytes()
    with database.session(writes=True) as session:
        if source == "sample":
            enter_county(session, at=clock.now())
        else:
            lines = read_directory((INPUT / "huoqiu-units.csv").read_bytes())
            import_directory(session, lines, COUNTY, by=OPERATOR, at=clock.now())
        shown = begin(session, read_sent(page, "清单.txt"), COUNTY, by=OPERATOR, at=clock.now())
    report = enter(database, page)
    kinds = Counter(str(one.kind) for one in shown.questions)

    assert (report.sections, report.tasks, report.assignments, report.obligations) == (10, 23, 116, 539)
    assert (kinds["no_unit"], kinds["open_collective"], kinds["unfinished_list"]) == (1, 12, 1)
    assert (kinds["unknown_unit"], kinds["unread"]) == (0, 0)


def test_a_page_of_the_same_title_is_not_a_second_checklist(county: County) -> None:
    before = heads(county.database)

    with pytest.raises(TitleTaken):
        enter(county.database, sample_page())
    assert heads(county.database) == before


def test_a_unit_that_the_directory_lacks_is_entered_as_unconfirmed(database: Database) -> None:
    with database.session(writes=True) as session:
        enter_county(session, at=clock.now())
    report = enter(database, sample_page().replace("数管局".encode(), "数据资源局".encode()))

    with database.session(writes=False) as session:
        met = session.exec(select(Unit.name).where(col(Unit.is_confirmed) == false())).all()

    assert met == ["数据资源局"]
    assert report.obligations == 539


def test_a_register_without_a_directory_is_refused(database: Database) -> None:
    with pytest.raises(UnknownReference):
        enter(database, sample_page())


def test_a_broken_page_says_what_was_expected() -> None:
    with pytest.raises(UnreadableRegister, match="expected"):
        read_register("今天天气很好".encode())
