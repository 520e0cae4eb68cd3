"""The queries for the last reports on obligations, whose table belongs to the room `updates`."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, ScalarSelect, column, func, select, table

from app import clock
from app.obligations.span_models import ObligationSpan

MOMENT = ObligationSpan.__table__.c.from_at.type  # type: ignore[attr-defined]
REPORTS = table(
    "status_update",
    column("id"),
    column("obligation_id"),
    column("state"),
    column("percent"),
    column("narrative"),
    column("posted_at", MOMENT),
)


def last_report_id(obligation_id: Any, by_end_of: date | None) -> ScalarSelect[int]:
    """The id of the last report on an obligation, in a statement that has it; null where there is none.

    Args:
        by_end_of: posted by the end of this day, if one is given.
    """
    last = select(func.max(REPORTS.c.id)).where(REPORTS.c.obligation_id == obligation_id)
    return (last if by_end_of is None else last.where(_posted_by(by_end_of))).scalar_subquery()


def last_updates(
    connection: Connection, obligation_ids: Collection[int], by_end_of: date | None
) -> dict[int, dict[str, Any]]:
    """The members of LastUpdate, by obligation, of those that were reported on."""
    last = select(func.max(REPORTS.c.id)).where(REPORTS.c.obligation_id.in_(obligation_ids))
    last = last.group_by(REPORTS.c.obligation_id)
    if by_end_of is not None:
        last = last.where(_posted_by(by_end_of))
    return {
        row.obligation_id: {
            "id": row.id,
            "state": row.state,
            "percent": row.percent,
            "narrative": row.narrative,
            "posted_at": clock.shown(row.posted_at),
        }
        for row in connection.execute(select(REPORTS).where(REPORTS.c.id.in_(last)))
    }


def _posted_by(day: date) -> Any:
    return REPORTS.c.posted_at < clock.end_of(day)
