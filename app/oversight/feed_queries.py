"""The query for the feed of events on a unit's own obligations, in the order of the journal."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import String, cast, literal, or_
from sqlmodel import Session, col, select

from app.access.actors import Actor
from app.checklists.models import Checklist
from app.journal.models import JournalEntry
from app.journal.recorder import opened
from app.journal.subjects import SubjectIn
from app.languages.catalogue import Language
from app.obligations.models import Obligation
from app.obligations.queries import visible_in_joined
from app.oversight.change_queries import images_of, moment_of, recorded
from app.oversight.feed_schemas import FeedItem, FeedPublic, FeedQuery
from app.oversight.timeline_queries import happening

MOST, LEAST = 500, 20  # entries read for one response: in all, and of each checklist at least


class _Read(NamedTuple):
    """An entry, and those of the unit's obligations that it is about."""

    at: str
    checklist_id: int
    seq: int
    entry: JournalEntry
    about: Sequence[int]


def feed(session: Session, actor: Actor, query: FeedQuery, language: Language) -> FeedPublic:
    """The events on a unit's obligations after a position. A response ends with a whole entry."""
    own, seen = _owned(session, actor), _places(query.after)
    places = {checklist_id: seen.get(checklist_id, 0) for checklist_id in own}
    at_once = max(MOST // max(len(own), 1), LEAST)
    read: list[_Read] = []
    has_more = False
    for checklist_id, mine in own.items():
        entries = _entries(session, actor, checklist_id, places[checklist_id], at_once)
        has_more = has_more or len(entries) == at_once
        read += [_Read(moment_of(one), checklist_id, one.seq, one, _about(one, mine)) for one in entries]
    taken: list[_Read] = []
    for one in sorted(read):
        if sum(len(before.about) for before in taken) >= query.limit:
            has_more = True
            break
        places[one.checklist_id] = one.seq
        taken += [one] if one.about else []
    rows = recorded(session, [one.entry for one in taken])
    items = [
        FeedItem(**happening(one.entry, some, owed, language).model_dump(), checklist_id=one.checklist_id)
        for one, some in zip(taken, rows, strict=True)
        for owed in one.about
    ]
    after = "-".join(f"{checklist_id}:{seq}" for checklist_id, seq in sorted(places.items()))
    return FeedPublic(items=items, after=after, has_more=has_more)


def _owned(session: Session, actor: Actor) -> dict[int, set[int]]:
    """The obligations of a caller's units, by checklist."""
    own = visible_in_joined(actor, col(Obligation.unit_id))
    rows = select(Obligation.checklist_id, Obligation.id).join(
        Checklist, col(Checklist.id) == col(Obligation.checklist_id)
    )
    found: dict[int, set[int]] = defaultdict(set)
    for checklist_id, obligation_id in session.exec(rows.where(own)):
        found[checklist_id].add(obligation_id)
    return dict(sorted(found.items()))


def _places(after: str) -> dict[int, int]:
    """Checklist's id → the last entry of its stream that was read."""
    pairs = (pair.split(":") for pair in after.split("-") if pair)
    return {int(checklist_id): int(seq) for checklist_id, seq in pairs}


def _entries(session: Session, actor: Actor, checklist_id: int, seen: int, most: int) -> Sequence[JournalEntry]:
    """Entries of a checklist that may be about a unit's obligations: all but those about another unit's."""
    subject = SubjectIn(col(JournalEntry.envelope))
    of_own = select(literal("obligation:").concat(cast(col(Obligation.id), String))).where(
        col(Obligation.checklist_id) == checklist_id, col(Obligation.unit_id).in_(sorted(actor.unit_ids))
    )
    behind = col(JournalEntry.stream) == f"checklist:{checklist_id}", col(JournalEntry.seq) > seen
    concerns = or_(subject.not_like("obligation:%"), subject.in_(of_own))
    return session.exec(select(JournalEntry).where(*behind, concerns).order_by(col(JournalEntry.seq)).limit(most)).all()


def _about(entry: JournalEntry, mine: Collection[int]) -> Sequence[int]:
    """Those of a unit's obligations that an entry is about, or whose rows it has."""
    kind, _, number = str(opened(entry)["subject"]).partition(":")
    named = {int(number)} if kind == "obligation" else set()
    changed = {key.identity for key, _ in images_of(entry) if key.table == "obligation"}
    return sorted((named | changed).intersection(mine))
