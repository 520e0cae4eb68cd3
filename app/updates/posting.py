"""The only writer of updates: it works on a connection without a session, in a fixed number of statements."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from app.access.actors import Actor
from app.checklists.targets import (
    Figure,
    Target,
    TargetScope,
    falls_short,
    figures_of,
    reached,
    stored_list,
    targets_of,
)
from app.clock import local_day
from app.journal.before import before_of
from app.journal.recorder import Change
from app.journal.rows import Journaled
from app.obligations.models import Obligation
from app.obligations.queries import LockedObligation
from app.obligations.spans import advanced
from app.tasks.bulk import each
from app.updates.models import SAID, Evidence
from app.updates.posting_statements import Locked, statements_for
from app.updates.queries import public_update
from app.updates.releases.queries import has_to_wait, public_waiting_report
from app.updates.releases.schemas import PostedMany, Reported, WaitingReportPublic
from app.updates.reporting import Signed, reported, signed_by, the_open_one
from app.updates.schemas import PostMany, StatusUpdateCreate, StatusUpdatePublic, UpdateItem, evidence_public


def post_update(
    connection: Connection,
    obligation_id: int,
    report: StatusUpdateCreate,
    *,
    by: Actor,
    at: datetime,
    arrived_on: date,
) -> Reported:
    """Store a unit's report on its own obligation, and change the obligation's state; or let the report wait inside the
    unit, if the checklist asks for its release.

    Args:
        arrived_on: the day by which the unit is judged; `at` is recorded.

    Raises:
        NotFound: the obligation does not exist, or the caller may not see it. NotYourUnit.
        And as `reported`.
    """
    found = statements_for(connection.dialect).lock(connection, obligation_id, by, at)
    asks = found.locked.checklist.asks_for_release
    waits = asks and has_to_wait(connection, by, found.locked.obligation.unit_id)
    signed = signed_by(report, by, found.key_name, asks_for_release=asks, waits=waits)
    if waits:
        return _let_wait(connection, found, report, signed, by, arrived_on)
    return _write(connection, found, report, signed, by, arrived_on)


def post_task_update(
    connection: Connection,
    task_id: int,
    unit_id: int,
    report: StatusUpdateCreate,
    *,
    by: Actor,
    at: datetime,
    arrived_on: date,
) -> Reported:
    """Store a report for a task and a unit instead of an obligation. It goes to the open obligation whose period has
    begun; else to the next open one; else to a closed one.

    Raises:
        NotYourUnit; NotFound: the unit owes nothing for this task; SeveralOpenPeriods: with the list of them.
        And as `post_update`.
    """
    by.require_unit(unit_id)
    candidates = statements_for(connection.dialect).candidates(connection, task_id, unit_id, by)
    obligation_id = the_open_one(candidates, task_id, unit_id, arrived_on).id
    return post_update(connection, obligation_id, report, by=by, at=at, arrived_on=arrived_on)


def post_released(
    connection: Connection,
    obligation_id: int,
    report: StatusUpdateCreate,
    signed: Signed,
    *,
    by: Actor,
    at: datetime,
    arrived_on: date,
) -> StatusUpdatePublic:
    """Store a report that waited, as an update of the moment of its release.

    Raises:
        As `post_update`.
    """
    found = statements_for(connection.dialect).lock(connection, obligation_id, by, at)
    return _write(connection, found, report, signed, by, arrived_on)


def post_updates(connection: Connection, wanted: PostMany, *, by: Actor, at: datetime, arrived_on: date) -> PostedMany:
    """Store a unit's reports on several of its obligations, all or none.

    Raises:
        What `post_update` raises for the first invalid item, with its index.
    """
    obligation_ids = [item.obligation_id for item in wanted.items]
    statements_for(connection.dialect).lock_streams(connection, obligation_ids, by)

    def post(item: UpdateItem) -> Reported:
        return post_update(connection, item.obligation_id, item, by=by, at=at, arrived_on=arrived_on)

    return PostedMany(items=each(wanted.items, post))


def _let_wait(
    connection: Connection, found: Locked, report: StatusUpdateCreate, signed: Signed, by: Actor, arrived_on: date
) -> WaitingReportPublic:
    """Let a report wait inside its unit. It has to obey the rules today, and changes nothing but the list of what
    waits."""
    locked, statements = found.locked, statements_for(connection.dialect)
    reported(locked, report, by, arrived_on)
    waiting = statements.waiting.make(
        **_said(report),
        checklist_id=locked.obligation.checklist_id,
        obligation_id=locked.obligation.id,
        unit_id=locked.obligation.unit_id,
        key_id=signed.key_id,
        reported_by=signed.reported_by,
        reported_at=locked.moment,
    )
    statements.waiting.insert(connection, waiting)
    links = _insert_links(connection, report, waiting.checklist_id, waiting_report_id=waiting.id)
    change = Change("report.written", locked.subject, [waiting, *links])
    statements.streams.append(connection, found.head, change, by=by.who, at=locked.moment)
    return public_waiting_report(waiting, [evidence_public(link) for link in links], {by.who: found.key_name})


def _write(
    connection: Connection, found: Locked, report: StatusUpdateCreate, signed: Signed, by: Actor, arrived_on: date
) -> StatusUpdatePublic:
    """Write a report that counts: the update, the obligation with its span, and the journal's entry."""
    locked, head, span, key_name = found
    obligation, statements = locked.obligation, statements_for(connection.dialect)
    obligation_before, span_before = statements.obligations.values(obligation), statements.spans.values(span)
    reported(locked, report, by, arrived_on)
    update = statements.updates.make(**_values(connection, locked, report, signed))
    if arrived_on < local_day(locked.moment):  # what was recorded since then does not count against it
        obligation.has_missed = statements.had_missed(connection, obligation.id, arrived_on)
    following = advanced(obligation, span, locked.moment, arrived_on)
    statements.updates.insert(connection, update)
    links = _insert_links(connection, report, update.checklist_id, update_id=update.id)
    statements.obligations.update(connection, obligation, obligation_before)
    verb = "update.posted"
    rows: list[Journaled] = [update, *links, obligation]
    before = before_of(verb, obligation, obligation_before)
    if following is not None:
        statements.spans.update(connection, span, span_before)  # ends before the next begins: only one may be open
        statements.spans.insert(connection, following)
        before, rows = before | before_of(verb, span, span_before), [*rows, span, following]
    if obligation_before["suspended_on"] and not obligation.suspended_on:
        for ended, ended_before in statements.end_suspended(connection, obligation.id, locked.moment):
            before, rows = before | before_of(verb, ended, ended_before), [*rows, ended]
    change = Change(verb, locked.subject, rows, before=before)
    statements.streams.append(connection, head, change, by=by.who, at=locked.moment)
    return public_update(update, [evidence_public(link) for link in links], {by.who: key_name})


def _said(report: StatusUpdateCreate) -> dict[str, Any]:
    """What a report says, as the columns of the same names store it."""
    return {name: getattr(report, name) for name in SAID} | {"figures": stored_list(report.figures)}


def _insert_links(
    connection: Connection, report: StatusUpdateCreate, checklist_id: int, **owner: int
) -> list[Evidence]:
    evidence = statements_for(connection.dialect).evidence
    links = [
        evidence.make(checklist_id=checklist_id, url=link.url, title=link.title, **owner) for link in report.evidence
    ]
    for link in links:
        evidence.insert(connection, link)
    return links


def _values(
    connection: Connection, locked: LockedObligation, report: StatusUpdateCreate, signed: Signed
) -> dict[str, Any]:
    """The columns of an update."""
    obligation, targets = locked.obligation, targets_of(locked.task.targets)
    own = figures_of(obligation.reached)
    return _said(report) | {
        "checklist_id": obligation.checklist_id,
        "task_id": obligation.task_id,
        "obligation_id": obligation.id,
        "unit_id": obligation.unit_id,
        "percent": 100 if report.claims_completion else report.percent,
        "contradicts_target": report.claims_completion and falls_short(targets, reached(own)),
        "whole_falls_short": _whole_falls_short(connection, obligation, targets, own),
        "posted_at": locked.moment,
        **signed._asdict(),
    }


def _whole_falls_short(
    connection: Connection, obligation: Obligation, targets: Sequence[Target], own: Sequence[Figure]
) -> bool:
    """Whether the last reports of all units of the period miss a target for all of them together."""
    if all(one.scope is TargetScope.EACH for one in targets):
        return False
    others = statements_for(connection.dialect).others(connection, obligation)
    return falls_short(targets, reached(own, *(figures_of(one.reached) for one in others)), TargetScope.TOGETHER)
