"""Random legal histories: what was answered for a day, on that day, is answered for it ever after."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from app import clock
from app.access.actors import OPERATOR, Actor
from app.access.models import ActorRole
from app.checklists.actions import create_checklist, create_section
from app.checklists.models import Checklist, Task
from app.checklists.schemas import ChecklistCreate, SectionCreate
from app.database.engine import Database
from app.errors import DubanError
from app.obligations import actions, queries
from app.obligations.models import Obligation
from app.obligations.schemas import ObligationQuery, Reopening
from app.oversight.queries import list_overdue
from app.oversight.schemas import OverdueQuery
from app.oversight.standing_queries import list_by_unit
from app.oversight.standing_schemas import ByUnitQuery
from app.tasks import suspension_actions
from app.tasks.actions import change_task, create_task
from app.tasks.assignment_actions import assign, unassign
from app.tasks.schemas import AssignmentWrite, TaskChange, TaskCreate
from app.tasks.suspension_schemas import SuspensionWrite
from app.units.queries import spellings
from app.updates import actions as reports
from app.updates import extension_actions, finding_actions, posting, review_actions
from app.updates.extension_schemas import DecisionWrite, ExtensionCreate
from app.updates.finding_models import Finding
from app.updates.finding_schemas import FindingAnswerCreate, FindingClosure, FindingCreate, FindingExtension
from app.updates.models import Extension, StatusUpdate
from app.updates.review_schemas import ReviewWrite
from app.updates.schemas import StatusUpdateCreate
from tests.conftest import COUNTY, County

SCHEDULES: list[dict[str, Any]] = [
    {"kind": "on", "due_on": "2024-02-15"},
    {"kind": "quarterly"},
    {"kind": "standing", "report_every_days": 30},
]
UNITS = ("司法局", "城关镇")
# what an answer for a past day has to say as it was said on the day
LASTING = {
    "id", "state", "due_on", "completed_on", "claimed_on", "timeliness", "days_overdue", "acknowledged_at",
    "stale",
    "has_missed", "finding_due_on", "light", "light_reason", "suspended_on",
}  # fmt: skip
one_of_many = st.integers(0, 30)


def enter_tasks(database: Database) -> int:
    """A checklist of three tasks and two units. Answers its id."""
    at = datetime(2024, 1, 2, 9, tzinfo=clock.SHANGHAI)
    with database.session(writes=True) as session:
        wanted = ChecklistCreate(jurisdiction=COUNTY, title="随机", year=2024)
        checklist = create_checklist(session, wanted, by=OPERATOR, at=at, soon=7)
        section = create_section(session, checklist, SectionCreate(title="一"), by=OPERATOR, at=at)
        place = {"checklist_id": checklist.id, "section_id": section.id, "requirement": "办理"}
        for schedule in SCHEDULES:
            wish = TaskCreate.model_validate(place | {"schedule": schedule})
            task = create_task(session, checklist, wish, by=OPERATOR, at=at)
            for name in UNITS:
                unit = spellings(session, COUNTY)[name]
                assign(session, task, unit, AssignmentWrite(), by=OPERATOR, at=at)
        return checklist.id


class Histories(RuleBasedStateMachine):
    """What happens to a checklist from the new year on. Nothing of it is ever committed."""

    county: ClassVar[County]
    checklist_id: ClassVar[int]

    @initialize(asks_for_review=st.booleans())
    def begin(self, asks_for_review: bool) -> None:
        self.stack = ExitStack()
        self.session: Session = self.stack.enter_context(self.county.database.session(writes=True))
        self.day, self.answered = date(2024, 1, 2), dict[date, Any]()
        self.checklist = self.session.get_one(Checklist, self.checklist_id)
        self.checklist.asks_for_review = asks_for_review
        self.units = [self.county.units[name] for name in UNITS]
        self.unit = Actor(ActorRole.REPORTER, COUNTY, frozenset(self.units), None, "key:1")

    @property
    def at(self) -> datetime:
        return datetime.combine(self.day, time(10), clock.SHANGHAI)

    def tried(self, do: Callable[[], Any]) -> None:
        """A step that the rules refuse is none, and changes nothing."""
        try:
            with self.session.begin_nested():
                do()
        except (DubanError, IntegrityError):
            pass

    def one(self, model: Any, which: int) -> Any:
        """One row of the checklist, if it has any."""
        rows = self.session.exec(select(model).where(model.checklist_id == self.checklist.id).order_by(model.id)).all()
        return rows[which % len(rows)] if rows else None

    def held(self, which: int) -> queries.HeldObligation:
        return queries.hold(self.session, self.one(Obligation, which), self.at)

    @rule(days=st.integers(1, 40))
    def days_pass(self, days: int) -> None:
        self.answered[self.day] = self.answers(self.day)
        self.day += timedelta(days=days)

    @rule(which=one_of_many, state=st.sampled_from(["in_progress", "completed", "completed"]))
    def report(self, which: int, state: str) -> None:
        said = StatusUpdateCreate.model_validate({"state": state, "narrative": "已办"})
        owed = self.one(Obligation, which).id
        self.tried(lambda: posting.post_update(self.session.connection(), owed, said, by=self.unit, at=self.at))

    @rule(which=one_of_many, accepts=st.booleans())
    def review(self, which: int, accepts: bool) -> None:
        update = self.one(StatusUpdate, which)
        wanted = {"judgement": "accepted"} if accepts else {"judgement": "returned", "reason": "补充"}
        if update:
            judged = ReviewWrite.model_validate(wanted)
            self.tried(lambda: review_actions.review(self.session, update, judged, by=OPERATOR, at=self.at))

    @rule(which=one_of_many)
    def acknowledge(self, which: int) -> None:
        self.tried(lambda: reports.acknowledge(self.session, self.held(which), by=self.unit))

    @rule(which=one_of_many)
    def waive(self, which: int) -> None:
        self.tried(lambda: actions.waive(self.session, self.held(which), "撤销", by=OPERATOR))

    @rule(which=one_of_many, claim_held=st.booleans())
    def reopen(self, which: int, claim_held: bool) -> None:
        wanted = Reopening(reason="复核", claim_held=claim_held)
        self.tried(lambda: actions.reopen(self.session, self.held(which), wanted, by=OPERATOR))

    @rule(which=one_of_many, days=st.integers(0, 60), claim_held=st.booleans())
    def find(self, which: int, days: int, claim_held: bool) -> None:
        last_day = str(self.day + timedelta(days=days))
        said = {"kind": "spot_check", "narrative": "未公开", "due_on": last_day, "claim_held": claim_held}
        wanted = FindingCreate.model_validate(said)
        self.tried(lambda: finding_actions.open_finding(self.session, self.held(which), wanted, by=OPERATOR))

    @rule(
        which=one_of_many,
        step=st.sampled_from(["answer", "extend", "close"]),
        days=st.integers(1, 60),
        claim_held=st.sampled_from([None, True, False]),
    )
    def go_on_with_finding(self, which: int, step: str, days: int, claim_held: bool | None) -> None:
        finding = self.one(Finding, which)
        if finding is None:
            return
        session, at = self.session, self.at
        if step == "answer":
            answer = FindingAnswerCreate(narrative="已改")
            self.tried(lambda: finding_actions.answer(session, finding, answer, by=self.unit, at=at))
        elif step == "extend":
            later = FindingExtension(due_on=self.day + timedelta(days=days), reason="未改全")
            self.tried(lambda: finding_actions.extend(session, finding, later, by=OPERATOR, at=at))
        else:
            end = FindingClosure(conclusion="合格", claim_held=claim_held)
            self.tried(lambda: finding_actions.close(session, finding, end, by=OPERATOR, at=at))

    @rule(which=one_of_many, days=st.integers(1, 90))
    def ask_for_later(self, which: int, days: int) -> None:
        wanted = ExtensionCreate(reason="延后", due_on=self.day + timedelta(days=days))
        self.tried(lambda: extension_actions.open_for_asking(self.session, self.held(which), "可以", by=OPERATOR))
        self.tried(lambda: extension_actions.ask(self.session, self.held(which), wanted, by=self.unit))

    @rule(which=one_of_many)
    def grant(self, which: int) -> None:
        asked = self.one(Extension, which)
        if asked:
            granted = DecisionWrite.model_validate({"decision": "granted", "reason": "同意"})
            self.tried(lambda: extension_actions.decide(self.session, asked, granted, by=OPERATOR, at=self.at))

    @rule(which=one_of_many, days=st.integers(0, 20))
    def suspend(self, which: int, days: int) -> None:
        wanted = SuspensionWrite(reason="选址调整", from_on=self.day + timedelta(days=days))
        self.tried(lambda: suspension_actions.suspend(self.session, self.held(which), wanted, by=OPERATOR))

    @rule(which=one_of_many)
    def resume(self, which: int) -> None:
        self.tried(lambda: suspension_actions.resume(self.session, self.held(which), by=OPERATOR, roll=True))

    @rule(days=st.integers(0, 300))
    def give_another_last_day(self, days: int) -> None:
        task = self.one(Task, 0)
        schedule = {"kind": "on", "due_on": str(date(2024, 1, 1) + timedelta(days=days))}
        wanted = TaskChange.model_validate({"revision": task.revision, "schedule": schedule})
        self.tried(lambda: change_task(self.session, task, wanted, by=OPERATOR, at=self.at, roll=True))

    @rule(which=st.integers(0, 2), unit=st.integers(0, 1))
    def end_assignment(self, which: int, unit: int) -> None:
        task = self.one(Task, which)
        self.tried(lambda: unassign(self.session, task, self.units[unit], None, by=OPERATOR, at=self.at))

    def answers(self, day: date) -> Any:
        """What is answered for a day: each obligation, what is overdue, and how the units stand."""
        session, of = self.session, {"checklist": self.checklist.id, "as_of": day, "limit": 200}
        session.flush()
        session.expire_all()
        connection = session.connection()
        listed = queries.list_obligations(connection, OPERATOR, ObligationQuery.model_validate(of), today=self.day)
        overdue = list_overdue(connection, OPERATOR, OverdueQuery.model_validate(of), today=self.day)
        standing = list_by_unit(connection, OPERATOR, ByUnitQuery.model_validate(of), today=self.day)
        rows = [{name: value for name, value in json.loads(one).items() if name in LASTING} for one in listed.items]
        return rows, [json.loads(one) for one in overdue.items], [one.model_dump() for one in standing.items]

    def teardown(self) -> None:
        if not hasattr(self, "stack"):
            return
        try:
            for day, answered in self.answered.items():
                assert self.answers(day) == answered, f"as of {day}, asked on {self.day}"
        finally:
            self.session.rollback()
            self.stack.close()


def test_what_was_answered_for_a_day_is_answered_for_it_ever_after(county: County, pytestconfig: pytest.Config) -> None:
    Histories.county, Histories.checklist_id = county, enter_tasks(county.database)
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=pytestconfig.getoption("histories"),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
