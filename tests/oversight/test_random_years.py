"""A random year: what was answered about a day as it was known on it is answered ever after, and it is what the
requests alone say."""

from datetime import date
from functools import partial
from itertools import zip_longest
from typing import Any, ClassVar, NamedTuple

import hypothesis
import pytest
from hypothesis.stateful import run_state_machine_as_test

from app.config import Settings
from tests.conftest import FakeClock
from tests.oversight.recount.answers import Answers
from tests.oversight.recount.facts import Key, local
from tests.oversight.recount.world import World
from tests.oversight.year import UNITS, YEAR, Year, small_county
from tests.shared import Shared

GROUPINGS = ("unit", "task", "section", "jurisdiction")
COUNTED = (
    "/overdue",
    *(f"/tallies/by-{one}" for one in GROUPINGS),
    "/oversight/ranking",
    "/oversight/trend",
    "/oversight/contradictions",
)
OF_AN_AUDITOR: dict[str, dict[str, Any]] = {"/obligations": {}, "/findings": {"overdue": True}}
SOME = (*(f"/tallies/by-{one}" for one in GROUPINGS[1:]), "/oversight/contradictions", "unit /oversight/ranking")
OF_UNIT, OF_A_UNIT = UNITS[0], ("/overdue", "/obligations", "/oversight/ranking")
FROM_THE_FIRST = {"starts_on": f"{YEAR}-01-01"}
EACH = 7  # years of a batch: after so many hypothesis repeats parts of the years that were
EVERY = 80  # days from one that is noted to the next


class Question(NamedTuple):
    """Requests about a day, sent now and again later."""

    due: str
    drafts: bool
    checklist: int  # of the working register
    left_out: set[str]


def keyed(items: list[Any]) -> dict[Key, Any]:
    return {(one["task"]["id"], one["unit"]["id"], one["period"]): one for one in items}


class NotedYear(Year):
    """On some days every answer about the day is noted."""

    seen: ClassVar[set[tuple[str, str | None]]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.noted: dict[date, tuple[Question, dict[str, list[Any]]]] = {}
        self.is_well = True

    def a_day_ends(self) -> None:
        if not self.noted or (self.today - max(self.noted)).days >= EVERY:
            question = self.a_question()
            answered = self.answers(question)
            self.is_well = False
            self.recounted(self.world, self.today, question, answered)
            self.is_well, self.noted[self.today] = True, (question, answered)

    def teardown(self) -> None:
        if not hasattr(self, "stack"):
            return
        try:
            if self.is_well:
                self.at_the_end()
        finally:
            self.stack.close()

    def at_the_end(self) -> None:
        for checklist in self.sections:  # a unit is answered what it may see today
            self.say(self.office, "PUT", f"/checklists/{checklist}/publication", {"audience": "units"} | FROM_THE_FIRST)
        for day, (question, answered) in self.noted.items():
            again = self.answers(question, as_of=str(day), known_on=str(day))
            for path, said in answered.items():
                was, now = lasting(said), lasting(again[path])
                assert now == was, f"{path} of {day}, asked on {self.today}: {_unlike(was, now)}"
        days = sorted(self.noted)
        for known_on in (self.today, self.any([*days, self.today])):
            day, question = self.any([one for one in [*days, self.today] if one <= known_on]), self.a_question()
            answered = self.answers(question, as_of=str(day), known_on=str(known_on))
            self.recounted(self.recorded_by(known_on), day, question, answered)

    def recorded_by(self, day: date) -> World:
        """What had been said by the end of a day."""
        world = self.a_world()
        for said in self.said:
            if local(said.at) <= day:
                world.hear(said)
        return world

    def a_question(self) -> "Question":
        drafts = self.chance.random() < 0.3
        return Question(
            self.any(["granted", "first"]), drafts, self.any([*self.sections]), {*self.chance.sample(SOME, 3)}
        )

    def answers(self, about: "Question", **of: str) -> dict[str, list[Any]]:
        """The lists, tallies, ranking and trend about a day, for an auditor; some for a unit."""
        auditor, unit, drafts = self.auditor, self.county.as_unit(OF_UNIT), {"drafts": about.drafts}
        found = {path: auditor.all(path, **of, **wanted, limit=200) for path, wanted in OF_AN_AUDITOR.items()}
        for path in COUNTED:
            if path not in about.left_out:
                due = {} if path == "/oversight/contradictions" else {"due": about.due}
                found[path] = auditor.all(path, **of, **due, **drafts, limit=200)
        found["working register"] = rows_of(
            auditor.get(f"/checklists/{about.checklist}/working-register", format="json", **of).json()
        )
        own = (path for path in OF_A_UNIT if f"unit {path}" not in about.left_out)
        return found | {f"unit {path}": unit.all(path, **of, limit=200) for path in own}

    def recounted(self, world: World, day: date, about: "Question", answered: dict[str, list[Any]]) -> None:
        """Hold what was answered about a day against what the requests say."""
        unit, drafts = self.units[OF_UNIT], about.drafts
        expected = Answers(world, day, first=about.due == "first", drafts=drafts)
        self.seen.update((one.word, one.reason) for one in expected.every)
        self.same(answered, "/overdue", expected.overdue(), of_overdue)
        for name in GROUPINGS:
            self.same(answered, f"/tallies/by-{name}", expected.by(name), partial(by, name=name))
        self.same(answered, "/oversight/ranking", expected.ranking(), of_ranking)
        self.same(answered, "/oversight/trend", expected.trend(), of_trend)
        contradictions = Answers(world, day, drafts=drafts).contradictions()
        self.same(answered, "/oversight/contradictions", contradictions, of_contradictions)
        expected, own = Answers(world, day), Answers(world, day, of=[unit])
        self.same(answered, "/obligations", expected.obligations(), of_obligations)
        self.same(answered, "/findings", expected.findings_overdue(), self.of_findings)
        self.same(answered, "unit /obligations", own.obligations(), of_obligations)
        self.same(answered, "unit /overdue", own.overdue(), of_overdue)
        alone = {one: rank for one, rank in expected.ranking().items() if one == unit}
        self.same(answered, "unit /oversight/ranking", alone, of_ranking)

    def of_findings(self, items: list[Any]) -> dict[Key, Any]:
        return {self.world.findings[one["id"]]["of"]: one["due_on"] for one in items}

    def same(self, answered: Any, path: str, expected: Any, read: Any) -> None:
        if path not in answered:
            return
        found = read(answered[path])
        wrong = {key: both for key in found | expected if (both := _differing(found.get(key), expected.get(key)))}
        assert not wrong, "\n".join([f"{path} on {self.today}: answered, expected", *_lines(wrong), *self.story(wrong)])

    def story(self, wrong: dict[Any, Any]) -> list[str]:
        """What was posted, and what became of the obligations that differ."""
        facts = {key: self.world.owed[key].facts for key in wrong if key in self.world.owed}
        posted = [f"{one.at:%m-%d %H:%M} {one.method} {one.path} {one.body} {one.of or ''}" for one in self.said]
        return [*posted, *(f"{key}: {at} {fact}" for key, some in facts.items() for at, fact in some)]


def _unlike(was: list[Any], now: list[Any]) -> Any:
    pairs = zip_longest(was, now)
    return next((_differing(before, after), before) for before, after in pairs if before != after)


def _differing(found: Any, expected: Any) -> Any:
    """The members that differ, of two that have any; the two where they have none."""
    if isinstance(found, dict) and isinstance(expected, dict):
        return {name: both for name in found | expected if (both := _differing(found.get(name), expected.get(name)))}
    return None if found == expected else (found, expected)


def _lines(wrong: dict[Any, Any]) -> list[str]:
    return [f"{key}: {both}" for key, both in wrong.items()]


def lasting(items: list[Any]) -> list[Any]:
    """What an answer about a day says for ever: not what is only said of today."""
    todays = {"extended_to", "percent", "reason", "targets", "contradicts_target", "role", "suspension_reason"}
    todays |= {"due_source", "expected_on", "provisional"}
    todays |= {"claim_held"}
    some = [one for one in items if isinstance(one, dict)]
    return [{name: value for name, value in one.items() if name not in todays} for one in some] or items


def of_overdue(items: list[Any]) -> dict[Key, Any]:
    assert items == sorted(items, key=lambda one: (one["due_on"], one["obligation_id"]))
    return {key: (one["due_on"], one["days_overdue"], one["state"]) for key, one in keyed(items).items()}


OF_THE_DAY = (
    "state",
    "starts_on",
    "due_on",
    "first_due_on",
    "completed_on",
    "claimed_on",
    "finding_due_on",
    "finding_answered_on",
    "suspended_on",
    "timeliness",
    "days_overdue",
    "stale",
    "light",
    "light_reason",
    "has_missed",
)


def of_obligations(items: list[Any]) -> dict[Key, Any]:
    return {key: {name: one[name] for name in OF_THE_DAY} for key, one in keyed(items).items()}


def of_contradictions(items: list[Any]) -> dict[Any, Any]:
    found = {}
    for one in items:
        key = one["kind"], one["task"]["id"], one["unit"] and one["unit"]["id"], one["period"]
        found[key] = one["silent_since"] or one["update_id"]
    return found


def rows_of(table: Any) -> list[Any]:
    """What a working register says of a day for ever: not in which place and section a task stands today."""
    return sorted([row[2:] for row in table["rows"]], key=str)


def by(items: list[Any], name: str) -> dict[Any, Any]:
    found = {}
    for one in items:
        key = one[name] if name == "jurisdiction" else one[name]["id"]
        found[key] = {word: value for word, value in one.items() if word not in (*GROUPINGS, "checklist_id", "name")}
    assert [one["overdue"] for one in items] == sorted((one["overdue"] for one in items), reverse=True)
    return found


def of_ranking(items: list[Any]) -> dict[int, Any]:
    return {one["unit"]["id"]: (one["rank"], one["ranked_of"], one["on_time_rate"]) for one in items}


def of_trend(items: list[Any]) -> dict[str, Any]:
    return {one["month"]: {name: value for name, value in one.items() if name != "month"} for one in items}


def test_a_random_year_is_answered_as_it_was_recorded_and_as_it_was_published(
    shared: Shared, settings: Settings, now: FakeClock, pytestconfig: pytest.Config
) -> None:
    NotedYear.place = small_county(shared, settings, now)
    NotedYear.seen.clear()
    first = 0 if shared.database.is_sqlite else 1  # every other batch is the other database's
    for batch in range(first, pytestconfig.getoption("histories") // EACH, 2):
        NotedYear.batch = batch
        run_state_machine_as_test(
            NotedYear,
            settings=hypothesis.settings(
                max_examples=EACH,
                stateful_step_count=16 if pytestconfig.getoption("long") else 12,
                derandomize=not pytestconfig.getoption("long"),
                phases=[hypothesis.Phase.generate],  # to make one that fails shorter takes longer than to read it
                deadline=None,
                suppress_health_check=list(hypothesis.HealthCheck),
            ),
        )

    # of years in which little happens nothing is learnt
    assert len({word for word, _ in NotedYear.seen}) > 7
    assert len({reason for _, reason in NotedYear.seen}) > 9
