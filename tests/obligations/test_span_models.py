"""When a span is in force, as its model says and as its SQL does."""

from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlmodel import col, select

from app.obligations.models import Obligation
from app.obligations.span_models import ObligationSpan
from app.obligations.states import ObligationState
from tests.conftest import County

DAY, LATER = date(2026, 3, 10), date(2026, 3, 20)
MIDNIGHT = datetime.fromisoformat("2026-03-11T00:00:00+08:00")  # the end of DAY
BEFORE, AFTER = MIDNIGHT - timedelta(seconds=1), MIDNIGHT + timedelta(seconds=1)
KNOWN = datetime.fromisoformat("2026-03-21T00:00:00+08:00") - timedelta(seconds=1)  # the last moment of LATER
UNKNOWN = KNOWN + timedelta(seconds=1)


def a_span(from_at: datetime = BEFORE, **facts: Any) -> ObligationSpan:
    return ObligationSpan(state=ObligationState.NOT_STARTED, from_at=from_at, **facts)


@pytest.mark.parametrize(
    ("span", "now", "known"),
    [
        (a_span(), True, True),
        (a_span(from_at=MIDNIGHT), False, False),
        (a_span(starts_on=DAY), True, True),
        (a_span(starts_on=DAY + timedelta(days=1)), False, False),
        (a_span(to_at=BEFORE), False, False),
        (a_span(to_at=MIDNIGHT), True, True),
        (a_span(to_at=BEFORE, end_recorded_at=KNOWN), False, False),
        (a_span(to_at=BEFORE, end_recorded_at=UNKNOWN), False, True),
        (a_span(recorded_at=KNOWN), True, True),
        (a_span(recorded_at=UNKNOWN), True, False),
        (a_span(voided_at=KNOWN), False, False),
        (a_span(voided_at=UNKNOWN), False, True),
    ],
)
def test_a_span_is_in_force_from_its_beginning_until_its_end_as_they_were_recorded(
    span: ObligationSpan, now: bool, known: bool
) -> None:
    assert span.is_in_force_at(DAY) is now
    assert span.is_in_force_at(DAY, LATER) is known


def test_the_database_finds_the_spans_in_force_as_the_model_does(county: County) -> None:
    days = [None, DAY, DAY + timedelta(days=1)]
    records = [None, KNOWN, UNKNOWN]
    with county.database.session(writes=True) as session:
        owed = session.exec(select(Obligation).limit(1)).one()
        rows = [
            a_span(
                from_at, starts_on=starts_on, to_at=to_at, recorded_at=recorded, end_recorded_at=ended, voided_at=voided
            )
            for from_at, to_at in [(BEFORE, BEFORE), (BEFORE, MIDNIGHT), (BEFORE, AFTER), (MIDNIGHT, AFTER)]
            for starts_on, recorded, ended, voided in product(days, records, records, records)
        ]
        for row in rows:
            row.obligation_id, row.unit_id, row.checklist_id = owed.id, owed.unit_id, owed.checklist_id
        session.add_all(rows)
        session.flush()
        made = col(ObligationSpan.id) >= rows[0].id
        for known_on in (None, DAY, LATER):
            found = session.scalars(select(ObligationSpan.id).where(made, ObligationSpan.at_end_of(DAY, known_on)))
            expected = {row.id for row in rows if row.is_in_force_at(DAY, known_on)}

            assert {*found} == expected
            assert 0 < len(expected) < len(rows)
