"""The columns of obligations, spans and suspensions that each verb of the journal may change."""

from collections.abc import Mapping, Set

# verbs on a task, its parts or periods, which settlement follows
SETTLING = (
    "task.changed",
    "task.withdrawn",
    "unit.assigned",
    "assignment.changed",
    "assignment.ended",
    "members.followed",
    "dissolution.followed",
    "event.entered",
    "event.withdrawn",
    "calendar.followed",
)
_CLOSED = {"state", "reason", "completed_on", "claimed_on"}
_LAST_DAY = {"due_on", "first_due_on", "extended_to"}
_FINDING = {"finding_due_on", "finding_answered_on"}
_REPORT = {"percent", "reported_on", "reached", "acknowledged_at"}
# any change of state: a last day has passed, and a closed one does not rest
_WITH_EVERY = {"has_missed", "suspended_on"}
_SETTLED = _CLOSED | _FINDING | _LAST_DAY | {"starts_on", "assignment_id", "report_every_days", "voided_at"}
_RESUMED = dict.fromkeys(("obligation.resumed", "task.resumed", "restoration.followed"), _LAST_DAY)
_OWN: Mapping[str, Set[str]] = {
    **dict.fromkeys(SETTLING, _SETTLED),
    **_RESUMED,
    "obligation.suspended": frozenset(),
    "task.suspended": frozenset(),
    "archival.followed": frozenset(),
    "extension.asked": {"extension_opened_on"},
    "extension.opened": {"extension_opened_on"},
    "extension.granted": _LAST_DAY,
    "extension.refused": frozenset(),
    "update.posted": _CLOSED | _REPORT,
    "update.withdrawn": {"state", "claimed_on", "percent", "reached"},
    "update.accepted": _CLOSED,
    "update.returned": _CLOSED,
    "obligation.acknowledged": {"acknowledged_at"},
    "obligation.waived": _CLOSED,
    "obligation.reopened": _LAST_DAY | {"state", "reason", "completed_on", "held_on"},
    "finding.opened": _FINDING | _LAST_DAY | {"state", "completed_on", "held_on"},
    "finding.extended": _FINDING,
    "finding.answered": _FINDING,
    "finding.closed": _FINDING | _LAST_DAY | _CLOSED | {"percent", "held_on"},
    "findings.followed": _LAST_DAY | {"held_on"},
}
OF_OBLIGATION = {verb: own | _WITH_EVERY for verb, own in _OWN.items()} | {
    "checklist.upgraded": {"report_every_days", "first_due_on"}
}
OF_SPAN: Mapping[str, Set[str]] = {
    **{verb: {"to_at"} | ({"voided_at"} if verb in SETTLING else set()) for verb in _OWN},
    "checklist.upgraded": OF_OBLIGATION["checklist.upgraded"],
}
OF_SUSPENSION: Mapping[str, Set[str]] = {
    verb: {"resumed_at"} | ({"rested_days"} if verb in _RESUMED else set()) for verb in _OWN
}
OF_PERIOD: Mapping[str, Set[str]] = {
    "task.changed": {
        "title",
        "starts_on",
        "ends_on",
        "due_on",
        "due_source",
        "expected_on",
        "provisional",
        "withdrawn_on",
    },
    "event.withdrawn": {"withdrawn_on"},
    "calendar.followed": {"due_on", "ends_on", "provisional"},
}
