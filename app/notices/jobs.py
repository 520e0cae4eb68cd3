"""The jobs of the tick: any number of processes run them, and each is done once."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.clock import SHANGHAI, local_day
from app.config import Settings
from app.database.engine import Database, insert_unless_there
from app.notices import entries, planning, sending
from app.notices.addressing import deliveries_of
from app.notices.facts import FACTS, new_facts
from app.notices.hours import is_working_moment
from app.notices.models import JobRun, Reminder
from app.notices.reminders.firing import digests, firing
from app.notices.told import REMINDER
from app.workdays.queries import load_calendar

REMINDERS, PLAN, SEND = "reminders", "plan", "send"
BACKUP, DRILL = "backup", "drill"  # not of the tick: commands that succeeded
RETENTION = timedelta(days=7)  # the runs of a minute; those of a day stay
JOBS = (FACTS, REMINDERS, PLAN, SEND)


def run_once(
    database: Database, settings: Settings, now: Callable[[], datetime], stopped: Callable[[], bool] = lambda: False
) -> int:
    """Run all jobs that are due. Returns the number of messages sent or given up.

    Args:
        stopped: called between two steps; a step that has begun is finished.
    """
    for name, due, work in ((FACTS, _written(settings), _facts), (REMINDERS, _working, _reminders)):
        _daily(database, name, now(), due, work)
    planned = plan(database, now, stopped)
    sent = 0
    while not stopped() and sending.send_next(database, settings, now()):
        sent += 1
    for name, done in ((PLAN, planned), (SEND, sent)):
        note(database, name, done, now())
    return sent


def _daily(
    database: Database,
    name: str,
    at: datetime,
    due: Callable[[Session, datetime], bool],
    work: Callable[[Session, datetime], int],
) -> None:
    """Run a daily job. Its row is inserted first in the same transaction: another process waits, and finds it
    done."""
    slot = local_day(at).isoformat()
    with database.session(writes=False) as session:
        if _ran(session, name, slot) is not None or not due(session, at):
            return
    with database.session(writes=True) as session:
        values = {"name": name, "slot": slot, "started_at": at, "done": -1}
        insert_unless_there(session.connection(), JobRun, values)
        run = _ran(session, name, slot)
        if run is not None and run.done < 0:  # inserted by this transaction: another one commits what it has done
            run.done = work(session, at)


def _ran(session: Session, name: str, slot: str) -> JobRun | None:
    return session.exec(select(JobRun).where(col(JobRun.name) == name, col(JobRun.slot) == slot)).first()


def _written(settings: Settings) -> Callable[[Session, datetime], bool]:
    """Whether all is written that had arrived on the day before: a claim made in time becomes overdue in no event."""
    longest = timedelta(seconds=2 * settings.request_timeout)  # until it is authenticated, and until it is written
    return lambda _, at: local_day(at - longest) == local_day(at)


def _working(session: Session, at: datetime) -> bool:
    return is_working_moment(load_calendar(session, local_day(at)), at)


def _facts(session: Session, at: datetime) -> int:
    facts = [*new_facts(session, local_day(at))]
    session.add_all(facts)
    return len(facts)


def _reminders(session: Session, at: datetime) -> int:
    """Let the rungs of the day fire: one message for each receiver."""
    day = local_day(at)
    fired = [*firing(session, day)]
    for one in fired:
        session.add(Reminder(obligation_id=one.obligation.id, due_on=one.due_on, rung=one.rung.key, fired_on=day))
    receivers = digests(iter(fired))
    for receiver, due in receivers.items():
        items = [[one.obligation.id, one.due_on.isoformat(), one.rung.key, one.rung.colour] for one in due]
        notice = planning.notice_to(receiver, REMINDER, f"{REMINDER}:{day}", at, items=items)
        session.add(notice)
        session.flush()
        deliveries_of(session, notice, at)
    return len(receivers)


def plan(database: Database, now: Callable[[], datetime], stopped: Callable[[], bool]) -> int:
    """Plan the notices of the journal, one stream at a time, until nothing is left."""
    planned = 0
    while not stopped():
        with database.session(writes=False) as session:
            streams = planning.behind(session, planning.READER)
            hooks = [(one, entries.streams_behind(session, one)) for one in entries.active_webhooks(session)]
        if not streams and not any(of_hook for _, of_hook in hooks):
            break
        for stream in streams:
            with database.session(writes=True) as session:
                planned += planning.plan_stream(session, stream, now())
        for hook, of_hook in hooks:
            for stream in of_hook:
                with database.session(writes=True) as session:
                    planned += entries.plan_webhook(session, hook, stream, now())
    return planned


def note(database: Database, name: str, done: int, at: datetime) -> None:
    """Say that a job ran in a minute."""
    slot = at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    with database.session(writes=True) as session:
        insert_unless_there(session.connection(), JobRun, {"name": name, "slot": slot, "started_at": at, "done": done})
        old = col(JobRun.name) == name, col(JobRun.started_at) < at - RETENTION
        session.connection().execute(delete(JobRun).where(*old))
