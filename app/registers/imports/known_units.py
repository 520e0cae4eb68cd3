"""The units of a jurisdiction, as a directory for the readers of cells and as rows."""

from dataclasses import dataclass, field

from sqlmodel import Session

from app.access.actors import Actor
from app.errors import UnknownReference
from app.languages.messages import say
from app.units import queries as unit_queries
from app.units.directory import Directory
from app.units.models import Unit


@dataclass(frozen=True)
class KnownUnits:
    """A jurisdiction's units, for the reader and by every spelling."""

    directory: Directory = field(default_factory=lambda: Directory({}))
    spelt: dict[str, Unit] = field(default_factory=dict)


def require_directory(session: Session, jurisdiction_code: str, actor: Actor) -> None:
    """Raises:
    OutsideScope; UnknownReference: the jurisdiction has no directory of units yet.
    """
    actor.require_scope(jurisdiction_code)
    if unit_queries.get_jurisdiction(session, jurisdiction_code) is None:
        raise UnknownReference(say("{code} has no directory of units yet; import one first", code=jurisdiction_code))


def known_units(session: Session, jurisdiction_code: str) -> KnownUnits:
    spelt = unit_queries.spellings(session, jurisdiction_code)
    return KnownUnits(unit_queries.directory(session, jurisdiction_code), spelt)
