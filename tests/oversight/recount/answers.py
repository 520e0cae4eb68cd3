"""What each list, tally, light, ranking and trend says of a day, counted by loops over a recounted world."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oversight.recount.facts import Fact, Key, Owed, Report, Task, start_of
from tests.oversight.recount.periods import DAY
from tests.oversight.recount.world import World

RED = ("overdue", "finding_overdue", "nearly_due")
YELLOW = ("finding_open", "returned", "due_soon", "missed_before", "stale", "caught_up_late")
GREEN = ("awaiting_review", "not_yet_due", "no_last_day", "done_on_time")
CLAIMED = ("completed", "submitted")
COLOURS = {"red": RED, "yellow": YELLOW, "green": GREEN, "grey": ("suspended",)}
WORDS = (
    "overdue",
    "suspended",
    "awaiting_review",
    "due_soon",
    "not_yet_due",
    "no_last_day",
    "completed_on_time",
    "completed_late",
    "completed",
    "waived",
)


@dataclass
class Judged:
    """What stood of an obligation at the end of a day, and what the dates said of it."""

    key: Key
    task: Task
    fact: Fact
    due: date | None
    word: str
    days_overdue: int
    silent_since: date | None
    reason: str | None


class Answers:
    """Of a world, about a day. `first`: counted from the first last day."""

    def __init__(
        self, world: World, day: date, *, first: bool = False, drafts: bool = False, of: Iterable[int] | None = None
    ) -> None:
        self.day, self._world = day, world
        self._end = start_of(day + DAY)
        self.known = [self._judged(one, fact, first) for one in world.owed.values() if (fact := self._stood(one))]
        self.every = [one for one in self.known if drafts or one.task.checklist.audience is not None]
        if of is not None:  # a unit reads its own, of what it was told of
            self.known = self.every = [one for one in self.every if one.key[1] in of]

    def _stood(self, one: Owed) -> Fact | None:
        fact = None
        if one.never_was:
            return None
        for since, following in one.facts:
            if since < self._end:
                fact = following
        return fact if fact is not None and fact.starts <= self.day else None

    def _judged(self, one: Owed, fact: Fact, first: bool) -> Judged:
        due = (fact.first or fact.due) if first else fact.due
        lights = [(yellow, red) for since, yellow, red in one.task.checklist.lights if since < self._end]
        yellow, red = lights[-1] if lights else one.task.checklist.lights[0][1:]
        since, (word, days) = self._silent_since(one, fact), self._word(fact, due, yellow)
        reason = self._reason(fact, due, word, since is not None, yellow, red)
        return Judged(one.key, one.task, fact, due, word, days, since, reason)

    def _silent_since(self, one: Owed, fact: Fact) -> date | None:
        """Of what is stale, from when nobody has reported: since it was owed and units were told of it, since the last
        report, or since it rested."""
        told = one.task.checklist.first_told or date.max
        since = max([fact.starts, told, *(day for day in self._heard(one) if day <= self.day)])
        counts = fact.is_open and fact.due is None and not fact.rests_on(self.day)
        return since if counts and fact.cycle is not None and (self.day - since).days > fact.cycle else None

    def _heard(self, one: Owed) -> list[date]:
        return [report.day for report in one.reports] + one.resumed

    def _word(self, fact: Fact, due: date | None, yellow: int) -> tuple[str, int]:
        if fact.state == "waived":
            return "waived", 0
        if fact.decided is not None and due is None:
            return "completed", 0
        if fact.decided is not None:
            return ("completed_late" if due is not None and fact.decided > due else "completed_on_time"), 0
        waits = _waits(fact, due)
        late = 0 if due is None or waits else (fact.judged_on(self.day) - due).days
        if late > 0:
            return "overdue", late
        if fact.rests_on(self.day):
            return "suspended", 0
        if waits:
            return "awaiting_review", 0
        if due is None:
            return "no_last_day", 0
        return ("due_soon" if (due - self.day).days <= yellow else "not_yet_due"), 0

    def _reason(self, fact: Fact, due: date | None, word: str, stale: bool, yellow: int, red: int | None) -> str | None:
        if word == "waived":
            return None
        if fact.rests_on(self.day):
            return "suspended"
        is_done = word.startswith("completed")
        counts = word in ("overdue", "due_soon", "not_yet_due") and due is not None
        shown = {
            "overdue": word == "overdue",
            "finding_overdue": fact.finding_is_late(self.day),
            "nearly_due": counts and red is not None and due is not None and (due - self.day).days <= min(red, yellow),
            "finding_open": fact.finding is not None,
            "returned": fact.state == "returned",
            "due_soon": word == "due_soon",
            "caught_up_late": word == "completed_late" or (is_done and fact.missed),
            "missed_before": fact.missed,
            "stale": stale,
            "awaiting_review": _waits(fact, due),
            "done_on_time": is_done,
            word: True,
        }
        return next(reason for reason, holds in shown.items() if holds)

    # The answers.

    def obligations(self) -> dict[Key, Any]:
        return {one.key: self._row(one) for one in self.known}

    def _row(self, one: Judged) -> dict[str, Any]:
        fact = one.fact
        reason = one.reason if one.task.checklist.audience is not None else None
        days = {
            "starts_on": fact.starts,
            "due_on": fact.due,
            "first_due_on": fact.first or fact.due,
            "completed_on": fact.done if fact.state == "completed" else None,
            "claimed_on": fact.claimed,
            "finding_due_on": fact.finding,
            "finding_answered_on": fact.answered,
            "suspended_on": fact.rests,
        }
        return {
            **{name: day and day.isoformat() for name, day in days.items()},
            "state": fact.state,
            "timeliness": one.word,
            "days_overdue": one.days_overdue,
            "stale": one.silent_since is not None,
            "has_missed": fact.missed or one.word == "overdue",
            "light_reason": reason,
            "light": next((colour for colour, reasons in COLOURS.items() if reason in reasons), None),
        }

    def overdue(self) -> dict[Key, Any]:
        late = [one for one in self.every if one.word == "overdue"]
        return {one.key: (str(one.due), one.days_overdue, one.fact.state) for one in late}

    def findings_overdue(self) -> dict[Key, Any]:
        return {one.key: str(one.fact.finding) for one in self.every if one.fact.finding_is_late(self.day)}

    def contradictions(self) -> dict[Any, Any]:
        """Kind, task, unit and period → from when it is silent, or which report it is."""
        found: dict[Any, Any] = {}
        for one in self.every:
            task, unit, period = one.key
            if one.silent_since is not None:
                found["silent", task, unit, period] = str(one.silent_since)
            if one.fact.state not in CLAIMED:
                continue
            said, whole = self._last([self._world.owed[one.key]]), self._of_period(one)
            if said and said.misses_own:
                found["below_target", task, unit, period] = said.id
            together = self._last(whole)
            waits = any(
                other.fact.is_open and other.fact.state != "submitted"
                for other in self.known
                if self._world.owed[other.key] in whole
            )
            if together and together.misses_whole and not waits:
                found["below_target", task, None, period] = None
        return found

    def _of_period(self, one: Judged) -> list[Owed]:
        period = self._world.owed[one.key].period
        return [owed for owed in self._world.owed.values() if owed.period is period]

    def _last(self, some: list[Owed]) -> Report | None:
        """The last report by the day."""
        said = [report for one in some for report in one.reports if report.day <= self.day]
        return max(said, key=lambda report: report.id, default=None)

    def by(self, name: str) -> dict[Any, dict[str, Any]]:
        """How each unit, task, section or jurisdiction stands."""
        return {key: self._counts(some) for key, some in _grouped(self.every, self._group(name)).items()}

    def _group(self, name: str) -> Callable[[Judged], Any]:
        if name == "section":
            return self._section
        return {
            "unit": lambda one: one.key[1],
            "task": lambda one: one.key[0],
            "jurisdiction": lambda _: "341522",
        }[name]

    def _section(self, one: Judged) -> int:
        """That of the day; the first one before it was entered."""
        stood = [section for since, section in one.task.sections if since < self._end]
        return stood[-1] if stood else one.task.sections[0][1]

    def _counts(self, some: list[Judged]) -> dict[str, Any]:
        found: dict[str, Any] = {word: sum(one.word == word for one in some) for word in WORDS}
        found["stale"] = sum(one.silent_since is not None for one in some)
        reasons = [one.reason for one in some]
        for colour, of_colour in COLOURS.items():
            found[colour] = sum(reason in of_colour for reason in reasons)
        found["light"] = next((colour for colour in COLOURS if found[colour]), None)
        found["light_reason"] = next((one for one in (*RED, *YELLOW, *GREEN, "suspended") if one in reasons), None)
        found["findings_open"] = sum(one.fact.finding is not None for one in some)
        found["findings_overdue"] = sum(one.fact.finding_is_late(self.day) for one in some)
        late = [str(one.due) for one in some if one.word == "overdue"]
        found["earliest_due_on"] = min(late, default=None)
        found["on_time_rate"] = _as_float(_rate(some))
        return found

    def ranking(self) -> dict[int, Any]:
        """Unit → its rank, of how many, and its rate."""
        units = _grouped(self.every, lambda one: one.key[1])
        rates = {unit: rate for unit, some in units.items() if (rate := _rate(some)) is not None}
        return {
            unit: (
                1 + sum(other > rates[unit] for other in rates.values()) if unit in rates else None,
                len(rates) if unit in rates else None,
                _as_float(rates.get(unit)),
            )
            for unit in units
        }

    def trend(self) -> dict[str, Any]:
        """Month → how what fell due in it stands."""
        dated = [one for one in self.every if one.due is not None]
        found = {}
        for month, some in _grouped(dated, lambda one: str(one.due)[:7]).items():
            counts = self._counts(some)
            counts["not_yet_due"] += counts["due_soon"]
            found[month] = {name: counts[name] for name in TREND}
        return found


def _waits(fact: Fact, due: date | None) -> bool:
    return fact.claimed is not None and (due is None or fact.claimed <= due)


TREND = (
    "completed_on_time",
    "completed_late",
    "overdue",
    "awaiting_review",
    "suspended",
    "not_yet_due",
    "on_time_rate",
    "findings_open",
    "findings_overdue",
)


def _grouped(judged: list[Judged], key: Callable[[Judged], Any]) -> dict[Any, list[Judged]]:
    groups = defaultdict(list)
    for one in judged:
        groups[key(one)].append(one)
    return groups


def _rate(some: list[Judged]) -> Fraction | None:
    on_time, late = (
        sum(one.word == "completed_on_time" for one in some),
        sum(one.word == "completed_late" for one in some),
    )
    counted = on_time + late + sum(one.word == "overdue" for one in some)
    return Fraction(on_time, counted) if counted else None


def _as_float(rate: Fraction | None) -> float | None:
    return None if rate is None else float(rate)
