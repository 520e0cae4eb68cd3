"""Whether anything has changed: one small text from the heads of streams, by which a kept answer is checked."""

from typing import Any

from sqlalchemy import BigInteger, BindParameter, ScalarSelect, String, cast, not_, or_
from sqlmodel import col, func, select

from app.journal.models import JournalStream


def stamp_column(within: str | BindParameter[str] | None = None) -> ScalarSelect[str]:
    """What differs after every change that the journal records, as a column to read along with something else.

    Heads only ever grow, so that their sum is another one after each change; the last moment tells apart a database
    that was taken back to a backup and went on from there.

    Args:
        within: a checklist's stream, such as `checklist:12`. Changes of other checklists leave the stamp as it is.
    """
    changes: Any = cast(func.coalesce(func.sum(JournalStream.head_seq), 0), BigInteger)
    latest: Any = func.coalesce(cast(func.max(JournalStream.head_at), String), "")
    query = select(cast(changes, String).concat("@").concat(latest))
    if within is not None:
        query = query.where(or_(col(JournalStream.name) == within, not_(col(JournalStream.name).like("checklist:%"))))
    return query.scalar_subquery()


def head_hash_column(stream: str) -> ScalarSelect[str]:
    """The hash at which a stream stands: another one after every change in it."""
    return select(col(JournalStream.head_hash)).where(col(JournalStream.name) == stream).scalar_subquery()
