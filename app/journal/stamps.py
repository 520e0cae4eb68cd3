"""Whether anything has changed: one small text from the heads of streams, by which a kept answer is checked."""

from datetime import datetime

from sqlalchemy import ScalarSelect, not_, or_
from sqlmodel import col, func, select

from app.journal.models import JournalStream


def stamp_columns(within: str | None = None) -> tuple[ScalarSelect[int | None], ScalarSelect[datetime | None]]:
    """What differs after every change that the journal records, as two columns to read along with something else.

    Heads only ever grow, so that their sum is another one after each change; the last moment tells apart a database
    that was taken back to a backup and went on from there.

    Args:
        within: a stream such as `checklist:12`. Changes in other streams of its kind leave the stamp as it is.
    """
    changes, latest = select(func.sum(JournalStream.head_seq)), select(func.max(JournalStream.head_at))
    if within is not None:
        kind = within.partition(":")[0]
        of_another = col(JournalStream.name).startswith(f"{kind}:", autoescape=True)
        counts = or_(col(JournalStream.name) == within, not_(of_another))
        changes, latest = changes.where(counts), latest.where(counts)
    return changes.scalar_subquery(), latest.scalar_subquery()
