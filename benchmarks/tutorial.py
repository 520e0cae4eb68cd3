"""The baseline: the same list, and posted updates, as the tutorials of FastAPI and SQLModel would have them. Tables
with relationships, loaded as they are touched; response models; plain `def` endpoints; every setting as it comes.

The list is what Duban answers to who has no key, of the same tables. A posted update is its row and the obligation's
new state, behind the same keys, without a journal.
"""

import hashlib
import os
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, HTTPException, Query
from pydantic import BaseModel
from sqlmodel import Session, create_engine, select

from benchmarks.tutorial_tables import ApiKey, Checklist, Obligation, StatusUpdate, Task

engine = create_engine(os.environ["TUTORIAL_DATABASE_URL"])
CLOSED = {"completed", "waived"}


class Counts(BaseModel):
    owed: int
    completed: int
    waived: int


class UnitPublic(BaseModel):
    unit_id: int
    name: str
    kind: str
    role: str
    text: str
    is_open: bool
    named_under: int | None
    list_closed: bool
    counts: Counts
    state: str | None


class TaskPublic(BaseModel):
    id: int
    checklist: dict[str, Any]
    section: dict[str, Any]
    number: int
    requirement: str
    units_text: str
    units_unfinished: bool
    summary: str
    summary_on: date | None
    schedule: dict[str, Any]
    targets: list[Any]
    due_on: date | None
    due_source: str
    standing: bool
    state: str
    counts: Counts
    overdue: int
    light: str
    light_reason: str | None
    unnamed: bool
    withdrawn_on: date | None
    withdrawn_reason: str | None
    units: list[UnitPublic]
    revision: int


class TaskPage(BaseModel):
    items: list[TaskPublic]
    next_cursor: str | None = None


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


app = FastAPI()


@app.get("/tasks", response_model=TaskPage)
def read_tasks(session: Annotated[Session, Depends(get_session)], limit: Annotated[int, Query(le=200)] = 50) -> Any:
    tasks = session.exec(select(Task).join(Checklist).where(Checklist.audience == "public").limit(limit)).all()
    return {"items": [public(task) for task in tasks]}


class UpdateCreate(BaseModel):
    state: str
    percent: int
    narrative: str


def get_key(session: Annotated[Session, Depends(get_session)], authorization: Annotated[str, Header()]) -> ApiKey:
    _, prefix, secret = authorization.removeprefix("Bearer ").split("_", 2)
    key = session.exec(select(ApiKey).where(ApiKey.prefix == prefix)).first()
    if key is None or key.secret_hash != hashlib.sha256(secret.encode()).hexdigest():
        raise HTTPException(401)
    return key


@app.post("/api/v1/obligations/{obligation_id}/updates", status_code=201)
def post_update(
    obligation_id: int,
    wanted: UpdateCreate,
    key: Annotated[ApiKey, Depends(get_key)],
    session: Annotated[Session, Depends(get_session)],
) -> StatusUpdate:
    obligation = session.get(Obligation, obligation_id)
    if obligation is None:
        raise HTTPException(404)
    obligation.state, obligation.percent, obligation.reported_on = wanted.state, wanted.percent, date.today()  # noqa: DTZ011
    update = StatusUpdate(
        **wanted.model_dump(),
        checklist_id=obligation.checklist_id,
        task_id=obligation.task_id,
        obligation_id=obligation_id,
        unit_id=obligation.unit_id,
        key_id=key.id,
    )
    session.add(update)
    session.commit()
    session.refresh(update)
    return update


def public(task: Task) -> dict[str, Any]:
    counts = count(task.obligations)
    dues = [one.due_on for one in task.obligations if one.state not in CLOSED and one.due_on]
    return {
        **task.model_dump(),
        "checklist": {"id": task.checklist.id, "title": task.checklist.title},
        "section": {"id": task.section.id, "position": task.section.position, "title": task.section.title},
        "due_on": min(dues, default=None),
        "due_source": "stated",
        "standing": task.schedule["kind"] == "standing",
        "state": "completed" if counts["completed"] == counts["owed"] else "in_progress",
        "counts": counts,
        "overdue": sum(due < date.today() for due in dues),  # noqa: DTZ011  as a tutorial would
        "light": "green",
        "light_reason": None,
        "unnamed": False,
        "units": [
            {
                "unit_id": part.unit.id,
                "name": part.unit.name,
                "kind": part.unit.kind,
                "role": part.role,
                "text": part.text,
                "is_open": part.unit.is_open,
                "named_under": part.named_under_id,
                "list_closed": part.closed_on is not None,
                "counts": count([one for one in task.obligations if one.unit_id == part.unit_id]),
                "state": None,
            }
            for part in task.assignments
        ],
    }


def count(obligations: list[Obligation]) -> dict[str, int]:
    states = [one.state for one in obligations]
    waived = states.count("waived")
    return {"owed": len(states) - waived, "completed": states.count("completed"), "waived": waived}
