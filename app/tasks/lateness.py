"""The progress and lateness of a task on a day, in SQL, without voided and untold obligations."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, ScalarSelect, case, exists, func, literal, not_, select
from sqlmodel import col

from app.checklists.models import Checklist, Task
from app.database.filters import Filters
from app.obligations.lights import Light, LightReason
from app.obligations.models import Obligation
from app.obligations.stands import stand_on
from app.obligations.states import ObligationState, Timeliness

WHOLE = 1_000_000


def conditions_of(filters: Filters, on: date) -> Iterator[ColumnElement[bool]]:
    """The conditions of the filters on a task on a day."""
    if filters.overdue is not None:
        yield has_overdue(on) if filters.overdue else not_(has_overdue(on))
    if filters.light is not None:
        yield shows(filters.light, on)
    if filters.timeliness is not None:
        yield has_timeliness(filters.timeliness, on)


def has_overdue(on: date) -> ColumnElement[bool]:
    return exists().where(*_owed(), Obligation.overdue(on), Checklist.counts_against_units())


def overdue_number(on: date) -> ScalarSelect[int]:
    late = *_owed(), Obligation.overdue(on), Checklist.counts_against_units()
    return select(func.count()).select_from(Obligation).where(*late).scalar_subquery()


def has_timeliness(timeliness: Timeliness, on: date) -> ColumnElement[bool]:
    """At least one of its obligations has this timeliness."""
    is_so = stand_on(None, today=on).timeliness == timeliness
    return exists().where(*_owed(), Obligation.begun(on), is_so, Checklist.counts_against_units())


def shows(light: Light, on: date) -> ColumnElement[bool]:
    """The worst light of its obligations is this one."""
    rank: Any = func.min(stand_on(None, today=on).light_rank())
    worst = select(rank).where(*_owed(), Obligation.begun(on), Checklist.counts_against_units()).scalar_subquery()
    return worst.in_([reason.rank for reason in LightReason if reason.light is light])


def progress() -> ColumnElement[int]:
    """The completed share of its obligations, in millionths; 0 if there are none."""
    state = col(Obligation.state)
    completed = func.count(case((state == ObligationState.COMPLETED, 1)))
    owed = func.nullif(func.count(case((state != ObligationState.WAIVED, 1))), 0)
    share: Any = (completed * WHOLE).op("/", return_type=Integer())(owed)  # of whole numbers; `//` would need floor()
    share = select(share).where(*_owed()).scalar_subquery()
    return func.coalesce(share, literal(0))


def _owed() -> tuple[ColumnElement[bool], ...]:
    return col(Obligation.task_id) == col(Task.id), col(Obligation.voided_at).is_(None)
