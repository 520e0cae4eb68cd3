"""The matching of a newer edition's rows with the checklist's tasks, by the texts alone.

The measure is the normalized indel similarity of the requirements without their whitespace, in percent. Unrelated
requirements of real registers come to 35 at most, reworded ones rarely fall below 60.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

ALIKE = 60  # from here on the texts alone say that it is the same task
ALIKE_BY_NUMBER = 45  # from here on the same number says it too
CERTAIN = 90  # only a candidate that is as good raises a doubt from here on
_NEAR, _NEAR_AND_CERTAIN = 10, 2  # how much better the best has to be
# Characters of a text that are compared, and where there are more than so many pairs: else a hostile file took minutes.
_COMPARED, _MANY, _COMPARED_OF_MANY = 200, 160_000, 60
_CANDIDATES = 5  # of one row; of more that are alike it is undecided all the same


@dataclass(frozen=True, slots=True)
class Printed:
    """A row or a task as printed. `key`: the row's number or the task's id."""

    key: int
    number: int
    text: str
    beside: tuple[str, str] = ("", "")  # its section and its units: what distinguishes those of one text


@dataclass(frozen=True, slots=True)
class Candidate:
    row: int
    task: int
    similarity: int
    same_number: bool


@dataclass(slots=True)
class Matching:
    """`pairs`: row → its task. `undecided`: row → the tasks that it may be, the likest first. Rows in neither are new;
    tasks in neither stand in the older edition only."""

    pairs: dict[int, Candidate] = field(default_factory=dict)
    undecided: dict[int, list[Candidate]] = field(default_factory=dict)


def squeezed(text: str) -> str:
    """Without whitespace, which differs between the forms that one register comes in."""
    return "".join(text.split())


def similarity(one: str, other: str) -> int:
    """0 to 100; 100 only for texts that are the same but for whitespace."""
    from rapidfuzz import fuzz

    one, other = squeezed(one), squeezed(other)
    return 100 if one == other else min(99, int(fuzz.ratio(one[:_COMPARED], other[:_COMPARED])))


def match(rows: Sequence[Printed], tasks: Sequence[Printed], answers: Mapping[int, int | None]) -> Matching:
    """Match one to one: what the office answered; the same text; then the likest first, where the number decides
    between equals. A row or a task with two candidates that are nearly alike stays undecided.

    Args:
        answers: row → task, or None where it is a new one. An answer for a task that is not among these is ignored.
    """
    found = Matching()
    left_rows, left_tasks = {one.key: one for one in rows}, {one.key: one for one in tasks}
    for number, task_id in answers.items():
        if number in left_rows and (task_id is None or task_id in left_tasks):
            row = left_rows.pop(number)
            if task_id is not None:
                _pair(found, row, left_tasks.pop(task_id))
    keys: list[Callable[[Printed], object]] = [
        lambda one: (squeezed(one.text), one.number),
        lambda one: (squeezed(one.text), one.beside),
        lambda one: squeezed(one.text),
    ]
    for key in keys:
        _pair_equals(found, left_rows, left_tasks, key)
    _pair_alike(found, _candidates(left_rows, left_tasks))
    return found


def _pair(found: Matching, row: Printed, task: Printed) -> None:
    like = similarity(row.text, task.text)
    found.pairs[row.key] = Candidate(row.key, task.key, like, row.number == task.number)


def _pair_equals(
    found: Matching, rows: dict[int, Printed], tasks: dict[int, Printed], key: Callable[[Printed], object]
) -> None:
    """Pair rows and tasks that share a key, in their order, where there are as many of the one as of the other."""
    groups: dict[object, tuple[list[Printed], list[Printed]]] = {}
    for side, some in enumerate((rows, tasks)):
        for one in some.values():
            groups.setdefault(key(one), ([], []))[side].append(one)
    for of_rows, of_tasks in groups.values():
        if len(of_rows) == len(of_tasks):
            for row, task in zip(of_rows, of_tasks, strict=True):
                _pair(found, rows.pop(row.key), tasks.pop(task.key))


def _candidates(rows: Mapping[int, Printed], tasks: Mapping[int, Printed]) -> list[Candidate]:
    from rapidfuzz import fuzz, process

    compared = _COMPARED if len(rows) * len(tasks) <= _MANY else _COMPARED_OF_MANY
    texts = {task.key: squeezed(task.text)[:compared] for task in tasks.values()}
    numbered = {task.number: task for task in tasks.values()}
    some: list[Candidate] = []
    for row in rows.values():
        text = squeezed(row.text)[:compared]
        alike = process.extract(text, texts, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=_CANDIDATES)
        likely = {task_id: tasks[task_id] for _, _, task_id in alike}
        if row.number in numbered:
            likely[numbered[row.number].key] = numbered[row.number]
        for task in likely.values():
            one = Candidate(row.key, task.key, similarity(row.text, task.text), row.number == task.number)
            if one.similarity >= (ALIKE_BY_NUMBER if one.same_number else ALIKE):
                some.append(one)
    return sorted(some, key=lambda one: (-one.similarity, not one.same_number, one.row, one.task))


def _pair_alike(found: Matching, left: list[Candidate]) -> None:
    while left:
        best = left[0]
        near = _NEAR if best.similarity < CERTAIN else _NEAR_AND_CERTAIN
        rivals = [
            one
            for one in left[1:]
            if (one.row == best.row or one.task == best.task) and best.similarity - one.similarity <= near
        ]
        rows = {best.row}
        if best.same_number or not rivals:
            found.pairs[best.row] = best
            tasks = {best.task}
        else:
            rows |= {one.row for one in rivals}
            unclear = [one for one in left if one.row in rows]
            for one in unclear:
                found.undecided.setdefault(one.row, []).append(one)
            tasks = {one.task for one in unclear}
        left = [one for one in left if one.row not in rows and one.task not in tasks]


def match_sections(
    titles: Sequence[str], former: Mapping[int, str], tasks_from: Mapping[int, Counter[int]]
) -> dict[int, int]:
    """Match the sections of an edition with those of the checklist: the same title; one that is like it; else the one
    that most of its tasks come from.

    Args:
        former: id of a section → its title. tasks_from: index in `titles` → from which sections its tasks come.

    Returns:
        index in `titles` → id of the section.
    """
    found: dict[int, int] = {}
    ranked = [
        (-similarity(title, other), index, section_id)
        for index, title in enumerate(titles)
        for section_id, other in former.items()
    ]
    shared = [
        (-count, index, section_id)
        for index, some in tasks_from.items()
        for section_id, count in some.items()
        if 2 * count >= some.total()
    ]
    for _, index, section_id in [*sorted(one for one in ranked if -one[0] >= ALIKE), *sorted(shared)]:
        if index not in found and section_id not in found.values():
            found[index] = section_id
    return found
