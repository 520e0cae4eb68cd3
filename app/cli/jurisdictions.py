"""The command `duban jurisdictions`."""

import typer
from sqlmodel import Session, col, select

from app.units.models import Jurisdiction


def only_jurisdiction(session: Session) -> str | None:
    """The code of the jurisdiction that has a directory of units, where there is exactly one."""
    codes = session.exec(select(col(Jurisdiction.code)).limit(2)).all()
    return codes[0] if len(codes) == 1 else None


def named_or_only(session: Session, code: str | None) -> str:
    """The jurisdiction that is meant: as named, or the only one."""
    found = code or only_jurisdiction(session)
    if found is None:
        raise typer.BadParameter(
            "there is no directory of units, or there are several; name the jurisdiction, such as 341522",
            param_hint="--jurisdiction",
        )
    return found
