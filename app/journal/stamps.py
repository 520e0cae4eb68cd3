"""The stamp: a short text made from the heads of streams, by which a cached response is checked."""

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Dialect,
    ScalarSelect,
    String,
    cast,
    literal,
    not_,
    or_,
)
from sqlmodel import col, func, select

from app.database.prepared import Prepared, value
from app.journal.models import JournalStream

SCOPE = value("scope", String())  # the jurisdiction of the caller's key; null for a caller without one


def stamp_column(within: str | BindParameter[str] | None = None, scope: Any = SCOPE) -> ScalarSelect[str]:
    """The stamp as a column of another statement. It differs after every change that the journal records.

    Heads only ever grow, so their sum differs after each change. The last moment distinguishes a database that was
    restored from a backup and went on from there.

    Args:
        within: a checklist's stream, such as `checklist:12`. Changes of other checklists leave the stamp as it is.
        scope: the jurisdiction of the caller's key. Keys outside it leave the stamp as it is.
    """
    changes: Any = cast(func.coalesce(func.sum(JournalStream.head_seq), 0), BigInteger)
    latest: Any = func.coalesce(cast(func.max(JournalStream.head_at), String), "")
    in_scope = col(JournalStream.jurisdiction_code).like(scope.concat("%"))
    query = select(cast(changes, String).concat("@").concat(latest))
    query = query.where(or_(not_(col(JournalStream.name).like("access%")), in_scope))
    if within is not None:
        query = query.where(or_(col(JournalStream.name) == within, not_(col(JournalStream.name).like("checklist:%"))))
    return query.scalar_subquery()


def read_stamp(connection: Connection, within: str | None = None, scope: str | None = None) -> str:
    """The stamp in the transaction's snapshot."""
    prepared = _prepared(within is not None, connection.dialect)
    given = {"scope": scope} if within is None else {"scope": scope, "within": within}
    return str(prepared.run(connection, **given)[0][0])


@lru_cache(8)
def _prepared(is_within: bool, dialect: Dialect) -> Prepared:
    return Prepared(select(stamp_column(value("within") if is_within else None)), dialect)


def stream_of(checklist_id: str) -> str | None:
    """The stream of a checklist whose number is given as text; None if that is not a number."""
    is_number = checklist_id.isascii() and checklist_id.isdigit() and len(checklist_id) < 20
    return f"checklist:{int(checklist_id)}" if is_number else None


def checklist_head_column(checklist_id: Any) -> ScalarSelect[str]:
    """The head of the stream of each row's checklist: its name, seq and hash, separated by spaces."""
    name = literal("checklist:").concat(cast(checklist_id, String))
    seq, space = cast(col(JournalStream.head_seq), String), literal(" ")
    head = col(JournalStream.name).concat(space).concat(seq).concat(space).concat(col(JournalStream.head_hash))
    return select(head).where(col(JournalStream.name) == name).scalar_subquery()


def head_hash_column(stream: ColumnElement[str]) -> ScalarSelect[str]:
    """The hash of a stream's head; it differs after every change in the stream."""
    return select(col(JournalStream.head_hash)).where(col(JournalStream.name) == stream).scalar_subquery()
