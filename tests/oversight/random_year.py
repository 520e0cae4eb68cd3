"""A year of random changes to one checklist, each recorded as the routes record it."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from app import clock
from app.access.actors import OPERATOR
from app.checklists.models import Checklist, Task
from app.clock import local_day
from app.errors import DubanError
from app.journal.recorder import record
from app.obligations.models import Obligation
from app.obligations.period_models import Period
from app.obligations.queries import HeldObligation, hold
from app.obligations.spans import advance
from app.updates.models import Claim, StatusUpdate
from tests.conftest import County, FakeClock

UNITS = ("司法局", "财政局", "城关镇", "河口镇", "民政局")
SCHEDULES: tuple[dict[str, Any], ...] = (
    {"kind": "monthly", "day": 20},
    {"kind": "quarterly"},
    {"kind": "on", "due_on": "2024-09-15"},
    {"kind": "standing", "report_every_days": 30},
)
Verb = Callable[[Obligation, date, random.Random], None]


def _look_into(one: Obligation, on: date, chance: random.Random) -> None:
    one.look_into(on + timedelta(days=chance.randrange(1, 30)), claim_held=chance.random() < 0.7)


def _answer(one: Obligation, on: date, _: random.Random) -> None:
    if one.finding_due_on is not None:
        one.answer_finding(on)


def _put_right(one: Obligation, on: date, chance: random.Random) -> None:
    if one.finding_due_on is not None:
        one.put_right(on, completed=chance.random() < 0.5)


def _reopen(one: Obligation, _: date, chance: random.Random) -> None:
    one.reopen("抽查未见公开", one.first_due_on or one.due_on, claim_held=chance.random() < 0.5)


def _extend(one: Obligation, on: date, chance: random.Random) -> None:
    if one.due_on is not None:
        one.extend(one.due_on + timedelta(days=chance.randrange(1, 40)))


def _suspend(one: Obligation, on: date, chance: random.Random) -> None:
    one.suspend(on + timedelta(days=chance.choice([0, 0, chance.randrange(20)])))


def _resume(one: Obligation, on: date, _: random.Random) -> None:
    days = timedelta(days=one.rested_days(on))
    one.resume(None if one.due_on is None else one.due_on + days)


CLAIMS: dict[str, Verb] = {
    "report": lambda one, on, _: one.report(40, on),
    "complete": lambda one, on, _: one.complete(on),
    "submit": lambda one, on, _: one.submit(on),
}
VERBS: dict[str, Verb] = {
    **CLAIMS,
    "accept": lambda one, *_: one.accept(),
    "send_back": lambda one, *_: one.send_back("未附佐证"),
    "waive": lambda one, *_: one.waive("撤销"),
    "reopen": _reopen,
    "look_into": _look_into,
    "answer": _answer,
    "put_right": _put_right,
    "extend": _extend,
    "suspend": _suspend,
    "resume": _resume,
}
WEIGHTS = {"report": 8, "complete": 5, "submit": 6, "accept": 9, "send_back": 4, "put_right": 4, "suspend": 3}


def a_checklist(county: County, now: FakeClock, title: str) -> int:
    """A checklist of 2024 with four tasks in two sections, each of them five units'. It turns
    yellow at 5 and red at 2. Answers its id."""
    now.set("2024-01-01")
    office = county.as_role("admin")
    wanted = {"jurisdiction": "341522", "title": title, "year": 2024, "yellow_days": 5, "red_days": 2}
    checklist: int = office.post("/checklists", wanted).json()["id"]
    sections = [
        office.post(f"/checklists/{checklist}/sections", {"title": title}).json()["id"] for title in ("一、", "二、")
    ]
    for number, schedule in enumerate(SCHEDULES):
        body = {"checklist_id": checklist, "section_id": sections[number % 2], "requirement": "公开。"}
        task = office.post("/tasks", body | {"schedule": schedule}).json()["id"]
        for unit in UNITS[: 3 + number % 3]:
            path = f"/tasks/{task}/units/{county.units[unit]}"
            assert office.put(path, {"role": "responsible"}).status_code == 201
    office.put(f"/checklists/{checklist}/publication", {"audience": "units"})  # drafts are held against nobody
    return checklist


def live_through(county: County, checklist: int, *, seed: int, changes: int = 160) -> None:
    """Random changes from 2024-01-02 to 2025-01-19."""
    chance = random.Random(seed)  # noqa: S311  the same year each time
    begins = datetime(2024, 1, 2, 9, tzinfo=clock.SHANGHAI)
    moments = sorted(begins + timedelta(minutes=chance.randrange(383 * 24 * 60)) for _ in range(changes))
    names = [*VERBS]
    with county.database.session(writes=True) as session:
        # as long as these are held, the session need not load them again for each change
        held = session.exec(select(Obligation).where(col(Obligation.checklist_id) == checklist)).all()
        _also = session.get_one(Checklist, checklist), session.exec(select(Task)).all()
        begun = {one.id: session.get_one(Period, one.period_id).starts_on for one in held}
        owed = sorted(begun, key=lambda id_: (begun[id_], id_))
        for at in moments:
            # of what has begun, and rather what began lately
            due = [id_ for id_ in owed if begun[id_] <= local_day(at)]
            obligation = session.get_one(Obligation, due[-1 - min(int(chance.expovariate(0.06)), len(due) - 1)])
            verb = chance.choices(names, [WEIGHTS.get(name, 2) for name in names])[0]
            _change(session, hold(session, obligation, at), verb, chance)


def _change(session: Session, held: HeldObligation, verb: str, chance: random.Random) -> None:
    obligation, today = held.obligation, local_day(held.moment)
    try:
        VERBS[verb](obligation, today, chance)
    except DubanError:
        return
    rows: list[Any] = [obligation]
    if verb in CLAIMS:
        update = StatusUpdate(
            checklist_id=obligation.checklist_id,
            task_id=obligation.task_id,
            obligation_id=obligation.id,
            unit_id=obligation.unit_id,
            state=Claim.IN_PROGRESS if verb == "report" else Claim.COMPLETED,
            narrative="已公开。",
            posted_at=held.moment,
        )
        session.add(update)
        rows.append(update)
    rows += advance(session, [obligation], held.moment)
    record(
        session,
        held.checklist.stream,
        by=OPERATOR.who,
        verb=f"random.{verb}",
        subject=f"obligation:{obligation.id}",
        at=held.moment,
        rows=rows,
    )
