from collections import defaultdict
from collections.abc import Sequence

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.access.actors import Actor
from app.obligations.models import Obligation
from app.obligations.queries import answers_for
from app.paging import Page, after_key
from app.updates.models import Evidence, StatusUpdate
from app.updates.schemas import EvidencePublic, ObligationUpdateQuery, StatusUpdatePublic, UpdateQuery


def visible_updates(actor: Actor) -> SelectOfScalar[StatusUpdate]:
    """A unit's narratives are for itself and for the officers in whose scope they lie."""
    return select(StatusUpdate).where(answers_for(actor, col(StatusUpdate.unit_id), col(StatusUpdate.checklist_id)))


def list_updates(session: Session, actor: Actor, query: UpdateQuery) -> Page[StatusUpdatePublic]:
    rows = visible_updates(actor)
    if query.unit is not None:
        rows = rows.where(col(StatusUpdate.unit_id) == query.unit)
    if query.task is not None:
        rows = rows.where(col(StatusUpdate.task_id) == query.task)
    if query.checklist is not None:
        rows = rows.where(col(StatusUpdate.checklist_id) == query.checklist)
    if query.since is not None:
        rows = rows.where(col(StatusUpdate.posted_at) >= query.since)
    return _newest_first(session, rows, query)


def list_of_obligation(
    session: Session, actor: Actor, obligation: Obligation, query: ObligationUpdateQuery
) -> Page[StatusUpdatePublic]:
    rows = visible_updates(actor).where(col(StatusUpdate.obligation_id) == obligation.id)
    return _newest_first(session, rows, query)


def _newest_first(
    session: Session, rows: SelectOfScalar[StatusUpdate], query: UpdateQuery | ObligationUpdateQuery
) -> Page[StatusUpdatePublic]:
    if after := query.after(int):
        rows = rows.where(after_key([col(StatusUpdate.id)], after, descending=True))
    found = session.exec(rows.order_by(col(StatusUpdate.id).desc()).limit(query.limit + 1)).all()
    kept, cursor = query.cut(found, ["id"])
    return Page(items=public_updates(session, kept), next_cursor=cursor)


def public_updates(session: Session, updates: Sequence[StatusUpdate]) -> list[StatusUpdatePublic]:
    evidence = defaultdict(list)
    wanted = select(Evidence).where(col(Evidence.update_id).in_([update.id for update in updates]))
    for link in session.exec(wanted.order_by(col(Evidence.id))):
        evidence[link.update_id].append(EvidencePublic.model_validate(link))
    return [StatusUpdatePublic(**update.model_dump(), evidence=evidence[update.id]) for update in updates]
