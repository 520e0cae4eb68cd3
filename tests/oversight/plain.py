"""What the auditors' answers should be, worked out slowly from the journal alone: its rows as they were at the end of a
day, and loops over them. Nothing here is taken from the code that counts."""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

SHANGHAI = timezone(timedelta(hours=8))
RED = ("overdue", "finding_overdue", "nearly_due")
YELLOW = ("finding_open", "returned", "due_soon", "missed_before", "stale", "caught_up_late")
GREEN = ("awaiting_review", "not_yet_due", "no_last_day", "done_on_time")
GREY = ("suspended",)
COLOURS = {"red": RED, "yellow": YELLOW, "green": GREEN, "grey": GREY}
WORDS = (
    "overdue",
    "suspended",
    "awaiting_review",
    "due_soon",
    "not_yet_due",
    "no_last_day",
    "completed_on_time",
    "completed_late",
    "completed",
    "waived",
)
ON_TIME = ("completed_on_time", "completed")
FINDINGS = ("findings_open", "findings_overdue")


@dataclass
class Judged:
    """One obligation on one day."""

    row: dict[str, Any]
    task: dict[str, Any]
    due_on: date | None
    stale: bool
    word: str
    reason: str | None
    findings_open: bool
    findings_overdue: bool


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _local(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(SHANGHAI).date()


def replay(session: Session, stream: str, day: date) -> dict[str, dict[int, dict[str, Any]]]:
    """Table → id → the row as its last image up to the end of the day has it."""
    tables: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    entries = text("SELECT envelope, payload FROM journal_entry WHERE stream = :stream ORDER BY seq")
    for envelope, payload in session.execute(entries, {"stream": stream}):
        if _local(json.loads(envelope)["at"]) <= day:
            for table, images in json.loads(payload)["rows"].items():
                for image in images:
                    tables[table][image["id"]] = image
    return tables


def told_on(session: Session, checklist: int) -> date:
    """The day on which units were first told of a checklist; the last of all days where they never were."""
    entries = text("SELECT envelope, payload FROM journal_entry WHERE stream LIKE 'catalogue:%' ORDER BY stream, seq")
    days = [
        _local(json.loads(envelope)["at"])
        for envelope, payload in session.execute(entries)
        for image in json.loads(payload)["rows"].get("checklist", ())
        if image["id"] == checklist and image["audience"]
    ]
    return min(days, default=date.max)


def _answered(row: dict[str, Any]) -> bool:
    """Whether the unit answered the finding by its last day."""
    answered = row.get("finding_answered_on")
    return answered is not None and bool(answered <= row["finding_due_on"])


def judge(
    session: Session, checklist: int, day: date, *, first: bool = False, yellow: int, red: int | None
) -> list[Judged]:
    tables, told = replay(session, f"checklist:{checklist}", day), told_on(session, checklist)
    found = []
    for row in tables["obligation"].values():
        period, task = tables["period"][row["period_id"]], tables["task"][row["task_id"]]
        if date.fromisoformat(period["starts_on"]) > day:
            continue
        due = _day(period["due_on"] if first else row["due_on"])
        reports = [
            _local(one["posted_at"]) for one in tables["status_update"].values() if one["obligation_id"] == row["id"]
        ]
        owed_from = date.fromisoformat(row["starts_on"] or period["starts_on"])
        resumed = [
            _local(one["resumed_at"])
            for one in tables["suspension"].values()
            if one["obligation_id"] == row["id"] and one["resumed_at"] and one["rested_days"]
        ]
        silent = (day - max([told, owed_from, *reports, *resumed])).days
        is_open = row["state"] not in ("completed", "waived")
        rests = row.get("suspended_on") is not None and date.fromisoformat(row["suspended_on"]) <= day
        stale = (
            is_open
            and not rests
            and task["schedule"]["kind"] == "standing"
            and silent > task["schedule"]["report_every_days"]
        )
        finding = _day(row.get("finding_due_on"))
        findings = (finding is not None, finding is not None and finding < day and not _answered(row))
        found.append(Judged(row, task, due, stale, *_judge(row, due, stale, day, yellow, red), *findings))
    return found


def _judge(
    row: dict[str, Any], due: date | None, stale: bool, day: date, yellow: int, red: int | None
) -> tuple[str, str | None]:
    missed, finding, claimed = (row.get(name) for name in ("has_missed", "finding_due_on", "claimed_on"))
    waits = bool(claimed) and (due is None or date.fromisoformat(str(claimed)) <= due)
    if row["state"] == "waived":
        return "waived", None
    done, rests_from = row.get("held_on") or row["completed_on"], _day(row.get("suspended_on"))
    if rests_from and rests_from <= day and not done:
        was_late = due is not None and not waits and (rests_from - due).days > 1
        return "overdue" if was_late else "suspended", "suspended"
    if done:
        late = due is not None and date.fromisoformat(done) > due
        word, left = "completed" if due is None else "completed_late" if late else "completed_on_time", 9999
        if rests_from and rests_from <= day:
            return word, "suspended"
    elif waits:
        word, left = "awaiting_review", 9999
    elif due is None:
        word, left = "no_last_day", 9999
    else:
        left = (due - day).days
        word = "overdue" if left < 0 else "due_soon" if left <= yellow else "not_yet_due"
    reasons = [
        "overdue" * (word == "overdue"),
        "finding_overdue" * (finding is not None and date.fromisoformat(finding) < day and not _answered(row)),
        "nearly_due" * (red is not None and left <= red),
        "finding_open" * (finding is not None),
        "returned" * (row["state"] == "returned"),
        "due_soon" * (word == "due_soon"),
        "caught_up_late" * (word == "completed_late" or (word in ON_TIME and bool(missed))),
        "missed_before" * bool(missed),
        "stale" * stale,
        "awaiting_review" * waits,
        "done_on_time" * (word in ON_TIME),
        word,
    ]
    return word, next(reason for reason in reasons if reason)


def counts(group: list[Judged]) -> dict[str, Any]:
    """What every answer that counts says of a group."""
    found: dict[str, Any] = dict.fromkeys((*WORDS, "stale", *COLOURS, *FINDINGS), 0)
    for one in group:
        found[one.word] += 1
        for name in ("stale", *FINDINGS):
            found[name] += getattr(one, name)
        for colour, reasons in COLOURS.items():
            found[colour] += one.reason in reasons
    shown = {one.reason for one in group}
    found["light_reason"] = next((reason for reason in (*RED, *YELLOW, *GREEN, *GREY) if reason in shown), None)
    found["light"] = next((colour for colour in COLOURS if found[colour]), None)
    found["earliest_due_on"] = min((str(one.due_on) for one in group if one.word == "overdue"), default=None)
    rate = on_time_rate(found)
    found["on_time_rate"] = None if rate is None else float(rate)
    return found


def on_time_rate(found: dict[str, Any]) -> Fraction | None:
    counted = found["completed_on_time"] + found["completed_late"] + found["overdue"]
    return Fraction(found["completed_on_time"], counted) if counted else None


def by(judged: list[Judged], key: Callable[[Judged], Any]) -> dict[Any, dict[str, Any]]:
    groups: dict[Any, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[key(one)].append(one)
    return {name: counts(group) for name, group in groups.items()}
