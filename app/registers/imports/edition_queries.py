"""The comparison of a checklist with a newer edition of its register: the steps from one to the other.

The parts of units are compared with three texts in hand: a unit loses its part where the older print named it and the
newer does not, and gets one where only the newer names it. So what the office decided by hand stays.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.checklists.models import Checklist, Section, Task
from app.obligations.assignment_models import Assignment
from app.obligations.roles import Role
from app.obligations.stands import stand_on
from app.registers.cells.reader import CellReading
from app.registers.exports.queries import composed_texts
from app.registers.files.own_note import OwnNote, own_note
from app.registers.imports.edition_matching import Candidate, Printed, match, match_sections, squeezed
from app.registers.imports.full_reading import FullReading, RowReading
from app.registers.imports.known_units import KnownUnits
from app.registers.imports.reading_cache import ReadingCache

_NOTHING = CellReading((), open=False, times=(), unread=(), pieces=())


@dataclass(frozen=True, slots=True)
class UnitStep:
    """`old` is None where the unit gets a part, `new` where it loses it. `text`: as printed."""

    unit_id: int | None
    name: str
    old: Role | None
    new: Role | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class SectionStep:
    """Which section stands at a position, under which title; `section` is None where it is to be added."""

    position: int
    title: str
    section: Section | None

    @property
    def changes(self) -> bool:
        return self.section is None or (self.section.position, self.section.title) != (self.position, self.title)


@dataclass(frozen=True, slots=True)
class TaskStep:
    """A row and the task that it is, None where one is to be added. `section_index` is that of the edition's section.

    `composed`: what our own exports say as 完成情况 of a task for which the office wrote none.
    """

    row: RowReading
    section_index: int
    task: Task | None
    similarity: int | None = None
    units: tuple[UnitStep, ...] = ()
    moves: bool = False
    formerly: int | None = None
    is_renumbered: bool = False
    composed: frozenset[str] = frozenset()

    def text(self, name: str) -> str | None:
        """The new text of a task's requirement, units_text, due_text or summary, where it is another."""
        new = {
            "requirement": self.row.task.requirement,
            "units_text": self.row.task.units_text,
            "due_text": self.row.due_text,
            "summary": self.row.task.completion,
        }[name]
        old = getattr(self.task, name, "") or ""
        says_nothing = name in ("due_text", "summary") and not new
        is_composed = name == "summary" and not old and squeezed(new) in self.composed
        return None if says_nothing or is_composed or squeezed(old) == squeezed(new) else new

    @property
    def rewords(self) -> bool:
        return any(self.text(name) is not None for name in ("requirement", "units_text", "due_text", "summary"))

    @property
    def changes(self) -> bool:
        return self.task is None or self.is_renumbered or self.moves or self.rewords or bool(self.units)


@dataclass(frozen=True, slots=True)
class Edition:
    """`title`: the checklist's afterwards, which is the printed one only if the office takes that.
    `numbers`: tasks that get another number, those among them that make way, → the number."""

    checklist: Checklist
    printed_title: str
    title: str
    sections: tuple[SectionStep, ...]
    tasks: tuple[TaskStep, ...]
    withdrawn: tuple[Task, ...]
    undecided: Mapping[int, Sequence[Candidate]]
    numbers: Mapping[int, int]
    every: Mapping[int, Task]
    former_sections: Mapping[int, Section]

    @property
    def changes(self) -> bool:
        return (
            self.title != self.checklist.title
            or bool(self.withdrawn or self.numbers)
            or any(one.changes for one in self.sections)
            or any(one.changes for one in self.tasks)
        )

    @property
    def unchanged(self) -> set[int]:
        """The rows that say what their tasks say already: they were asked about when they came in."""
        return {one.row.number for one in self.tasks if one.task is not None and not one.rewords}


def edition_of(
    session: Session,
    checklist: Checklist,
    full: FullReading,
    units: KnownUnits,
    answers: Mapping[int, int | None],
    cache: ReadingCache,
    *,
    takes_title: bool,
) -> Edition:
    """Compare a checklist with a reading of its newer edition. Our own export of it is one that changes nothing."""
    own = own_note(full.register.surroundings)
    every = session.exec(select(Task).where(col(Task.checklist_id) == checklist.id).order_by(col(Task.number))).all()
    current = {task.id: task for task in every if task.withdrawn_on is None}
    sections = {one.id: one for one in session.exec(_sections_of(checklist))}
    in_order = sorted(current.values(), key=lambda task: (sections[task.section_id].position, task.number))
    printed = {task.id: number if own else task.number for number, task in enumerate(in_order, start=1)}
    rows = [(index, row) for index, section in enumerate(full.sections) for row in section.rows]
    found = match(
        [
            Printed(row.number, row.number, row.task.requirement, (full.sections[index].title, row.task.units_text))
            for index, row in rows
        ],
        [
            Printed(task.id, printed[task.id], task.requirement, (sections[task.section_id].title, task.units_text))
            for task in current.values()
        ],
        answers,
    )
    come_from: dict[int, Counter[int]] = {index: Counter() for index, _ in rows}
    for index, row in rows:
        if pair := found.pairs.get(row.number):
            come_from[index][current[pair.task].section_id] += 1
    titles = [one.title for one in full.sections]
    places = match_sections(titles, {one.id: one.title for one in sections.values()}, come_from)
    parts = _parts(session, checklist)
    former = {squeezed(task.requirement): task.id for task in every if task.withdrawn_on is not None}
    cells = cache.cells((task.units_text for task in current.values()), units.directory)
    pairs = {found.pairs[row.number].task: row.number for _, row in rows if row.number in found.pairs}
    # Our own file has no row for a task that was withdrawn, nor for an empty section: the others stay where they are.
    stays = own is not None and len(rows) == len(printed) and [*pairs] == [*printed]
    numbers = {} if stays else _numbers(every, pairs, {row.number for _, row in rows})
    composed = _composed(session, checklist, own)
    steps: list[TaskStep] = []
    for index, row in rows:
        pair = found.pairs.get(row.number)
        if pair is None:
            shares = tuple(_unit_steps(_NOTHING, row.cell, [], units))
            formerly = former.get(squeezed(row.task.requirement))
            steps.append(TaskStep(row, index, None, units=shares, formerly=formerly))
            continue
        task = current[pair.task]
        moved = places.get(index) != task.section_id
        shares = tuple(_unit_steps(cells[task.units_text], row.cell, parts.get(task.id, []), units))
        by_ourselves = composed.get(task.id, frozenset())
        steps.append(TaskStep(row, index, task, pair.similarity, shares, moved, None, task.id in numbers, by_ourselves))
    in_doubt = {one.task for some in found.undecided.values() for one in some}
    withdrawn = tuple(task for task in current.values() if task.id not in pairs.keys() | in_doubt)
    return Edition(
        checklist,
        full.title,
        full.title if takes_title else checklist.title,
        tuple(_section_steps(titles, places, sections, stay=stays)),
        tuple(one for one in steps if one.row.number not in found.undecided),
        withdrawn,
        found.undecided,
        numbers,
        {task.id: task for task in every},
        sections,
    )


def is_working_register(session: Session, checklist: Checklist, full: FullReading) -> bool:
    """Whether a reading is our own 台账 of a checklist. Its rows are obligations: it says nothing new of tasks."""
    own = own_note(full.register.surroundings)
    if own is None or not own.is_working:
        return False
    tasks = session.exec(select(Task.requirement).where(col(Task.checklist_id) == checklist.id))
    return {squeezed(row.task.requirement) for row in full.rows} <= set(map(squeezed, tasks))


def nothing_new(checklist: Checklist) -> Edition:
    return Edition(checklist, checklist.title, checklist.title, (), (), (), {}, {}, {}, {})


def _composed(session: Session, checklist: Checklist, own: OwnNote | None) -> dict[int, frozenset[str]]:
    """By task, what our own export of a day says where the office wrote no 完成情况."""
    if own is None or own.as_of > own.known_on:
        return {}
    as_it_stood = stand_on(own.as_of, own.known_on, today=own.known_on + timedelta(days=1))
    texts = composed_texts(session, checklist, as_it_stood)
    return {task_id: frozenset(map(squeezed, some)) for task_id, some in texts.items()}


def _sections_of(checklist: Checklist) -> SelectOfScalar[Section]:
    return select(Section).where(col(Section.checklist_id) == checklist.id).order_by(col(Section.position))


def _parts(session: Session, checklist: Checklist) -> dict[int, list[Assignment]]:
    query = select(Assignment).where(col(Assignment.checklist_id) == checklist.id, col(Assignment.ended_on).is_(None))
    parts: dict[int, list[Assignment]] = {}
    for one in session.exec(query.order_by(col(Assignment.id))):
        parts.setdefault(one.task_id, []).append(one)
    return parts


def _section_steps(
    titles: Sequence[str], places: Mapping[int, int], former: Mapping[int, Section], *, stay: bool
) -> list[SectionStep]:
    """The edition's sections in their order; those that it no longer has stay, behind them.

    `stay`: the rows are those of the checklist, in its order, so that no section moves.
    """
    if stay and len(places) == len(titles):
        return [SectionStep(former[places[at]].position, title, former[places[at]]) for at, title in enumerate(titles)]
    steps = [
        SectionStep(index + 1, title, former[places[index]] if index in places else None)
        for index, title in enumerate(titles)
    ]
    left = [one for one in former.values() if one.id not in places.values()]
    free = count(max([len(titles), *(one.position for one in left)]) + 1)
    for one in left:
        steps.append(SectionStep(one.position if one.position > len(titles) else next(free), one.title, one))
    return steps


def _numbers(every: Sequence[Task], wanted: Mapping[int, int], taken: set[int]) -> dict[int, int]:
    """Other numbers for tasks: those of the edition, and for what stands in their way the first free ones behind."""
    free = count(max([0, *taken, *(task.number for task in every)]) + 1)
    numbers: dict[int, int] = {}
    for task in every:
        number = wanted.get(task.id)
        if number is None:
            number = next(free) if task.number in taken else task.number
        if number != task.number:
            numbers[task.id] = number
    return numbers


def _unit_steps(base: CellReading, new: CellReading, parts: Sequence[Assignment], units: KnownUnits) -> list[UnitStep]:
    names = {unit.id: unit.name for unit in units.spelt.values()}
    former = {units.spelt[one.name].id: one.role for one in base.units if one.name in units.spelt}
    current = {one.unit_id: one for one in parts}
    steps: list[UnitStep] = []
    printed: dict[int, Role] = {}
    met = {one.name for one in base.units}
    for read in new.units:
        unit = units.spelt.get(read.name)
        if unit is None:
            if read.name not in met:
                steps.append(UnitStep(None, read.name, None, read.role, read.text))
            met.add(read.name)
            continue
        if unit.id in printed:
            continue
        printed[unit.id] = read.role
        part = current.get(unit.id)
        if part is None and unit.id not in former:
            steps.append(UnitStep(unit.id, unit.name, None, read.role, read.text))
        elif part is not None and read.role not in (part.role, former.get(unit.id)):
            steps.append(UnitStep(unit.id, unit.name, part.role, read.role, read.text))
    gone = former.keys() - printed.keys()
    for unit_id, part in current.items():
        if unit_id not in printed and (unit_id in gone or part.named_under_id in gone):
            steps.append(UnitStep(unit_id, names.get(unit_id, part.text), part.role, None, part.text))
    return steps
