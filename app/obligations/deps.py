"""Dependencies that load the task or obligation of a path, if the caller may see it."""

from typing import Annotated

from fastapi import Depends

from app import clock
from app.access.deps import ObligationReader, Reader
from app.checklists.models import Task
from app.checklists.queries import get_task
from app.database.session import SessionDep
from app.obligations import queries
from app.obligations.models import Obligation
from app.obligations.queries import LockedObligation
from app.shapes import RowId


def _visible_task(task_id: RowId, actor: Reader, session: SessionDep) -> Task:
    return get_task(session, actor, task_id)


def _visible_obligation(obligation_id: RowId, actor: ObligationReader, session: SessionDep) -> Obligation:
    return queries.get_obligation(session, actor, obligation_id)


VisibleTask = Annotated[Task, Depends(_visible_task)]
VisibleObligation = Annotated[Obligation, Depends(_visible_obligation)]


def _locked_obligation(obligation: VisibleObligation, session: SessionDep) -> LockedObligation:
    return queries.lock_obligation(session, obligation, clock.now())


LockedObligationDep = Annotated[LockedObligation, Depends(_locked_obligation)]
