"""What an upgrade fills in for the rows of an older version, each as a change in the journal."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from app import clock
from app.checklists.models import Checklist
from app.checklists.span_models import ChecklistSpan
from app.journal.verification import verify
from app.obligations.models import Obligation
from app.operations.upgrading import follow_upgrade
from tests.conftest import County, FakeClock

STANDING = {"kind": "standing", "report_every_days": 30}


def as_an_older_version_left_it(session: Session) -> None:
    """Without the rows and values that it did not know, which are in no entry of its journal either."""
    for statement in (
        "DELETE FROM checklist_span",
        "UPDATE checklist SET yellow_days = NULL",
        "UPDATE obligation SET report_every_days = NULL, first_due_on = NULL",
        "UPDATE obligation_span SET report_every_days = NULL, first_due_on = NULL",
    ):
        session.execute(text(statement))
    session.expire_all()


@pytest.fixture
def lived(county: County, now: FakeClock) -> County:
    """Withdrawn for five days, told to units then; one standing duty, and one last day that was moved."""
    office, unit = county.as_role("coordinator"), county.as_unit("城关镇")
    task = county.task(2)
    office.patch(f"/tasks/{task['id']}", {"revision": task["revision"], "schedule": STANDING})
    owed = county.obligation(1, "城关镇")["id"]
    unit.post(f"/obligations/{owed}/extensions", {"due_on": "2024-01-20", "reason": "等待批复"})
    extension = office.all("/extensions")[0]["id"]
    office.put(f"/extensions/{extension}/decision", {"decision": "granted", "reason": "情况属实"})
    now.set("2023-06-05")
    office.delete("/checklists/1/publication")
    now.set("2023-06-10")
    office.put("/checklists/1/publication", {"audience": "units"})
    now.set("2023-07-01")
    return county


def spans(session: Session) -> list[Any]:
    found = session.exec(select(ChecklistSpan).order_by(col(ChecklistSpan.id))).all()
    return [(one.audience, one.yellow_days, one.from_at, one.to_at) for one in found]


def values(session: Session) -> list[Any]:
    rows = session.exec(select(Obligation).order_by(col(Obligation.id))).all()
    return [(one.report_every_days, one.first_due_on) for one in rows]


def test_what_an_older_version_did_not_know_is_as_if_it_had(lived: County) -> None:
    with lived.database.session(writes=True) as session:
        before = spans(session), values(session)
        as_an_older_version_left_it(session)
        follow_upgrade(session, soon=7, at=clock.now())
        session.flush()
        after = spans(session), values(session)

        assert after == before
        assert len(before[0]) == 4  # and the first four, which its journal still has, were deleted above
        assert len({*before[1]}) == 3
        found = {fault.place: fault.detail for fault in verify(session).faults}
        missing = {f"checklist_span {number}" for number in range(1, 5)}
        assert found.keys() >= missing
        assert {detail.partition(" outside ")[0] for place, detail in found.items() if place not in missing} == {
            "the row was changed"  # what the statements emptied, which its journal has
        }


def test_what_was_filled_in_once_is_left_alone(lived: County) -> None:
    with lived.database.session(writes=True) as session:
        as_an_older_version_left_it(session)
        follow_upgrade(session, soon=7, at=clock.now())
        session.flush()
        entries = verify(session).entries
        follow_upgrade(session, soon=30, at=clock.now())

        assert verify(session).entries == entries
        assert session.get_one(Checklist, 1).yellow_days == 7
