"""The queries for the last reports on obligations, whose tables belong to the room `updates`."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, Integer, ScalarSelect, Select, and_, column, exists, func, not_, select, table

from app import clock
from app.obligations.span_models import ObligationSpan

MOMENT = ObligationSpan.__table__.c.from_at.type  # type: ignore[attr-defined]
REPORTS = table(
    "status_update",
    column("id", Integer),
    column("obligation_id"),
    column("state"),
    column("percent"),
    column("narrative"),
    column("posted_at", MOMENT),
)
_WITHDRAWALS = table("claim_withdrawal", column("update_id"), column("withdrawn_at", MOMENT))


def last_report_id(obligation_id: Any, by_end_of: date | None) -> ScalarSelect[int]:
    """The id of the last report on an obligation, in a statement that has it; null where there is none.

    Args:
        by_end_of: posted by the end of this day, if one is given.
    """
    return _last_standing(by_end_of).where(REPORTS.c.obligation_id == obligation_id).scalar_subquery()


def last_updates(
    connection: Connection, obligation_ids: Collection[int], by_end_of: date | None
) -> dict[int, dict[str, Any]]:
    """The members of LastUpdate, by obligation, of those that were reported on."""
    last = _last_standing(by_end_of).where(REPORTS.c.obligation_id.in_(obligation_ids))
    last = last.group_by(REPORTS.c.obligation_id)
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


def _last_standing(by_end_of: date | None) -> Select[Any]:
    """The id of the last report, without claims that their unit had withdrawn by then."""
    withdrawn = _WITHDRAWALS.c.update_id == REPORTS.c.id
    last = select(func.max(REPORTS.c.id))
    if by_end_of is not None:
        end = clock.end_of(by_end_of)
        withdrawn, last = and_(withdrawn, _WITHDRAWALS.c.withdrawn_at < end), last.where(REPORTS.c.posted_at < end)
    return last.where(not_(exists().where(withdrawn)))
