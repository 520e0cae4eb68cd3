"""Keys to ask with."""

from collections.abc import Sequence
from pathlib import Path

from sqlmodel import Session, select

from app import clock
from app.access.actions import create_key
from app.access.actors import OPERATOR
from app.access.models import ActorRole
from app.access.schemas import KeyCreate
from app.database.engine import Database
from app.units.models import Unit


def make_reporters(database: Database, number: int) -> list[str]:
    """A key for each of the first units, in the order of the units' ids."""
    with database.session(writes=True) as session:
        units = session.exec(select(Unit).order_by("id").limit(number)).all()
        return [
            _key(session, KeyCreate(name=unit.name, role=ActorRole.REPORTER, jurisdiction=code, units=[unit.id]))
            for unit in units
            if (code := unit.jurisdiction_code)
        ]


def make_auditor(database: Database) -> str:
    """A key that reads everything, everywhere."""
    with database.session(writes=True) as session:
        return _key(session, KeyCreate(name="督查室", role=ActorRole.AUDITOR, jurisdiction=""))


def _key(session: Session, wanted: KeyCreate) -> str:
    key = create_key(session, wanted, by=OPERATOR, at=clock.now()).key
    assert key is not None  # noqa: S101  newly made
    return key


def written(keys: Sequence[str], folder: Path) -> str:
    """A file of the keys, one a line."""
    file = folder / "keys"
    file.write_text("".join(f"{key}\n" for key in keys), "ascii")
    return str(file)
