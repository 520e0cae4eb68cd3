"""The queries for extensions."""

from collections.abc import Sequence
from functools import partial

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app import clock
from app.access.actors import Actor
from app.errors import NotFound
from app.languages.messages import say
from app.obligations.models import Obligation
from app.obligations.queries import visible_to
from app.paging import Page, keyset_page
from app.updates.extension_schemas import ExtensionPublic, ExtensionQuery, ObligationExtensionQuery
from app.updates.models import Evidence, Extension
from app.updates.queries import evidence_of


def visible_extensions(actor: Actor) -> SelectOfScalar[Extension]:
    """A unit sees its own requests, an officer all in their scope."""
    return select(Extension).where(visible_to(actor, col(Extension.unit_id), col(Extension.checklist_id)))


def get_extension(session: Session, actor: Actor, extension_id: int) -> Extension:
    """Raises:
    NotFound: the request does not exist, or the actor may not see it.
    """
    extension = session.exec(visible_extensions(actor).where(col(Extension.id) == extension_id)).first()
    if extension is None:
        raise NotFound(say("there is no extension {id} that you may see; check the number", id=extension_id))
    return extension


def list_extensions(session: Session, actor: Actor, query: ExtensionQuery) -> Page[ExtensionPublic]:
    rows = visible_extensions(actor)
    if query.unit is not None:
        rows = rows.where(col(Extension.unit_id) == query.unit)
    if query.checklist is not None:
        rows = rows.where(col(Extension.checklist_id) == query.checklist)
    if query.task is not None:
        of_task = select(Obligation.id).where(col(Obligation.task_id) == query.task)
        rows = rows.where(col(Extension.obligation_id).in_(of_task))
    if query.decided is not None:
        decision = col(Extension.decision)
        rows = rows.where(decision.is_not(None) if query.decided else decision.is_(None))
    if query.decided_since is not None:
        rows = rows.where(col(Extension.decided_at) >= clock.start_of(query.decided_since))
    return _newest_first(session, rows, query)


def list_of_obligation(
    session: Session, actor: Actor, obligation: Obligation, query: ObligationExtensionQuery
) -> Page[ExtensionPublic]:
    rows = visible_extensions(actor).where(col(Extension.obligation_id) == obligation.id)
    return _newest_first(session, rows, query)


def _newest_first(
    session: Session, rows: SelectOfScalar[Extension], query: ExtensionQuery | ObligationExtensionQuery
) -> Page[ExtensionPublic]:
    return keyset_page(session, query, rows, col(Extension.id), partial(public_extensions, session), descending=True)


def public_extensions(session: Session, extensions: Sequence[Extension]) -> list[ExtensionPublic]:
    evidence = evidence_of(session, col(Evidence.extension_id), [one.id for one in extensions])
    return [ExtensionPublic.of(one, evidence=evidence[one.id]) for one in extensions]
