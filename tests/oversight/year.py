"""A random year of a small county, told to the API in requests alone: what clerks, auditors and units may do."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from app import clock
from app.access.actors import OPERATOR
from app.config import Settings
from app.main import create_app
from app.units.directory_file import import_directory, read_directory
from tests.client import Client
from tests.conftest import COUNTY, Api, County, FakeClock
from tests.county import Holder, new_key, units_of
from tests.oversight.recount.facts import Key, Owed, Said, Task
from tests.oversight.recount.world import World
from tests.registers.imports.editions import page_of
from tests.shared import Shared

YEAR = 2024
UNITS = ("城关镇", "河口镇", "周集镇", "司法局", "财政局")
TOWNSHIPS, OPEN_LIST = "各乡镇人民政府", "县直有关单位"
DIRECTORY = "kind,code,name,aliases\n" + "".join(
    f"{'township' if name.endswith('镇') else 'department'},,{name},\n" for name in UNITS
)
OFFICERS = (Holder("coordinator"), Holder("auditor"), Holder("admin", ""))
MILESTONES = [{"due_on": f"{YEAR}-{month:02}-28", "words": "步骤"} for month in (4, 7, 7, 11)]
ONCE: tuple[dict[str, Any], ...] = (
    *({"kind": "on", "due_on": f"{YEAR}-{day}"} for day in ("04-10", "06-15", "09-30")),
    {"kind": "default"},
)
SCHEDULES: tuple[dict[str, Any], ...] = (
    *ONCE,
    {"kind": "monthly", "day": 20},
    {"kind": "quarterly"},
    {"kind": "quarterly", "month": 2, "day": 10},
    {"kind": "half_yearly", "month": 5},
    {"kind": "yearly", "month": 10, "day": 31},
    {"kind": "times_per_year", "times": 4},
    {"kind": "times_per_year", "times": 5},
    {"kind": "standing", "report_every_days": 30},
    {"kind": "standing", "report_every_days": 60},
    {"kind": "after_event", "days": 10, "unit": "working_days", "event": "印发"},
    {"kind": "after_event", "days": 20, "unit": "calendar_days", "event": "印发", "entered_by_units": True},
    {"kind": "ten_days"},
    {"kind": "weekly", "weekday": 5},
    {"kind": "milestones", "milestones": MILESTONES},
)
ROLES = ("responsible", "lead", "supporting")
LIGHT_DAYS = ((7, None), (5, 2), (20, 10), (0, 0), (60, 3))
LIGHTS: tuple[dict[str, Any], ...] = tuple({"yellow_days": yellow, "red_days": red} for yellow, red in LIGHT_DAYS)
TARGETS: tuple[list[dict[str, Any]], ...] = (
    [],
    [],
    [],
    *([{"metric": "个", "number": number, "scope": scope}] for number, scope in ((2, "each"), (5, "together"))),
    [{"metric": "个", "number": 2, "scope": "together"}, {"metric": "次", "number": 1, "scope": "each"}],
)
CLAIM_HELD: tuple[dict[str, bool], ...] = ({}, {"claim_held": True}, {"claim_held": False})
MOST_TASKS = 6
MISTAKE: tuple[dict[str, bool], ...] = ({}, {"as_if_never": True})
OPEN = ("not_started", "in_progress", "returned")
T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """A database that is put back to the small county before each year, and what its people sign in with."""

    shared: Shared
    settings: Settings
    now: FakeClock
    units: dict[str, int]
    keys: dict[Holder, str]


def small_county(shared: Shared, settings: Settings, now: FakeClock) -> Place:
    """Three townships, which have always been members of their collective, two departments and an open list."""
    now.set(f"{YEAR}-01-02")
    with shared.database.session(writes=True) as session:
        import_directory(session, read_directory(DIRECTORY.encode()), COUNTY, by=OPERATOR, at=clock.now())
        units = units_of(session)
        holders = [*OFFICERS, *(Holder("reporter", units=(name,)) for name in UNITS)]
        keys = {holder: new_key(session, holder, units, at=clock.now()) for holder in holders}
    shared.templates.save("small county")
    return Place(shared, settings, now, units, keys)


Verb = Callable[["Year"], None]
VERBS: list[Verb] = []


def happens(verb: Verb) -> Any:
    """A rule of the machine: some days pass, on which units and the office are at work; then this is done, and one
    thing more, since the machine leaves many rules out of each year."""
    VERBS.append(verb)

    def step(self: "Year") -> None:
        self.days_pass()
        self.report()
        for following in (Year.review, Year.decide, Year.go_on_with_findings, Year.resume):
            if self.chance.random() < 0.4:
                following(self)
        verb(self)
        self.any(VERBS)(self)

    step.__name__ = verb.__name__
    return rule()(step)


class Year(RuleBasedStateMachine):
    """Each rule is one thing that may happen. A request that is refused is none; none may fail otherwise."""

    place: ClassVar[Place]
    batch: ClassVar[int] = 0

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        self.chance, self.stack, place = Random(f"{self.batch} {seed}"), ExitStack(), self.place  # noqa: S311
        place.shared.templates.restore("small county")
        place.shared.database.watchers.clear()
        place.now.set(f"{YEAR}-01-03")
        client = self.stack.enter_context(Client(create_app(place.settings, place.shared.database)))
        self.county = County(place.shared.database, client, 1, units=place.units, keys=dict(place.keys))
        self.office, self.auditor = self.county.as_role("coordinator"), self.county.as_role("auditor")
        self.units = place.units
        self.townships, self.open_list = self.units[TOWNSHIPS], self.units[OPEN_LIST]
        self.said: list[Said] = []
        self.world = self.a_world()
        self.sections: dict[int, list[int]] = {}  # of each checklist
        self.revisions: dict[str, int] = {}
        self.ids: dict[Key, int] = {}
        self.extensions: list[int] = []  # not decided yet
        self.show(self.begin_register("清单", tasks=3))

    def a_world(self) -> World:
        """As it was before anything was said."""
        return World({self.townships: [self.units[name] for name in UNITS[:3]], self.open_list: []})

    def begin_register(self, title: str, *, tasks: int) -> int:
        """A draft with its first tasks. Returns its id."""
        wanted = {"jurisdiction": COUNTY, "title": title, "year": YEAR, "asks_for_review": self.chance.random() < 0.5}
        made: int = self.say(self.office, "POST", "/checklists", wanted | self.any(LIGHTS))["id"]
        self.sections[made] = []
        for name in ("一、", "二、"):
            section = self.say(self.office, "POST", f"/checklists/{made}/sections", {"title": name})
            self.sections[made].append(section["id"])
        for _ in range(tasks):
            self.add_task(made)
        return made

    # How requests are made, and what they are about.

    def say(self, api: Api, method: str, path: str, body: Any = None, *, of: Key | None = None, **params: Any) -> Any:
        """What an accepted request answers; none where it was refused."""
        self.place.now.moment += timedelta(seconds=1)
        answer = api.request(method, path, json=body, params=params)
        assert answer.status_code < 500, answer.text
        if not answer.is_success:
            return None
        shown = answer.json()
        self.hear(method, path, (body or {}) | params, shown, of)
        if "revision" in shown:
            self.revisions[f"/{path.split('/')[1]}/{shown['id']}"] = shown["revision"]
        return shown

    def hear(self, method: str, path: str, body: Any, answer: Any, of: Key | None = None) -> None:
        self.said.append(Said(clock.now(), method, path, body, answer, of))
        self.world.hear(self.said[-1])

    def change(self, path: str, **wanted: Any) -> Any:
        return self.say(self.office, "PATCH", path, {"revision": self.revisions[path], **wanted})

    def about(self, api: Api | None, verb: str, one: Owed, body: Any = None, *, method: str = "POST") -> Any:
        """Args: api: of its unit without it."""
        path = f"/obligations/{self.id_of(one.key)}/{verb}"
        return self.say(api or self.unit_of(one.key), method, path, body, of=one.key)

    @property
    def today(self) -> date:
        return clock.today()

    def later(self, least: int, most: int) -> str:
        return str(self.today + timedelta(days=self.chance.randint(least, most)))

    def start(self) -> dict[str, str]:
        """From which day something is owed, where that is said."""
        given = max(self.later(-60, 20), f"{YEAR}-01-01")
        return {"starts_on": given} if self.chance.random() < 0.5 else {}

    def schedule(self) -> dict[str, Any]:
        """Half of them of one period, in which most can happen."""
        return self.any(self.any([ONCE, SCHEDULES]))

    def unit_of(self, key: Key) -> Api:
        return self.county.as_unit(next(name for name in UNITS if self.units[name] == key[1]))

    def id_of(self, key: Key) -> int:
        if key not in self.ids:
            found = self.office.all("/obligations", task=key[0], unit=key[1], upcoming=True, limit=200)
            self.ids |= {(one["task"]["id"], one["unit"]["id"], one["period"]): one["id"] for one in found}
        return self.ids[key]

    def owed(self, *states: str) -> list[Owed]:
        """What has begun."""
        found = self.world.owed.values()
        return [
            one
            for one in found
            if one.fact.state in states
            and one.fact.starts <= self.today
            and not one.task.is_withdrawn
            and not one.never_was
        ]

    def live_tasks(self) -> list[Task]:
        return [task for task in self.world.tasks.values() if not task.is_withdrawn]

    def any(self, some: Sequence[T]) -> T:
        return self.chance.choice(some)

    def one(self, some: Sequence[T]) -> T | None:
        return self.chance.choice(some) if some else None

    def some(self, found: Sequence[T], most: int) -> list[T]:
        return self.chance.sample(found, min(len(found), self.chance.randint(0, most)))

    # Days pass; units report and the office judges, on whatever day.

    def days_pass(self) -> None:
        days = self.chance.randint(0, 28)
        if days:
            self.a_day_ends()
            at = datetime.combine(self.today + timedelta(days=days), time(self.chance.randrange(24)), clock.SHANGHAI)
            self.place.now.moment = at

    def a_day_ends(self) -> None:
        """For whoever wants to note what is answered on it."""

    def report(self) -> None:
        for one in self.some([one for one in self.owed(*OPEN) if one.task.checklist.audience], 3):
            may_claim = one.task.schedule["kind"] != "standing" and one.fact.finding is None and one.fact.rests is None
            claims = may_claim and self.chance.random() < 0.7
            body = {"state": "completed" if claims else "in_progress", "narrative": "已办"} | self.figures(one.task)
            self.about(None, "updates", one, body)

    def figures(self, task: Task) -> dict[str, Any]:
        """What was reached of what the task asks for, where the unit says it."""
        told = task.targets if self.chance.random() < 0.8 else []
        reached = [{"metric": one["metric"], "number": self.chance.randint(0, 3)} for one in told]
        return {"figures": reached} if reached else {}

    def waiting(self) -> dict[Key, int]:
        """The claims that wait."""
        waiting = [one.key for one in self.owed("submitted")]
        return {key: update for update, key in self.world.updates.items() if key in waiting}

    @happens
    def withdraw_claim(self) -> None:
        for key, update in self.some([*self.waiting().items()], 2):
            self.say(self.unit_of(key), "PUT", f"/updates/{update}/withdrawal", {"reason": "有误"})

    def review(self) -> None:
        for update in self.some([*self.waiting().values()], 3):
            judged = self.any([{"judgement": "accepted"}, {"judgement": "returned", "reason": "补充"}])
            self.say(self.office, "POST", f"/updates/{update}/review", judged)

    # The office and its register.

    @happens
    def enter_task(self) -> None:
        if len(self.live_tasks()) < MOST_TASKS:
            self.add_task(self.any([*self.sections]))

    def add_task(self, checklist: int) -> None:
        place = {"checklist_id": checklist, "section_id": self.any(self.sections[checklist]), "requirement": "公开。"}
        wanted = {"schedule": self.schedule(), "targets": self.any(TARGETS)} | self.start()
        made = self.say(self.office, "POST", "/tasks", place | wanted)
        if made:
            units = self.chance.sample([*UNITS, TOWNSHIPS, OPEN_LIST], self.chance.randint(1, 3))
            parts = [{"task_id": made["id"], "unit_id": self.units[name], "role": self.any(ROLES)} for name in units]
            self.say(self.office, "POST", "/assignments", {"items": [part | self.start() for part in parts]})

    @happens
    def begin_another(self) -> None:
        """A register that is typed in mid-year, and published by and by."""
        if len(self.sections) < 3:
            self.begin_register(f"第{len(self.sections)}号", tasks=1)

    @happens
    def change_schedule(self) -> None:
        if task := self.one(self.live_tasks()):
            self.change(f"/tasks/{task.id}", schedule=self.schedule())

    @happens
    def correct_targets(self) -> None:
        if task := self.one(self.live_tasks()):
            self.change(f"/tasks/{task.id}", targets=self.any(TARGETS))

    @happens
    def correct_calendar(self) -> None:
        wanted = {"is_working": self.chance.random() < 0.5, "name": "调整"}
        days = [{"day": day} | wanted for day in sorted({self.later(-20, 40) for _ in range(3)})]
        self.say(self.county.as_role("admin", ""), "PUT", "/calendar/days", {"days": days})

    @happens
    def move_start(self) -> None:
        if task := self.one(self.live_tasks()):
            self.change(f"/tasks/{task.id}", starts_on=max(self.later(-90, 30), f"{YEAR}-01-01"))

    @happens
    def move_task(self) -> None:
        if task := self.one(self.live_tasks()):
            self.change(f"/tasks/{task.id}", section_id=self.any(self.sections[task.checklist.id]))

    @happens
    def withdraw_task(self) -> None:
        if (task := self.one(self.live_tasks())) and self.chance.random() < 0.5:
            self.say(self.office, "PUT", f"/tasks/{task.id}/withdrawal", {"reason": "撤销"} | self.any(MISTAKE))

    @happens
    def give_part(self) -> None:
        if task := self.one(self.live_tasks()):
            path = f"/tasks/{task.id}/units/{self.units[self.any([*UNITS, TOWNSHIPS, OPEN_LIST])]}"
            self.say(self.office, "PUT", path, {"role": self.any(ROLES)} | self.start())

    @happens
    def name_under_open_list(self) -> None:
        open_ones = [task for task in self.live_tasks() if any(part.unit == self.open_list for part in task.parts)]
        if task := self.one(open_ones):
            path = f"/tasks/{task.id}/units/{self.units[self.any(UNITS)]}"
            self.say(self.office, "PUT", path, {"named_under": self.open_list} | self.start())

    @happens
    def end_part(self) -> None:
        live = [(task, part) for task in self.live_tasks() for part in task.parts if not part.has_ended]
        if found := self.one(live):
            task, part = found
            ending: dict[str, Any] = {"reason": "误派"} | self.any(MISTAKE)
            self.say(self.office, "DELETE", f"/tasks/{task.id}/units/{part.unit}", **ending)

    @happens
    def join(self) -> None:
        path = f"/units/{self.townships}/members/{self.units[self.any(UNITS)]}"
        wanted = {"from_on": self.later(-60, 30)} if self.chance.random() < 0.5 else {}
        self.say(self.office, "PUT", path, wanted | {"takes_part_in_current": self.chance.random() < 0.5})

    @happens
    def leave(self) -> None:
        ending: dict[str, Any] = {"reason": "误派"} | self.any(MISTAKE)
        self.say(self.office, "DELETE", f"/units/{self.townships}/members/{self.units[self.any(UNITS)]}", **ending)

    @happens
    def dissolve(self) -> None:
        if self.chance.random() < 0.2:
            self.say(self.office, "PUT", f"/units/{self.units[self.any(UNITS)]}/dissolution", {"reason": "机构改革"})

    @happens
    def change_settings(self) -> None:
        wanted = self.any([*LIGHTS, {"asks_for_review": True}, {"asks_for_review": False}])
        self.change(f"/checklists/{self.any([*self.sections])}", **wanted)

    @happens
    def publish(self) -> None:
        self.show(self.any([*self.sections]))

    def show(self, checklist: int) -> None:
        """To its units or to everyone."""
        wanted = {"audience": self.any(["units", "public"])} | self.start()
        self.say(self.office, "PUT", f"/checklists/{checklist}/publication", wanted)

    @happens
    def unpublish(self) -> None:
        self.say(self.office, "DELETE", f"/checklists/{self.any([*self.sections])}/publication")

    @happens
    def import_register(self) -> None:
        """A page of the year, on whatever day it is."""
        parts = [self.chance.sample([*UNITS, TOWNSHIPS], self.chance.randint(1, 2)) for _ in range(2)]
        if len(self.live_tasks()) >= MOST_TASKS:
            return
        rows = [[f"公开{place}。", "、".join(names), ""] for place, names in enumerate(parts)]
        page = page_of([("一、", rows)], title=f"{YEAR}年第{len(self.sections)}号清单")
        form: Any = {"files": {"file": ("清单.html", page)}, "data": {"jurisdiction": COUNTY}}
        sent = self.office.request("POST", "/registers/imports", **form).json()
        path = f"/registers/imports/{sent['id']}/commit"
        answer = self.office.post(path)
        assert answer.status_code < 500, answer.text
        if answer.is_success:
            made = answer.json()["checklist_id"]
            tasks = self.office.all("/tasks", checklist=made)
            units = [[self.units[name] for name in names] for names in parts]
            found = [(task["id"], task["section"]["id"], some) for task, some in zip(tasks, units, strict=True)]
            self.hear("POST", path, {"year": YEAR}, {"checklist_id": made, "tasks": found})
            self.sections[made] = [found[0][1]]
            self.revisions |= {f"/tasks/{task['id']}": task["revision"] for task in tasks}
            self.revisions[f"/checklists/{made}"] = self.office.get(f"/checklists/{made}").json()["revision"]
            if self.chance.random() < 0.5:
                self.show(made)

    @happens
    def something_happens(self) -> None:
        if task := self.one([task for task in self.live_tasks() if task.schedule["kind"] == "after_event"]):
            body = {"happened_on": self.later(-20, 0), "title": "印发"}
            by = self.any([self.office, self.county.as_unit(self.any(UNITS))])
            self.say(by, "POST", f"/tasks/{task.id}/events", body)

    @happens
    def it_had_not_happened(self) -> None:
        happened = [(task.id, one.event) for task in self.live_tasks() for one in task.periods if one.event]
        if found := self.one(happened):
            self.say(self.office, "PUT", "/tasks/{}/events/{}/withdrawal".format(*found), {"reason": "重复"})

    @happens
    def acknowledge(self) -> None:
        for one in self.some([one for one in self.owed(*OPEN) if one.task.checklist.audience], 3):
            self.about(None, "receipt", one, method="PUT")

    @happens
    def waive(self) -> None:
        if one := self.one(self.owed(*OPEN, "submitted")):
            self.about(self.office, "waiver", one, {"reason": "撤销"})

    @happens
    def reopen(self) -> None:
        if one := self.one(self.owed("completed", "waived")):
            self.about(self.office, "reopening", one, {"reason": "复核"} | self.any(CLAIM_HELD))

    @happens
    def suspend(self) -> None:
        for one in self.some([one for one in self.owed(*OPEN, "submitted") if one.fact.rests is None], 2):
            self.about(self.office, "suspension", one, {"reason": "选址", "from_on": self.later(0, 10)}, method="PUT")

    @happens
    def suspend_task(self) -> None:
        if task := self.one(self.live_tasks()):
            self.say(self.office, "PUT", f"/tasks/{task.id}/suspension", {"reason": "选址"})

    def resume(self) -> None:
        for one in self.some([one for one in self.owed(*OPEN, "submitted") if one.fact.rests], 3):
            self.about(self.office, "suspension", one, method="DELETE")

    @happens
    def resume_task(self) -> None:
        if task := self.one([one.task for one in self.owed(*OPEN) if one.fact.rests]):
            self.say(self.office, "DELETE", f"/tasks/{task.id}/suspension")

    @happens
    def ask_for_later(self) -> None:
        pending = [self.world.extensions[number][0] for number in self.extensions]
        for one in self.some([one for one in self.owed(*OPEN) if one.fact.due and one.key not in pending], 2):
            last = max(one.fact.due or self.today, self.today)
            if last != one.fact.due:
                self.about(self.office, "extension-opening", one, {"reason": "可以"}, method="PUT")
            body = {"reason": "延后", "due_on": str(last + timedelta(days=self.chance.randint(1, 60)))}
            if extension := self.about(None, "extensions", one, body):
                self.extensions.append(extension["id"])

    def decide(self) -> None:
        for number in self.some(self.extensions, 3):
            wanted = {"decision": self.any(["granted", "granted", "refused"]), "reason": "核定"}
            if self.say(self.office, "PUT", f"/extensions/{number}/decision", wanted):
                self.extensions.remove(number)

    # The auditor looks again.

    @happens
    def find(self) -> None:
        for one in self.some(self.owed("completed", "completed", *OPEN, "submitted"), 3):
            body = {"kind": "look_back", "narrative": "未公开", "due_on": self.later(0, 40)}
            self.about(self.auditor, "findings", one, body | self.any(CLAIM_HELD))

    def go_on_with_findings(self) -> None:
        for number in self.some([number for number, one in self.world.findings.items() if not one.get("is_closed")], 3):
            step, path = self.any(["answer", "close", "close", "extend"]), f"/findings/{number}"
            if step == "extend":
                self.say(self.auditor, "POST", f"{path}/extension", {"due_on": self.later(1, 60), "reason": "未改全"})
                continue
            self.say(self.unit_of(self.world.findings[number]["of"]), "POST", f"{path}/answers", {"narrative": "已改"})
            if step == "close":
                closure = {"conclusion": "合格"} | self.any(CLAIM_HELD)
                self.say(self.auditor, "POST", f"{path}/closure", closure)
