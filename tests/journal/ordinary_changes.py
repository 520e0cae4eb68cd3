"""For each table a row, and the change of it that the API offers."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from httpx import Response
from sqlalchemy import Connection, select, text

from app.journal.rows import table_of
from tests.access.rows import REASON, Rows
from tests.conftest import Api, County
from tests.journal.tampering import MODELS


class Change(NamedTuple):
    """A request for one row, by whom. The path and the body name columns of the row, and ids of `Rows`, in braces."""

    row: str  # SQL that finds its key; `:name` is one of the ids
    who: str
    call: str
    body: Mapping[str, Any] | None = None


PLAIN_TASK = "SELECT task_id FROM obligation WHERE id = :plain"
REDACTED = "PUT /journal/checklist:1/{entry}/redaction"  # no verb of its own changes what was said once
WITHOUT = {"api_key_unit", "former_section", "former_source", "calendar_year"}  # none: the recorder's own way is taken
CHANGES = {
    "jurisdiction": Change("SELECT :code", "admin", "PUT /jurisdictions/{code}", {"name": "新县"}),
    "unit": Change(
        "SELECT :third",
        "coordinator",
        "PATCH /units/{id}",
        {"revision": 1, "code": "341522199"},
    ),
    "unit_alias": Change(
        "SELECT id FROM unit_alias WHERE unit_id = :third AND is_own_name",
        "coordinator",
        "PATCH /units/{unit_id}",
        {"revision": 1, "name": "新名镇"},
    ),
    "unit_contact": Change("SELECT :contact_id", "own", "DELETE /units/{unit_id}/contacts/{id}"),
    "membership": Change(
        "SELECT id FROM membership WHERE collective_id = :collective",
        "coordinator",
        "DELETE /units/{collective_id}/members/{unit_id}",
    ),
    "checklist": Change("SELECT 1", "coordinator", "PATCH /checklists/{id}", {"revision": 3, "title": "改了的标题"}),
    "checklist_span": Change(
        "SELECT id FROM checklist_span WHERE checklist_id = 1 AND to_at IS NULL",
        "coordinator",
        "PATCH /checklists/{checklist_id}",
        {"revision": 3, "yellow_days": 9},
    ),
    "section": Change("SELECT 1", "coordinator", "PATCH /sections/{id}", {"revision": 1, "title": "改了的部分"}),
    "task": Change(PLAIN_TASK, "coordinator", "PATCH /tasks/{id}", {"revision": 1, "summary": "改了的话"}),
    "assignment": Change(
        "SELECT assignment_id FROM obligation WHERE id = :plain",
        "coordinator",
        "DELETE /tasks/{task_id}/units/{unit_id}",
    ),
    "period": Change(
        "SELECT period_id FROM obligation WHERE id = :plain",
        "coordinator",
        "PATCH /tasks/{task_id}",
        {"revision": 1, "schedule": {"kind": "on", "due_on": "2023-11-11"}},
    ),
    "task_event": Change("SELECT :event_id", "coordinator", "PUT /tasks/{task_id}/events/{id}/withdrawal", REASON),
    "obligation": Change("SELECT :plain", "coordinator", "POST /obligations/{id}/waiver", REASON),
    "obligation_span": Change(
        "SELECT id FROM obligation_span WHERE obligation_id = :plain AND to_at IS NULL",
        "coordinator",
        "POST /obligations/{obligation_id}/waiver",
        REASON,
    ),
    "suspension": Change(
        "SELECT id FROM suspension WHERE obligation_id = :resting",
        "coordinator",
        "DELETE /obligations/{obligation_id}/suspension",
    ),
    "extension": Change(
        "SELECT :extension_id", "coordinator", "PUT /extensions/{id}/decision", {"decision": "granted"}
    ),
    "finding": Change("SELECT :finding_id", "own", "POST /findings/{id}/answers", {"narrative": "已恢复。"}),
    "register_import": Change(
        "SELECT :import_id",
        "coordinator",
        "POST /registers/imports/{id}/answers",
        {"answers": [{"kind": "no_unit", "leave": False}]},
    ),
    "person": Change("SELECT :person_id", "admin", "PATCH /persons/{id}", {"revision": 1, "name": "李四"}),
    "claim_rule": Change("SELECT :rule_id", "admin", "DELETE /claim-rules/{id}"),
    "api_key": Change("SELECT :key_id", "admin", "DELETE /keys/{id}"),
    "calendar_day": Change(
        "SELECT id FROM calendar_day ORDER BY id LIMIT 1",
        "everywhere",
        "PUT /calendar/days",
        {"days": [{"day": "2031-05-01", "is_working": True}, {"day": "2031-05-02", "is_working": True}]},
    ),
    "calendar_token": Change("SELECT :token_id", "own", "DELETE /units/{unit_id}/calendar-tokens/{id}"),
    "urging": Change("SELECT :urging_id", "own", "POST /urgings/{id}/answer", {"answer": "本周报送。"}),
    "subscription": Change("SELECT :subscription_id", "coordinator", "DELETE /subscriptions/{id}"),
    "reminder_rules": Change(
        "SELECT id FROM reminder_rules WHERE checklist_id = 1",
        "coordinator",
        "PUT /checklists/{checklist_id}/reminder-rules",
        {"is_on": False},
    ),
    "waiting_report": Change("SELECT :report_id", "own", "PUT /waiting-reports/{id}/withdrawal", REASON),
    "status_update": Change("SELECT :update_id", "admin", REDACTED, REASON),
    "evidence": Change("SELECT :evidence_id", "admin", REDACTED, REASON),
    "review": Change("SELECT min(id) FROM review", "admin", REDACTED, REASON),
    "claim_withdrawal": Change("SELECT min(id) FROM claim_withdrawal", "admin", REDACTED, REASON),
    "finding_answer": Change("SELECT min(id) FROM finding_answer", "admin", REDACTED, REASON),
    "former_summary": Change("SELECT min(id) FROM former_summary", "admin", REDACTED, REASON),
}


def key_in(connection: Connection, name: str, rows: Rows) -> Any:
    """Which row of a table is tampered with."""
    ids = rows.ids | rows.owed
    query = text(CHANGES[name].row if name in CHANGES else f"SELECT min(id) FROM {name}")  # noqa: S608
    return connection.execute(query, {one: ids[one] for one in ids if f":{one}" in query.text}).scalar_one()


def change(county: County, name: str, identity: Any, rows: Rows) -> Response:
    """Make the change that the API offers of a row, as it stands."""
    wanted = CHANGES[name]
    with county.database.engine.connect() as connection:
        (key,) = table_of(MODELS[name]).primary_key
        found = connection.execute(select(table_of(MODELS[name])).where(key == identity)).mappings().one_or_none()
        entry = _entry_of(connection, name, identity) if wanted.call == REDACTED else 0
    row = rows.ids | dict(found or {key.key: identity}) | {"entry": entry}
    method, _, path = wanted.call.partition(" ")
    address = path.format_map(_Missing(row))
    return _caller(county, wanted.who).request(
        method, address, **({} if wanted.body is None else {"json": wanted.body})
    )


class _Missing(dict[str, Any]):
    """What a deleted row does not say."""

    def __missing__(self, name: str) -> int:
        return 999_999


def _caller(county: County, who: str) -> Api:
    if who == "own":
        return county.as_unit("城关镇")
    return county.as_role("admin", "") if who == "everywhere" else county.as_role(who)


def _entry_of(connection: Connection, name: str, identity: Any) -> int:
    """The entry of the checklist that recorded a row."""
    entries = connection.execute(text("SELECT seq, payload FROM journal_entry WHERE stream = 'checklist:1'"))
    with_table = [(seq, json.loads(payload)["rows"].get(name, ())) for seq, payload in entries if payload]
    return max((seq for seq, images in with_table if identity in [one["id"] for one in images]), default=0)
