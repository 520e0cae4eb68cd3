"""The limit of the ordinary way: one row read as a tutorial would, with one sync session dependency.

It answers one of Duban's own units, of the same table.
"""

import os
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from sqlmodel import Session, SQLModel, create_engine

from benchmarks.tutorial_tables import Unit

engine = create_engine(os.environ["PLAIN_DATABASE_URL"])


class UnitPublic(SQLModel):
    id: int
    name: str
    kind: str
    is_open: bool


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


app = FastAPI()


@app.get("/units/{unit_id}")
def read_unit(unit_id: int, session: Annotated[Session, Depends(get_session)]) -> UnitPublic:
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise HTTPException(404)
    return unit  # type: ignore[return-value]  # as the tutorials have it: the framework makes the answer of the row
