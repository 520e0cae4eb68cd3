"""Who owes what, from which day and by when, as the rules of docs/rules.md say it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from chinese_calendar import is_workday  # type: ignore[import-untyped]

from tests.oversight.recount.facts import (
    SHANGHAI,
    Checklist,
    Fact,
    Key,
    Membership,
    Owed,
    Part,
    Said,
    Task,
    local,
    start_of,
)
from tests.oversight.recount.periods import DAY, Period, planned

ROLES = ("lead", "responsible", "supporting")


class Owing:
    """What is owed up to a moment."""

    def __init__(self, collectives: dict[int, list[int]]) -> None:
        """Args: collectives: their ids, with the units that have always been members."""
        self.collectives = [*collectives]
        self.members = [Membership(one, unit) for one, units in collectives.items() for unit in units]
        self.dissolved: dict[int, date] = {}
        self.checklists: dict[int, Checklist] = {}
        self.tasks: dict[int, Task] = {}
        self.owed: dict[Key, Owed] = {}
        self.updates: dict[int, Key] = {}
        self.extensions: dict[int, tuple[Key, date]] = {}  # extensions
        self.asked: dict[int, tuple[date, bool]] = {}  # when each was asked for, and whether a last day had been missed
        self.findings: dict[int, dict[str, Any]] = {}
        self.workdays: dict[date, bool] = {}  # as the office corrected them
        self.now = datetime.min.replace(tzinfo=SHANGHAI)

    @property
    def today(self) -> date:
        return local(self.now)

    def _owed(self, said: Said) -> Owed:
        if said.of is None:
            raise LookupError(said.path)
        return self.owed[said.of]

    def _start(self, wanted: dict[str, Any], checklist: Checklist) -> date | None:
        """The day that is given; in a register that units were told of, today."""
        if "starts_on" in wanted:
            return date.fromisoformat(wanted["starts_on"])
        return None if checklist.first_told is None else self.today

    def _of(self, task: Task) -> list[Owed]:
        return [one for one in self.owed.values() if one.task is task]

    def _members(self, collective: int) -> list[Membership]:
        return [one for one in self.members if one.collective == collective]

    def _change(self, one: Owed, *, judged_on: date | None = None, **new: Any) -> None:
        """From now on; before its first day, from that day on. Args: judged_on: whether its last day was missed."""
        before, fact = one.fact, replace(one.fact, **new)
        if fact.held is None and before.is_overdue(judged_on or self.today):
            fact = replace(fact, missed=True)
        if not fact.is_open:
            fact = replace(fact, rests=None)
        one.facts.append((max(self.now, one.facts[-1][0]), fact))

    def _give(self, task: Task, unit: int, wanted: dict[str, Any]) -> None:
        part = next((part for part in live(task) if part.unit == unit), None)
        if part is None:
            part = Part(unit, "responsible", starts=self._start(wanted, task.checklist))
            follows = task.starts is not None and part.starts is not None and part.starts <= task.starts
            if follows and "starts_on" not in wanted and "named_under" not in wanted:
                part.starts = None  # whoever has it before the task begins is owed it as the task is
            task.parts.append(part)
        elif "starts_on" in wanted:
            part.starts = date.fromisoformat(wanted["starts_on"])
        part.role, part.named_under = wanted.get("role", "responsible"), wanted.get("named_under")
        self._settle(task)

    def _settle_parts_of(self, *units: int, is_mistake: Callable[[Owed], bool] = lambda _: False) -> None:
        for task in self.tasks.values():
            if any(part.unit in units for part in task.parts):
                self._settle(task, is_mistake)

    def _owing(self, task: Task, period: Period) -> dict[int, tuple[Part, date]]:
        """Who has a part in a period, each by its strongest part that owes it, and from which day it is owed. Of two
        equal parts that which names the unit counts, of two days the earlier."""
        found: dict[int, list[tuple[Part, date]]] = defaultdict(list)
        strongest = sorted(live(task), key=lambda part: (ROLES.index(part.role), part.unit in self.collectives))
        for part in [] if task.is_withdrawn or period.is_gone else strongest:
            for unit, joined in self._reached(part, period):
                if period.starts < self.dissolved.get(unit, date.max):
                    days = (period.starts, task.starts, part.starts, joined)
                    found[unit].append((part, max(day for day in days if day is not None)))
        owing = {}
        for unit, parts in found.items():
            owed = [one for one in parts if _is_owed(*one, period)]
            owing[unit] = (owed[0][0], min(since for _, since in owed)) if owed else parts[0]
        return owing

    def _reached(self, part: Part, period: Period) -> Iterator[tuple[int, date | None]]:
        """The unit itself, or who owes it as a member of the collective, and from when."""
        if part.unit not in self.collectives:
            yield part.unit, None
        for one in self._members(part.unit):
            if first := one.first_day(period):
                yield one.unit, first

    def _settle(
        self, task: Task, is_mistake: Callable[[Owed], bool] = lambda _: False, *, untold: bool = False
    ) -> None:
        """Let everybody owe what they do now, and nothing else. What was a mistake, and is not owed else, never was."""
        for period in task.periods:
            owing = self._owing(task, period)
            for unit, (part, since) in owing.items():
                key = (task.id, unit, period.key)
                if not _is_owed(part, since, period) and key in self.owed and is_mistake(self.owed[key]):
                    self.owed[key].never_was = True
                if key in self.owed:
                    self._take_up(self.owed[key], part, since, untold)
                elif _is_owed(part, since, period):
                    fact = Fact("not_started", since, period.due, cycle=task.schedule.get("report_every_days"))
                    fact = replace(fact, rests=task.rest_of_added(self.today))
                    self.owed[key] = Owed(key, task, period, part, [(start_of(since), fact)])
            for one in self._of(task):
                if one.period is period and one.key[1] not in owing:
                    one.never_was = one.never_was or is_mistake(one)
                    self._let_go(one)

    def _let_go(self, one: Owed) -> None:
        """What was done, and is open again, is done as it was; what is open else is waived."""
        if one.never_was:
            return
        if one.fact.is_open and one.fact.held is not None:
            self._change(one, state="completed", done=one.fact.held, claimed=None)
        elif one.fact.is_open:
            self._change(one, state="waived", claimed=None)
            one.waived_by = "cause"

    def _take_up(self, one: Owed, part: Part, since: date, untold: bool) -> None:
        """What is owed by another part now, again, or from another day. Until units are told of it, what is not owed
        from that day never was."""
        is_owed = _is_owed(part, since, one.period)
        if one.never_was:
            if is_owed:
                self._revive(one, part, since)
            return
        by_cause = one.waived_by == "cause" or one.part.has_ended
        if one.fact.state == "waived" and by_cause and is_owed:
            state = "in_progress" if one.has_progress else "not_started"
            self._start_on(
                one, since, state=state, rests=one.task.rest_of_added(self.today), **one.last_day(one.fact.held)
            )
        one.part = part if is_owed else one.part
        if not is_owed and not one.is_reported:
            one.never_was = untold and one.fact.is_open
            self._let_go(one)
        if is_owed and one.fact.is_open and (since < one.fact.starts or not one.is_reported):
            self._start_on(one, since, untold=untold)

    def _revive(self, one: Owed, part: Part, since: date) -> None:
        """It is owed after all, from a day on: what was done of it stays done, the rest begins anew."""
        one.never_was, one.part, begins = False, part, start_of(since)
        anew: dict[str, Any] = {"starts": since, "missed": False, "finding": None, "answered": None, "rests": None}
        if one.fact.state == "completed":
            one.facts = [(max(at, begins), replace(fact, **anew)) for at, fact in one.facts]
        else:
            anew |= {"state": "in_progress" if one.has_progress else "not_started", "claimed": None}
            anew["rests"] = one.task.rest_of_added(self.today)
            one.facts = [(begins, replace(one.fact, **anew | one.last_day(one.fact.held)))]

    def _start_on(self, one: Owed, since: date, *, untold: bool = False, **new: Any) -> None:
        """An earlier day also applies to what stood before; until units are told of it, so does a later one."""
        if one.fact.starts > self.today and since != one.fact.starts:  # it had not begun
            one.facts = [(start_of(since), replace(one.fact, starts=since, **new))]
            return
        if untold and since != one.fact.starts:
            one.facts = [(max(at, start_of(since)), replace(fact, starts=since)) for at, fact in one.facts]
        begins, fact = one.facts[0]
        if start_of(since) < begins:
            one.facts.insert(0, (start_of(since), replace(fact, starts=since)))
        self._change(one, starts=since, **new)

    def _follow_start(self, task: Task, former: date) -> None:
        """After a task is owed from another day: an earlier one makes the periods that were left out where no other
        period stands; by a later one what is due before is not owed."""
        current = [one for one in task.periods if not one.is_gone and one.event is None]
        for one in made_of(task):
            is_free = all(one.ends < other.starts or other.ends < one.starts for other in current)
            if one.latest_start is not None and one.latest_start < former and is_free:
                self._place(task, one)
        self._settle_start(task)

    def _settle_start(self, task: Task, *, untold: bool = False) -> None:
        untold = untold or task.checklist.first_told is None
        self._settle(task, untold=untold)
        for period in task.periods if untold else []:
            is_late = period.latest_start is not None and period.latest_start < (task.starts or date.min)
            if is_late and all(one.never_was for one in self._of(task) if one.period is period):
                period.is_gone = True

    def _place(self, task: Task, one: Period) -> None:
        """A period that is made, or takes its place again with other days."""
        period = next((period for period in task.periods if period.key == one.key), None)
        if period is None:
            task.periods.append(one)
            return
        for name in ("starts", "ends", "due", "share"):
            setattr(period, name, getattr(one, name))
        period.is_gone = False

    def _reschedule(self, task: Task) -> None:
        """What is past or was reported on stays; of the rest the new schedule makes what is not due yet."""
        wanted, current = made_of(task), [one for one in task.periods if not one.is_gone]
        if len(wanted) == 1 and [one.key for one in current] == [wanted[0].key]:
            stays: list[Period] = []
        else:
            stays = [one for one in current if self._stays(task, one)]
        past = [one.ends for one in stays if one.event is None and one.due is not None and one.due < self.today]
        covered = max(past, default=date.min)
        if len(wanted) > 1:
            wanted = [one for one in wanted if one.ends > covered and (one.due is None or one.due >= self.today)]
            for one in wanted:
                one.starts = max(one.starts, covered + DAY) if covered > date.min else one.starts
        made = {one.key: one for one in wanted if one.key not in {period.key for period in stays}}
        known = {one.key: one for one in task.periods}
        for period in task.periods:
            period.is_gone = period.is_gone or (period not in stays and period.key not in made)
        for key, one in made.items():
            self._place(task, one)
            if key in known:
                self._follow(task, known[key])
        if task.schedule["kind"] == "after_event":
            for period in task.periods:
                if period.event is not None and not period.is_gone and not self._is_settled(task, period):
                    period.due = period.ends = days_after(period.starts, task.schedule, self.workdays)
                    self._follow(task, period)

    def _stays(self, task: Task, period: Period) -> bool:
        is_counted = task.schedule["kind"] == "after_event" and period.event is not None
        return is_counted or self._is_settled(task, period)

    def _is_settled(self, task: Task, period: Period) -> bool:
        if period.due is not None and period.due < self.today:
            return True
        return any(one.is_reported for one in self._of(task) if one.period is period)

    def _follow(self, task: Task, period: Period, moved: dict[Key, date] | None = None) -> None:
        """Args: moved: to which days a rest has moved some last days now."""
        for one in self._of(task):
            if one.period is period and one.fact.is_open and one.fact.held is None:
                first, day = one.granted and period.due, (moved or {}).get(one.key)
                due = day or one.fact.due if one.granted else period.due
                one.granted = day or one.granted
                self._change(one, due=due, first=first)


def made_of(task: Task) -> list[Period]:
    """What a task's schedule has from the day from which it is owed."""
    since = task.starts or date.min
    return [one for one in planned(task.schedule, task.checklist.register) if (one.latest_start or date.max) >= since]


def _is_owed(part: Part, since: date, period: Period) -> bool:
    """Whether its last day does not lie before it is owed. Who is named under an open list has all shares to do."""
    last = period.latest_start if part.named_under is None else period.due
    return last is None or since <= last


def live(task: Task) -> Iterable[Part]:
    return [part for part in task.parts if not part.has_ended]


def days_after(day: date, schedule: dict[str, Any], workdays: dict[date, bool]) -> date:
    """So many days after a day; the last of them is a working day."""
    if schedule["unit"] == "calendar_days":
        return worked(day + schedule["days"] * DAY, workdays)
    for _ in range(schedule["days"]):
        day = worked(day + DAY, workdays)
    return day


def worked(day: date, workdays: dict[date, bool]) -> date:
    """The day, or the first working day after it. Args: workdays: what the office says of some days."""
    while not workdays.get(day, is_workday(day)):
        day += DAY
    return day
