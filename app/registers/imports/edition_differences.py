"""The differences of an edition, in the shapes that the office sees; they and the steps come from one `Edition`."""

from collections.abc import Iterator

from app.checklists.models import Task
from app.registers.imports.edition_queries import Edition, TaskStep
from app.registers.imports.edition_schemas import (
    ChangeKind,
    NumberChange,
    PartChange,
    SectionDifference,
    TaskCandidate,
    TaskDifference,
    TextChange,
)


def section_differences(edition: Edition) -> list[SectionDifference]:
    """Sections that are added, renamed or moved, in their new order."""
    some: list[SectionDifference] = []
    for step in edition.sections:
        former = step.section
        if step.changes:
            is_moved = former is None or former.position != step.position
            is_renamed = former is None or former.title != step.title
            some.append(
                SectionDifference(
                    kind=ChangeKind.CHANGED if former else ChangeKind.ADDED,
                    section_id=former and former.id,
                    position=NumberChange(old=former and former.position, new=step.position) if is_moved else None,
                    title=TextChange(old=former and former.title, new=step.title) if is_renamed else None,
                )
            )
    return some


def task_differences(edition: Edition) -> Iterator[TaskDifference]:
    """Tasks that are added or changed, in the order of the file; then those that are withdrawn or make way."""
    for step in edition.tasks:
        if step.changes:
            yield _of_row(edition, step)
    gone = {task.id for task in edition.withdrawn}
    in_rows = {step.task.id for step in edition.tasks if step.task}
    for task in edition.withdrawn:
        yield TaskDifference(
            kind=ChangeKind.WITHDRAWN,
            task_id=task.id,
            row=None,
            similarity=None,
            number=_number(edition, task),
            section=TextChange(old=edition.former_sections[task.section_id].title, new=None),
            requirement=TextChange(old=task.requirement, new=None),
            units_text=TextChange(old=task.units_text, new=None),
        )
    for task_id in edition.numbers:
        task = edition.every[task_id]
        if task_id not in gone | in_rows and task.withdrawn_on is not None:  # withdrawn long ago, and in the way
            number = _number(edition, task)
            yield TaskDifference(kind=ChangeKind.CHANGED, task_id=task_id, row=None, similarity=None, number=number)


def unchanged(edition: Edition) -> int:
    return sum(not step.changes for step in edition.tasks)


def candidates(edition: Edition, row: int) -> list[TaskCandidate]:
    """The tasks that an undecided row may be."""
    some = ((edition.every[one.task], one.similarity) for one in edition.undecided[row])
    return [
        TaskCandidate(task_id=task.id, number=task.number, requirement=task.requirement, similarity=like)
        for task, like in some
    ]


def _of_row(edition: Edition, step: TaskStep) -> TaskDifference:
    task, section = step.task, edition.sections[step.section_index]
    former = edition.former_sections[task.section_id].title if task else None
    return TaskDifference(
        kind=ChangeKind.CHANGED if task else ChangeKind.ADDED,
        task_id=task and task.id,
        row=step.row.number,
        similarity=step.similarity,
        number=_number(edition, task) if task else NumberChange(old=None, new=step.row.number),
        section=TextChange(old=former, new=section.title) if step.moves or not task else None,
        requirement=_text(step, "requirement"),
        units_text=_text(step, "units_text"),
        due_text=_text(step, "due_text"),
        summary=_text(step, "summary"),
        units=[PartChange(unit_id=one.unit_id, name=one.name, old=one.old, new=one.new) for one in step.units],
        formerly=step.formerly,
    )


def _number(edition: Edition, task: Task) -> NumberChange | None:
    new = edition.numbers.get(task.id)
    return None if new is None else NumberChange(old=task.number, new=new)


def _text(step: TaskStep, name: str) -> TextChange | None:
    new = step.text(name)
    return None if new is None else TextChange(old=getattr(step.task, name) if step.task else None, new=new)
