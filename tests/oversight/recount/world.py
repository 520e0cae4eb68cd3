"""What the auditors' answers should be, worked out slowly from what was posted alone.

It is written from the rules that docs/rules.md states, and takes nothing from the code that counts, from its tables or
from its journal. Each accepted request is heard in turn and changes a small world of its own. What was known at the end
of a day is what was heard by then.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from tests.oversight.recount.facts import Checklist, Key, Membership, Owed, Report, Said, Task, local
from tests.oversight.recount.owing import Owing, days_after, live, made_of, worked
from tests.oversight.recount.periods import DAY, Period, Register


class World(Owing):
    """What was posted up to a moment."""

    def hear(self, said: Said) -> None:
        self.now = said.at
        for method, pattern, verb in VERBS:
            found = re.fullmatch(pattern, said.path)
            if said.method == method and found:
                verb(self, said, *(int(number) for number in found.groups()))
                return
        raise LookupError(said.path)

    # Registers, sections and who is told of them.

    def begin_checklist(self, said: Said) -> None:
        body = said.body
        register = Register(body["year"], date(body["year"], 1, 1), date(body["year"], 12, 31))
        lights = (self.now, body.get("yellow_days", 7), body.get("red_days"))
        made = Checklist(said.answer["id"], register, body.get("asks_for_review", False), [lights])
        self.checklists[made.id] = made

    def change_checklist(self, said: Said, number: int) -> None:
        checklist, wanted = self.checklists[number], said.body
        _, yellow, red = checklist.lights[-1]
        checklist.lights.append((self.now, wanted.get("yellow_days", yellow), wanted.get("red_days", red)))
        checklist.asks = wanted.get("asks_for_review", checklist.asks)

    def publish(self, said: Said, number: int) -> None:
        """The first time it may say from which day its tasks are owed that have no day of their own; later, that what
        was entered while it was a draft is owed from a day or later."""
        checklist, starts = self.checklists[number], self._day(said.body.get("starts_on", str(date.min)))
        drafted = [task for task in self.tasks.values() if task.checklist is checklist and not task.is_withdrawn]
        for task in drafted if checklist.audience is None and starts > checklist.register.first else []:
            if checklist.told_until is None:
                is_moved = task.starts is None
            else:
                is_moved = task.sections[0][0] > checklist.told_until and (task.starts or date.max) < starts
            if is_moved:
                task.starts = starts
                self._settle_start(task, untold=True)
        checklist.audiences.append((self.now, said.body["audience"]))

    def unpublish(self, _: Said, number: int) -> None:
        self.checklists[number].audiences.append((self.now, None))

    def commit_import(self, said: Said, _: int) -> None:
        """Its body is the register as it was typed: title, year, and rows of requirement and units."""
        answer = said.answer
        self.begin_checklist(replace(said, body={"year": said.body["year"]}, answer={"id": answer["checklist_id"]}))
        for task, section, units in answer["tasks"]:
            body = {"checklist_id": answer["checklist_id"], "section_id": section}
            self.enter_task(replace(said, body=body, answer={"id": task}))
            for unit in units:
                self._give(self.tasks[task], unit, {})

    # Tasks, their schedules and parts.

    def enter_task(self, said: Said) -> None:
        body = said.body
        checklist = self.checklists[body["checklist_id"]]
        schedule = body.get("schedule", {"kind": "default"})
        task = Task(said.answer["id"], checklist, schedule, [(self.now, body["section_id"])])
        task.starts, task.targets = self._start(body, checklist), body.get("targets", [])
        task.periods = made_of(task)
        self.tasks[task.id] = task

    def change_task(self, said: Said, number: int) -> None:
        task, wanted = self.tasks[number], said.body
        task.targets = wanted.get("targets", task.targets)
        if "section_id" in wanted:
            task.sections.append((self.now, wanted["section_id"]))
        former, day = task.starts or task.checklist.register.first, wanted.get("starts_on")
        is_moved = day is not None and day != str(former)
        if day is not None and is_moved:
            task.starts = date.fromisoformat(day)
        if "schedule" in wanted and wanted["schedule"] != task.schedule:
            task.schedule = wanted["schedule"]
            self._reschedule(task)
            self._settle(task)
            for one in self._of(task):
                if one.fact.is_open:
                    self._change(one, cycle=task.schedule.get("report_every_days"))
        if is_moved:
            self._follow_start(task, former)

    def withdraw_task(self, said: Said, number: int) -> None:
        self.tasks[number].is_withdrawn = True
        self._settle(self.tasks[number], lambda _: _was_mistake(said))

    def assign(self, said: Said, number: int, unit: int) -> None:
        self._give(self.tasks[number], unit, said.body)

    def assign_many(self, said: Said) -> None:
        for item in said.body["items"]:
            self._give(self.tasks[item["task_id"]], item["unit_id"], item)

    def end_part(self, said: Said, number: int, unit: int) -> None:
        task = self.tasks[number]
        ended = next(part for part in live(task) if part.unit == unit)
        ended.has_ended = True
        self._settle(task, lambda one: _was_mistake(said) and one.part is ended)

    def add_member(self, said: Said, collective: int, unit: int) -> None:
        """Who is one already may be told to take part in what was under way when it joined; nothing else changes."""
        joins = said.body.get("takes_part_in_current", False)
        member = next((one for one in self._members(collective) if one.unit == unit and one.until is None), None)
        if member is None:
            self.members.append(Membership(collective, unit, self._day(said.body.get("from_on")), joins_current=joins))
        else:
            member.joins_current = member.joins_current or joins
        self._settle_parts_of(collective)

    def end_member(self, said: Said, collective: int, unit: int) -> None:
        """That a place was a mistake can be said after it has ended, too: of the last one that was none yet."""
        places = [one for one in self._members(collective) if one.unit == unit and not one.never_was]
        ended = next((one for one in places if one.until is None), places[-1])
        ended.until, ended.never_was = ended.until or self.today, _was_mistake(said)

        def is_mistake(one: Owed) -> bool:
            return ended.never_was and one.key[1] == unit and one.part.unit == collective

        self._settle_parts_of(collective, is_mistake=is_mistake)

    def dissolve(self, said: Said, unit: int) -> None:
        if unit in self.dissolved:  # again: nothing changes
            return
        self.dissolved[unit] = self.today
        left = [one for one in self.members if unit in (one.unit, one.collective) and one.until is None]
        for one in left:
            one.until = self.today
        self._settle_parts_of(unit, *(one.collective for one in left))

    def enter_event(self, said: Said, number: int) -> None:
        """Something happened from which days are counted."""
        task, day = self.tasks[number], date.fromisoformat(said.body["happened_on"])
        event = said.answer["id"]
        due = days_after(day, task.schedule, self.workdays)
        task.periods.append(Period(f"event-{event}", day, due, due, event=event))
        self._settle(task)

    def withdraw_event(self, said: Said, number: int, event: int) -> None:
        task = self.tasks[number]
        next(one for one in task.periods if one.event == event).is_gone = True
        self._settle(task)

    def correct_calendar(self, said: Said) -> None:
        """What was counted over other working days, and is not done, is counted again. What the calendar of before does
        not give was counted otherwise, and stays."""
        before = dict(self.workdays)
        for one in said.body["days"]:
            self.workdays[date.fromisoformat(one["day"])] = one["is_working"]
        for task in self.tasks.values():
            for period in task.periods if task.schedule["kind"] == "after_event" else []:
                is_open = any(one.fact.is_open for one in self._of(task) if one.period is period)
                if period.event is None or period.is_gone or not is_open:
                    continue
                if period.due == days_after(period.starts, task.schedule, before):
                    self._count_again(task, period, before)

    def _count_again(self, task: Task, period: Period, before: dict[date, bool]) -> None:
        was, now = period.due or date.max, days_after(period.starts, task.schedule, self.workdays)
        moved: dict[Key, date] = {}
        for one in self._of(task):
            if one.period is period and one.fact.is_open and one.granted:
                granted = [(due, due, one.moved[place:]) for place, (due, _) in enumerate(one.moved)]
                for old, new, rests in [(was, now, one.moved), *granted] if one.moved else []:
                    if one.fact.due == _after_rests(old, rests, before):
                        moved[one.key] = _after_rests(new, rests, self.workdays)
                        break
        moved = {key: due for key, due in moved.items() if due != self.owed[key].fact.due}
        if now != was or moved:
            period.due = period.ends = now
            self._follow(task, period, moved)

    # What units report and what is judged of it.

    def report(self, said: Said, _: int) -> None:
        one, body = self._owed(said), said.body
        self.updates[said.answer["id"]] = one.key
        figures = {figure["metric"]: figure["number"] for figure in body.get("figures", ())}
        one.figures = figures or one.figures
        others = [other for other in self._of(one.task) if other.period is one.period and not other.never_was]
        sums: dict[str, int] = {}
        for other in others:
            for metric, number in other.figures.items():
                sums[metric] = sums.get(metric, 0) + number
        claims = body["state"] == "completed"
        misses = claims and _misses(one.task, one.figures, "each"), _misses(one.task, sums, "together")
        one.reports.append(Report(said.answer["id"], self.today, *misses, figures))
        if body["state"] != "completed":
            one.has_progress = one.has_progress or bool(body.get("percent"))
            self._change(one, state="in_progress")
            return
        one.has_progress, one.claims = True, one.claims + 1
        if one.task.checklist.asks:
            self._change(one, state="submitted", claimed=self.today)
        else:
            self._change(one, state="completed", done=self.today)

    def review(self, said: Said, update: int) -> None:
        one = self.owed[self.updates[update]]
        if said.body["judgement"] == "accepted":
            self._change(one, state="completed", done=one.fact.claimed, claimed=None)
        else:
            self._change(one, state="returned", claimed=None)

    def withdraw_claim(self, _: Said, update: int) -> None:
        """As if nobody had claimed it; it was reported on all the same. Its figures count no longer."""
        one = self.owed[self.updates[update]]
        next(report for report in one.reports if report.id == update).is_withdrawn = True
        said = [report.figures for report in one.reports if report.figures and not report.is_withdrawn]
        one.figures = said[-1] if said else {}
        one.claims -= 1
        one.has_progress = one.claims > 0
        self._change(one, state="in_progress", claimed=None)

    def waive(self, said: Said, _: int) -> None:
        one = self._owed(said)
        self._change(one, state="waived", claimed=None)
        one.waived_by = "office"

    def reopen(self, said: Said, _: int) -> None:
        """Open again by the last day that holds now; what it had missed before stays."""
        one = self._owed(said)
        state = "in_progress" if one.fact.state == "completed" or one.has_progress else "not_started"
        had, since, held = one.fact.due, self._waived_since(one), _held(one, said)
        days = one.last_day(held)
        due, waived = days.get("due"), min(self.today, one.task.rests or date.max) - since
        if had and due and waived > 0 * DAY and had + waived > due:
            one.granted = had + waived
            days = {"first": days.get("first") or one.fact.first or due, "due": one.granted}
        self._change(one, state=state, done=None, held=held, rests=one.task.rests, **days)

    def _waived_since(self, one: Owed) -> date:
        """The day on which it was waived, or from which it rested then; today if it is not waived."""
        if one.fact.state != "waived":
            return self.today
        (_, before), (at, _) = [one.facts[0], *one.facts][-2:]
        return min(local(at), before.rests or date.max)

    def ask(self, said: Said, _: int) -> None:
        self.extensions[said.answer["id"]] = self._owed(said).key, date.fromisoformat(said.body["due_on"])
        self.asked[said.answer["id"]] = self.today, self._owed(said).fact.missed

    def decide(self, said: Said, number: int) -> None:
        key, wanted = self.extensions[number]
        if said.body["decision"] == "granted":
            one = self.owed[key]
            one.granted = date.fromisoformat(said.body.get("due_on", str(wanted)))
            (asked_on, missed), first = self.asked[number], one.fact.first or one.fact.due
            self._change(one, judged_on=asked_on, first=first, due=one.granted, missed=missed)

    def suspend(self, said: Said, _: int) -> None:
        self._change(self._owed(said), rests=self._day(said.body.get("from_on")))

    def resume(self, said: Said, _: int) -> None:
        self._resume(self._owed(said))

    def suspend_task(self, said: Said, number: int) -> None:
        """All that is open of it, and does not rest yet."""
        for one in self._of(self.tasks[number]):
            if one.fact.is_open and one.fact.rests is None:
                self._change(one, rests=self._day(said.body.get("from_on")))
        self.tasks[number].rests = self._day(said.body.get("from_on"))

    def resume_task(self, _: Said, number: int) -> None:
        for one in self._of(self.tasks[number]):
            if one.fact.is_open and one.fact.rests is not None:
                self._resume(one)
        self.tasks[number].rests = None

    def _resume(self, one: Owed) -> None:
        """The last day is later by the days that it rested, and ends as the schedule's days do."""
        fact, moved = one.fact, {}
        rested = max(self.today - (fact.rests or self.today), 0 * DAY)
        one.moved += [(fact.due, rested.days)] if fact.due is not None and rested else []
        one.resumed += [self.today] if rested else []
        if fact.due is not None and fact.held is None and rested:
            due = fact.due + rested
            if one.task.schedule["kind"] == "after_event":
                due = worked(due, self.workdays)
            moved, one.granted = {"due": due, "first": fact.first or fact.due}, due
        self._change(one, rests=None, **moved)

    def _day(self, given: str | None) -> date:
        return date.fromisoformat(given) if given else self.today

    def find(self, said: Said, _: int) -> None:
        """What was done is open again. When it was due, and whether it was late, stays if its claim held."""
        one, was_done = self._owed(said), self._owed(said).fact.state == "completed"
        finding = {"of": one.key, "was_done": was_done, "held": said.body.get("claim_held", True), "before": one.fact}
        self.findings[said.answer["id"]] = finding
        opened: dict[str, Any] = {"state": "in_progress", "done": None, "rests": one.task.rests} if was_done else {}
        due = date.fromisoformat(said.body["due_on"])
        self._change(one, finding=due, answered=None, held=_held(one, said), **opened)

    def answer_finding(self, said: Said, number: int) -> None:
        self.findings[number]["answered"] = self.today
        one = self.owed[self.findings[number]["of"]]
        self._change(one, answered=one.fact.answered or self.today)

    def extend_finding(self, said: Said, number: int) -> None:
        due = date.fromisoformat(said.body["due_on"])
        self._change(self.owed[self.findings[number]["of"]], finding=due, answered=None)

    def close_finding(self, said: Said, number: int) -> None:
        """What it had opened is done again: on the day of the answer; where the claim did not hold, today. The last
        word on the claim counts."""
        finding = self.findings[number]
        one, held, before = self.owed[finding["of"]], said.body.get("claim_held", finding["held"]), finding["before"]
        said_now: dict[str, Any] = {}
        if not held:
            said_now = {"held": None}
        elif not finding["held"]:
            said_now = {name: getattr(before, name) for name in ("missed", "due", "first")} | {"held": before.decided}
            one.granted = before.due if before.first else None
        if finding["was_done"] and one.fact.state != "waived":
            done = finding["answered"] if held else self.today
            said_now |= {"state": "completed", "done": done, "claimed": None}
        self._change(one, finding=None, answered=None, **said_now)
        finding["is_closed"] = True

    def nothing(self, *_: Any) -> None:
        """What says nothing of who is late."""


def _misses(task: Task, numbers: dict[str, int], scope: str) -> bool:
    """Whether a target is missed, or not spoken of."""
    of_scope = [one for one in task.targets if one["scope"] == scope]
    return any(numbers.get(one["metric"], -1) < one["number"] for one in of_scope)


def _after_rests(due: date, rests: list[tuple[date, int]], workdays: dict[date, bool]) -> date:
    for _, days in rests:
        due = worked(due + days * DAY, workdays)
    return due


def _was_mistake(said: Said) -> bool:
    """It was ended as if it had never been."""
    return bool(said.body.get("as_if_never", False))


def _held(one: Owed, said: Said) -> date | None:
    """The first claim, unless it is said that it did not hold."""
    return one.fact.decided if said.body.get("claim_held", True) else None


VERBS: list[tuple[str, str, Callable[..., None]]] = [
    ("POST", "/checklists", World.begin_checklist),
    ("PATCH", r"/checklists/(\d+)", World.change_checklist),
    ("PUT", r"/checklists/(\d+)/publication", World.publish),
    ("DELETE", r"/checklists/(\d+)/publication", World.unpublish),
    ("POST", r"/checklists/(?:\d+)/sections", World.nothing),
    ("POST", r"/registers/imports/(\d+)/commit", World.commit_import),
    ("POST", "/tasks", World.enter_task),
    ("PATCH", r"/tasks/(\d+)", World.change_task),
    ("PUT", r"/tasks/(\d+)/withdrawal", World.withdraw_task),
    ("PUT", r"/tasks/(\d+)/units/(\d+)", World.assign),
    ("DELETE", r"/tasks/(\d+)/units/(\d+)", World.end_part),
    ("POST", "/assignments", World.assign_many),
    ("POST", r"/tasks/(\d+)/events", World.enter_event),
    ("PUT", r"/tasks/(\d+)/events/(\d+)/withdrawal", World.withdraw_event),
    ("PUT", "/calendar/days", World.correct_calendar),
    ("PUT", r"/units/(\d+)/members/(\d+)", World.add_member),
    ("DELETE", r"/units/(\d+)/members/(\d+)", World.end_member),
    ("PUT", r"/units/(\d+)/dissolution", World.dissolve),
    ("PUT", r"/obligations/(?:\d+)/receipt", World.nothing),
    ("POST", r"/obligations/(\d+)/updates", World.report),
    ("PUT", r"/updates/(\d+)/withdrawal", World.withdraw_claim),
    ("POST", r"/updates/(\d+)/review", World.review),
    ("POST", r"/obligations/(\d+)/waiver", World.waive),
    ("POST", r"/obligations/(\d+)/reopening", World.reopen),
    ("PUT", r"/obligations/(?:\d+)/extension-opening", World.nothing),
    ("POST", r"/obligations/(\d+)/extensions", World.ask),
    ("PUT", r"/extensions/(\d+)/decision", World.decide),
    ("PUT", r"/obligations/(\d+)/suspension", World.suspend),
    ("DELETE", r"/obligations/(\d+)/suspension", World.resume),
    ("PUT", r"/tasks/(\d+)/suspension", World.suspend_task),
    ("DELETE", r"/tasks/(\d+)/suspension", World.resume_task),
    ("POST", r"/obligations/(\d+)/findings", World.find),
    ("POST", r"/findings/(\d+)/answers", World.answer_finding),
    ("POST", r"/findings/(\d+)/extension", World.extend_finding),
    ("POST", r"/findings/(\d+)/closure", World.close_finding),
]
