"""The command `duban keys`."""

import sys
from datetime import datetime
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlmodel import Session, col, select

from app import clock
from app.access import actions as access
from app.access.actors import OPERATOR
from app.access.models import ApiKey
from app.access.queries import visible_keys
from app.access.schemas import KeyCreate, KeyRole
from app.cli.terminal import console, database_session, print_rows
from app.units import queries as unit_queries
from app.units.models import Jurisdiction


def key_create(
    role: Annotated[KeyRole, typer.Option(help="whose key it is")],
    unit: Annotated[list[str], typer.Option(help="a reporter's unit, by name or alias; may be repeated")] = [],  # noqa: B006
    jurisdiction: Annotated[str | None, typer.Option(help="GB/T 2260 code or a prefix; everything without it")] = None,
    name: Annotated[str | None, typer.Option(help="what the key is for")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=36500, help="days until it expires")] = None,
) -> None:
    """Create a key, and print it only now."""
    with database_session(writes=True) as session:
        now = clock.now()
        code, unit_ids = _units_of_reporter(session, unit, jurisdiction)
        expires_at = None if days is None else clock.end_of(clock.local_day(now)) + clock.days(days)
        try:
            wanted = KeyCreate(
                name=name or " ".join([*unit, role]),
                role=role,
                jurisdiction=code,
                units=unit_ids,
                expires_at=expires_at,
            )
        except ValidationError as broken:
            raise typer.BadParameter(str(broken.errors()[0]["msg"]).removeprefix("Value error, ")) from broken
        created = access.create_key(session, wanted, by=OPERATOR, at=now)
    sys.stdout.write(f"{created.key}\n")


def _units_of_reporter(session: Session, names: list[str], jurisdiction: str | None) -> tuple[str, list[int]]:
    if not names:
        return jurisdiction or "", []
    codes = [jurisdiction] if jurisdiction else list(session.exec(select(col(Jurisdiction.code))))
    found = [(code, spelt) for code in codes if (spelt := unit_queries.spellings(session, code)).keys() >= set(names)]
    if not found:
        raise typer.BadParameter(
            f"no directory has {'、'.join(names)}; see GET /units for the names", param_hint="--unit"
        )
    if len(found) > 1:
        raise typer.BadParameter("several jurisdictions have it; name one", param_hint="--jurisdiction")
    code, spelt = found[0]
    return code, [spelt[name].id for name in names]


def key_list(
    role: Annotated[KeyRole | None, typer.Option(help="only keys of this role")] = None,
) -> None:
    """List the keys, with what is public of each."""
    with database_session(writes=False) as session:
        rows = visible_keys(OPERATOR).order_by(col(ApiKey.id))
        keys = session.exec(rows.where(col(ApiKey.role) == role) if role else rows).all()
        lines = [
            (key.id, key.prefix, key.role, key.jurisdiction_code or "*", _state(key, clock.now()), key.name)
            for key in keys
        ]
    print_rows(("id", "prefix", "role", "jurisdiction", "state", "name"), lines)


def _state(key: ApiKey, at: datetime) -> str:
    if key.revoked_at is not None:
        return f"revoked {clock.local_day(key.revoked_at)}"
    if key.expires_at is None:
        return "valid"
    return f"{'expired' if key.expires_at <= at else 'until'} {clock.shown(key.expires_at)}"


def key_revoke(key_id: int) -> None:
    """Revoke a key by its id, at once."""
    with database_session(writes=True) as session:
        shown = access.revoke_key(session, key_id, by=OPERATOR, at=clock.now())
    console().print(f"revoked {shown.prefix} ({shown.name})", markup=False)
