"""The directory, the checklists and their tasks: one statement a table."""

from benchmarks.dialects import Dialect
from benchmarks.shapes import Shape

REQUIREMENT = "按月公开就业、住房、教育等领域的动态信息,静态信息分类置顶,每季度核对一次并报政务公开办。"


def is_standing(shape: Shape) -> str:
    """Whether a task `t` has no last day."""
    return f"(t.number > {shape.tasks - shape.standing} AND t.id > {shape.big_tasks})"


def due(shape: Shape) -> str:
    """The last day of period `k`, in days from today."""
    return f"({shape.first_due} + {shape.every} * k.n)"


def unit_of(shape: Shape) -> str:
    """The unit `j` of a task `t`: of the checklist's county, or unit 1 and any two others in the big checklist."""
    number = f"(t.id - 1) * {shape.units_in_task} + j.n"
    county = f"(t.checklist_id % {shape.counties}) * {shape.units_in_county}"
    usual = f"({county} + ({number}) % {shape.units_in_county} + 1)"
    if not shape.big_tasks:
        return usual
    big = f"(CASE WHEN j.n = 0 THEN 1 ELSE 2 + ({number}) % {shape.units - 1} END)"
    return f"(CASE WHEN t.id <= {shape.big_tasks} THEN {big} ELSE {usual} END)"


def directory(shape: Shape, to: Dialect) -> list[str]:
    code = f"CAST(100000 + {{}} % {shape.counties} AS VARCHAR(12))"
    county = code.format(f"((n - 1) / {shape.units_in_county})")
    since = to.moment(str(shape.first_due - shape.starts_before))
    return [
        f"""INSERT INTO jurisdiction (code, name)
            SELECT {code.format("n")}, '第' || n || '县' FROM numbers WHERE n < {shape.counties}""",
        f"""INSERT INTO unit (id, jurisdiction_code, kind, name, is_open, is_confirmed, created_at, revision)
            SELECT n, {county}, 'township', '第' || n || '镇人民政府', FALSE, TRUE, {since}, 1
            FROM numbers WHERE n BETWEEN 1 AND {shape.units}""",
    ]


def checklists(shape: Shape, to: Dialect) -> list[str]:
    first = shape.first_due - shape.starts_before
    since, starts = to.moment(str(first)), to.day(str(first))
    ends = to.day(str(max(shape.first_due + shape.every * shape.periods, 60)))
    number = shape.checklists + (1 if shape.big_tasks else 0)  # the big one is the first
    heads = [
        f"""INSERT INTO journal_stream (name, jurisdiction_code, head_seq, head_hash)
            SELECT '{kind}:' || {key}, {code}, 0, '{"0" * 64}' FROM {table}"""
        for kind, key, code, table in (
            ("checklist", "id", "jurisdiction_code", "checklist"),
            ("catalogue", "code", "code", "jurisdiction"),
            ("directory", "code", "code", "jurisdiction"),
        )
    ]
    return [
        f"""INSERT INTO checklist (id, jurisdiction_code, title, year, starts_on, default_due_on, ends_on, state,
                   audience, published_at, created_at, revision, asks_for_review, yellow_days, red_days)
            SELECT n, CAST(100000 + n % {shape.counties} AS VARCHAR(12)), '第' || n || '号清单', {to.today.year},
                   {starts}, {ends}, {ends}, 'published', '{shape.audience}', {since}, {since}, 1,
                   {shape.passes_review}, 7, 3
            FROM numbers WHERE n BETWEEN 1 AND {number}""",
        f"""INSERT INTO checklist_span (checklist_id, jurisdiction_code, audience, yellow_days, red_days)
            SELECT id, jurisdiction_code, '{shape.audience}', 7, 3 FROM checklist""",
        *heads,
        """INSERT INTO section (id, checklist_id, position, title, revision)
            SELECT (c.id - 1) * 10 + n, c.id, n, '第' || n || '部分', 1
            FROM checklist c JOIN numbers ON n BETWEEN 1 AND 10""",
    ]


def tasks(shape: Shape, to: Dialect) -> list[str]:
    since = to.moment(str(shape.first_due - shape.starts_before))
    beyond, usual = f"n - 1 - {shape.big_tasks}", max(shape.tasks, 1)
    is_big, standing = f"n <= {shape.big_tasks}", is_standing(shape)
    checklist = f"CASE WHEN {is_big} THEN 1 ELSE ({beyond}) / {usual} + {2 if shape.big_tasks else 1} END"
    number = f"CASE WHEN {is_big} THEN n ELSE ({beyond}) % {usual} + 1 END"
    schedule = f"""CASE WHEN {standing} THEN '{{"kind": "standing", "report_every_days": 90}}'
                        ELSE '{{"kind": "monthly", "day": 20}}' END"""
    return [
        f"""INSERT INTO task (id, checklist_id, section_id, number, requirement, units_text, units_unfinished,
                   summary, schedule, targets, created_at, revision)
            SELECT t.id, t.checklist_id, (t.checklist_id - 1) * 10 + t.number % 10 + 1, t.number, '{REQUIREMENT}',
                   '各乡镇人民政府', FALSE, CASE WHEN t.number % 3 = 0 THEN '已完成信息梳理。' ELSE '正在推进。' END,
                   {to.json(schedule)}, '[]', {since}, 1
            FROM (SELECT n AS id, {checklist} AS checklist_id, {number} AS number
                  FROM numbers WHERE n BETWEEN 1 AND {shape.all_tasks}) t""",
        f"""INSERT INTO period (id, checklist_id, task_id, key, title, starts_on, due_on, due_source)
            SELECT (t.id - 1) * {shape.periods} + k.n + 1, t.checklist_id, t.id, 'P' || (k.n + 1), '',
                   {to.day(f"{due(shape)} - {shape.starts_before}")},
                   CASE WHEN NOT {standing} THEN {to.day(due(shape))} END,
                   CASE WHEN {standing} THEN 'none' ELSE 'stated' END
            FROM task t JOIN numbers k ON k.n < {shape.periods} AND (k.n = 0 OR NOT {standing})""",
        f"""INSERT INTO assignment (id, checklist_id, task_id, unit_id, role, text)
            SELECT (t.id - 1) * {shape.units_in_task} + j.n + 1, t.checklist_id, t.id, {unit_of(shape)},
                   'responsible', ''
            FROM task t JOIN numbers j ON j.n < {shape.units_in_task}""",
    ]
