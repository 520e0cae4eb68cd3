"""The query for the tasks that changed since an earlier head of a checklist's stream."""

import re
from functools import lru_cache

import orjson
from sqlalchemy import Connection, Dialect, Integer, String, select
from sqlmodel import col

from app.database.columns import BigId
from app.database.prepared import Prepared, value
from app.journal.models import JournalEntry
from app.obligations.models import Obligation
from app.tasks.shapes import among, ids_for

MOST_ENTRIES = 50  # with more, shaping all tasks anew costs no more
OBLIGATION = re.compile(r"obligation:(\d+)")


def changed_tasks(connection: Connection, head: str) -> frozenset[int] | None:
    """The tasks that were changed since, or None if that may be all of the checklist's. An entry about one
    obligation changes one task; anything else may change any.

    Args:
        head: the earlier head, in the form of `checklist_head_column`.
    """
    stream, seq, digest = head.split(" ")
    since, in_tasks = _statements(connection.dialect)
    rows = since.run(connection, stream=stream, seq=int(seq), most=MOST_ENTRIES + 2)
    first, entries = rows[:1], rows[1:]
    if len(entries) > MOST_ENTRIES or [row[:2] for row in first] != [(int(seq), digest)]:
        return None  # or the stream is another: the database was restored from a backup
    subjects = [OBLIGATION.fullmatch(orjson.loads(envelope)["subject"]) for _, _, envelope in entries]
    ids = [int(found[1]) for found in subjects if found]
    if len(ids) < len(subjects):
        return None
    return frozenset(task_id for (task_id,) in in_tasks.run(connection, ids=ids_for(connection.dialect, ids)))


@lru_cache(8)
def _statements(dialect: Dialect) -> tuple[Prepared, Prepared]:
    since = (
        select(col(JournalEntry.seq), col(JournalEntry.hash), col(JournalEntry.envelope))
        .where(col(JournalEntry.stream) == value("stream", String()), col(JournalEntry.seq) >= value("seq", BigId))
        .order_by(col(JournalEntry.seq))
        .limit(value("most", Integer()))
    )
    in_tasks = select(col(Obligation.task_id)).where(among(col(Obligation.id), dialect))
    return Prepared(since, dialect), Prepared(in_tasks, dialect)
