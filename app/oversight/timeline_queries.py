"""The timeline of an obligation, read from the journal."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.checklists.models import Checklist
from app.journal.models import JournalEntry
from app.journal.recorder import opened
from app.journal.rows import RowKey
from app.journal.subjects import SubjectIn
from app.languages.catalogue import Language, translated
from app.languages.messages import Message, say
from app.obligations.models import Obligation
from app.obligations.schemas import ObligationPublic
from app.obligations.states import ObligationState
from app.oversight.change_queries import Recorded, public_page, recorded
from app.oversight.timeline_schemas import Happening, TimelineQuery
from app.paging import Page
from app.updates.models import StatusUpdate
from app.updates.releases.models import INSIDE

TOLD = ("checklist.published", "checklist.unpublished", "checklist.archived", "checklist.restored")
# The sentence for each verb about one obligation or its checklist.
SENTENCES: Mapping[str, Message] = {
    "checklist.published": say("units were told of the checklist"),
    "checklist.unpublished": say("the checklist was made a draft again"),
    "checklist.archived": say("the checklist was closed for all changes"),
    "checklist.restored": say("the checklist was restored from the archive"),
    "obligation.acknowledged": say("the unit acknowledged it"),
    "obligation.waived": say("the office waived it"),
    "obligation.reopened": say("the office reopened it"),
    "obligation.suspended": say("the office suspended it"),
    "obligation.resumed": say("the office resumed it"),
    "archival.followed": say("it was suspended with the archived checklist"),
    "restoration.followed": say("it was resumed with the restored checklist"),
    "report.written": say("the unit wrote a report, which waits inside it"),
    "report.supported": say("the unit added evidence to the report that waits inside it"),
    "report.released": say("the unit released the report that waited inside it"),
    "report.withdrawn": say("the unit took the report back that waited inside it"),
    "update.posted": say("the unit reported"),
    "update.accepted": say("the office accepted the claim"),
    "update.returned": say("the office returned the claim"),
    "update.withdrawn": say("the unit took its claim back"),
    "evidence.added": say("the unit added evidence"),
    "extension.asked": say("the unit asked for a later day"),
    "extension.opened": say("the office let the unit ask for a later day"),
    "extension.granted": say("the office granted a later day"),
    "extension.refused": say("the office refused a later day"),
    "finding.opened": say("an auditor opened a finding"),
    "finding.answered": say("the unit answered the finding"),
    "finding.extended": say("the auditor wants more of the finding put right"),
    "finding.closed": say("the auditor closed the finding"),
    "urging.sent": say("the office pressed the unit"),
    "urging.received": say("the unit received the urging"),
    "urging.answered": say("the unit answered the urging"),
}
SHOWN = frozenset(ObligationPublic.model_fields) - {"id", "checklist_id"}  # of what changed
# The columns in which people write; the most informative first.
WORDS = ("answer", "conclusion", "decision_reason", "narrative", "words", "reason", "title", "file_name")


def list_timeline(
    session: Session, actor: Actor, obligation: Obligation, query: TimelineQuery, language: Language
) -> Page[Happening]:
    """The events of an obligation, oldest first. What happened inside its unit is for the unit.

    Raises:
        InvalidCursor.
    """
    rows = select(JournalEntry).where(_concerns(session, obligation))
    if obligation.unit_id not in actor.unit_ids:
        rows = rows.where(col(JournalEntry.envelope).not_like(f'%"verb":"{INSIDE}%'))

    def public(entries: Sequence[JournalEntry]) -> list[Happening]:
        with_rows = zip(entries, recorded(session, entries), strict=True)
        return [happening(entry, rows, obligation.id, language) for entry, rows in with_rows]

    return public_page(session, query, rows, public)


def _concerns(session: Session, obligation: Obligation) -> Any:
    """Entries about the obligation, its reports and its checklist's publication, and those about its task or checklist
    that changed it: those contain its span."""
    subject, envelope = SubjectIn(col(JournalEntry.envelope)), col(JournalEntry.envelope)
    checklist = session.get_one(Checklist, obligation.checklist_id)
    updates = session.exec(select(StatusUpdate.id).where(col(StatusUpdate.obligation_id) == obligation.id))
    around = [f"task:{obligation.task_id}", f"checklist:{checklist.id}"]
    has_span = col(JournalEntry.payload).contains(f'"obligation_id":{obligation.id},', autoescape=True)
    is_publication = or_(*(envelope.contains(f'"verb":"{verb}"') for verb in TOLD))
    stream = col(JournalEntry.stream)
    return and_(
        subject.in_([f"obligation:{obligation.id}", *(f"update:{one}" for one in updates), *around]),
        or_(
            and_(stream == checklist.stream.name, or_(subject.not_in(around), has_span)),
            and_(stream == checklist.catalogue.name, is_publication),
        ),
    )


def happening(
    entry: JournalEntry, rows: Sequence[Recorded] | None, obligation_id: int, language: Language
) -> Happening:
    """The event of an entry for one obligation, without those of others."""
    envelope, rows = opened(entry), rows or []
    own = next((row for row in rows if row.key == RowKey("obligation", obligation_id)), None)
    is_about_it = envelope["subject"].partition(":")[0] in ("obligation", "update")
    changes = [] if own is None else [one for one in own.values() if one.name in SHOWN]
    reason = next((str(one.new) for one in changes if one.name == "reason" and one.new), None)
    sentence = SENTENCES.get(envelope["verb"]) or _what_changed(own)
    return Happening(
        obligation_id=obligation_id,
        at=datetime.fromisoformat(envelope["at"]),
        who=envelope["who"],
        verb=envelope["verb"],
        what=translated(sentence, language),
        words=_words(entry, rows) if is_about_it else reason,
        changes=changes,
    )


def _words(entry: JournalEntry, rows: Sequence[Recorded]) -> str | None:
    """The words of an event: those of the new row, or the new words of an existing one."""
    said = {change.name: change.new for row in rows if row.key.table != "obligation" for change in row.values()}
    facts = {} if entry.payload is None else json.loads(entry.payload)["facts"]
    found = next((said[name] for name in WORDS if said.get(name)), None) or facts.get("reason")
    return None if found is None else str(found)


def _what_changed(own: Recorded | None) -> Message:
    """The effect on an obligation of a change of its task, assignment or checklist."""
    if own is None:
        return say("it was changed with its task")
    if own.is_new:
        return say("it was made")
    changed = {change.name: change.new for change in own.values()}
    if changed.get("voided_at"):
        return say("it was taken back as if it had never been")
    if changed.get("state") == ObligationState.WAIVED:
        return say("it is not owed any more")
    if changed.get("suspended_on"):
        return say("it is suspended with its task from {day} on", day=changed["suspended_on"])
    if "suspended_on" in changed:
        return say("it was resumed with its task")
    if "state" in changed or "voided_at" in changed:
        return say("it is owed again")
    if "due_on" in changed:
        return say("its last day is {day} now", day=changed["due_on"])
    if "starts_on" in changed:
        return say("it is owed from {day} on now", day=changed["starts_on"])
    return say("it was changed with its task")
