"""What became of each obligation: told first in a table `story`, in days from today, from which the obligations, their
spans and the updates are made. It depends on the obligation's number alone, so it is the same each time.
"""

from benchmarks.dialects import Dialect
from benchmarks.register_sql import due, is_standing, unit_of
from benchmarks.shapes import Shape

LAGGARD_PERMILLE = 600  # of what unit 1 of a big checklist owes by now, how much is open


def stories(shape: Shape) -> list[str]:
    """First who owes what when, with a number that decides; then what came of it."""
    number = f"((t.id - 1) * {shape.units_in_task * shape.periods} + k.n * {shape.units_in_task} + j.n + 1)"
    standing = is_standing(shape)
    is_laggard = f"(unit_id = 1 AND task_id <= {shape.big_tasks})"
    still_open = f"chance < CASE WHEN {is_laggard} THEN {LAGGARD_PERMILLE} ELSE {shape.open_permille} END"
    done_on = "(CASE WHEN chance % 8 = 0 THEN due + 1 + chance % 30 ELSE due - chance % 6 END)"
    return [
        f"""CREATE TEMPORARY TABLE owed AS
            SELECT {number} AS id, t.checklist_id, t.id AS task_id, (t.id - 1) * {shape.periods} + k.n + 1 AS period_id,
                   {unit_of(shape)} AS unit_id, (t.id - 1) * {shape.units_in_task} + j.n + 1 AS assignment_id,
                   {due(shape)} - {shape.starts_before} AS starts,
                   CASE WHEN NOT {standing} THEN {due(shape)} END AS due,
                   CAST((({number} * 2654435761) / 65536) % 1000 AS INTEGER) AS chance
            FROM task t JOIN numbers k ON k.n < {shape.periods} AND (k.n = 0 OR NOT {standing})
            JOIN numbers j ON j.n < {shape.units_in_task}""",
        f"""CREATE TEMPORARY TABLE story AS
            SELECT f.*, starts + 1 + chance % 5 AS begun,
                   CASE WHEN fate = 'completed' AND due >= 0 THEN starts + 6 WHEN fate = 'completed' THEN {done_on}
                        WHEN fate IN ('submitted', 'waived') THEN due END AS done,
                   CASE WHEN due IS NULL THEN -(chance % 150) END AS reported,
                   {shape.updates} + CASE WHEN id % 100 < {shape.more_updates_percent} THEN 1 ELSE 0 END
                   + CASE WHEN due IS NULL THEN 4 ELSE 0 END AS last
            FROM (SELECT owed.*, CASE
                    WHEN due IS NULL THEN 'in_progress'
                    WHEN starts > -10 THEN 'not_started'
                    WHEN due >= 0 AND chance < {shape.early_permille} THEN 'completed'
                    WHEN due >= 0 THEN CASE chance % 2 WHEN 0 THEN 'not_started' ELSE 'in_progress' END
                    WHEN {still_open} THEN CASE chance % 10
                        WHEN 0 THEN 'submitted' WHEN 1 THEN 'not_started' ELSE 'in_progress' END
                    WHEN chance >= 970 THEN 'waived'
                    WHEN {done_on} > -3 THEN 'in_progress'
                    ELSE 'completed' END AS fate FROM owed) f""",
        "DROP TABLE owed",
    ]


def obligations(to: Dialect) -> list[str]:
    return [
        f"""INSERT INTO obligation (id, checklist_id, task_id, period_id, unit_id, assignment_id, state, due_on,
                   percent, completed_on, claimed_on, reason, starts_on, reported_on, reached, has_missed,
                   acknowledged_at)
            SELECT id, checklist_id, task_id, period_id, unit_id, assignment_id, fate, {to.day("due")},
                   CASE WHEN fate IN ('completed', 'submitted') THEN 100 WHEN fate = 'in_progress' THEN 30 ELSE 0 END,
                   CASE WHEN fate = 'completed' THEN {to.day("done")} END,
                   CASE WHEN fate = 'submitted' THEN {to.day("done")} END,
                   CASE WHEN fate = 'waived' THEN '机构改革' END, {to.day("starts")},
                   CASE WHEN fate <> 'not_started' THEN {to.day("COALESCE(reported, done, begun)")} END, '[]',
                   fate = 'completed' AND COALESCE(done > due, FALSE),
                   CASE WHEN fate <> 'not_started' THEN {to.moment("begun")} END
            FROM story ORDER BY id"""
    ]


def spans(shape: Shape, to: Dialect) -> list[str]:
    """Not begun, at work, claimed, and what it is now. The first are made with the obligations, and the others in the
    order of their moments, strewn over all checklists. Half of the claims wait for the
    office; where none does, being at work is left out of what is done."""
    waited = f"(fate = 'completed' AND {shape.passes_review} AND chance % 2 = 0)"
    decided, at_work = f"CASE WHEN {waited} THEN done + 2 ELSE done END", f"({shape.passes_review} OR done IS NULL)"
    claimed = f"(fate = 'submitted' OR {waited})"
    claim_ends = f"CASE WHEN fate = 'completed' THEN {decided} END"
    begins = f"CASE WHEN fate <> 'not_started' THEN CASE WHEN {at_work} THEN begun ELSE done END END"
    is_late = "COALESCE(done > due, FALSE)"

    def part(state: str, completed: str, claimed: str, missed: str, begins: str, ends: str, which: str) -> str:
        return f"""SELECT checklist_id, id, unit_id, '{state}' AS state, {to.day("due")} AS due_on,
                   {completed} AS completed_on, {claimed} AS claimed_on, {missed} AS has_missed, {begins} AS begins,
                   {ends} AS ends FROM story WHERE {which}"""

    none, done = to.no_day, to.day("done")
    parts = [
        part("not_started", none, none, "FALSE", "starts", begins, "TRUE"),
        part("in_progress", none, none, "FALSE", "begun", "done", f"fate <> 'not_started' AND {at_work}"),
        part("submitted", none, done, "FALSE", "done", claim_ends, claimed),
        part("completed", done, none, is_late, decided, "NULL", "fate = 'completed'"),
        part("waived", none, none, "FALSE", "done", "NULL", "fate = 'waived'"),
    ]
    return [
        f"""INSERT INTO obligation_span (checklist_id, obligation_id, unit_id, state, due_on, completed_on, claimed_on,
                   has_missed, from_at, to_at)
            SELECT checklist_id, id, unit_id, state, due_on, completed_on, claimed_on, has_missed,
                   {to.moment("begins")}, CASE WHEN ends IS NOT NULL THEN {to.moment("ends")} END
            FROM ({" UNION ALL ".join(parts)}) AS spans
            ORDER BY CASE WHEN state = 'not_started' THEN -10000 ELSE begins END, id"""
    ]


def updates(to: Dialect) -> list[str]:
    """Several reports of whatever was begun, in the order in which they came."""
    is_claim = "(n = last AND done IS NOT NULL)"
    return [
        f"""INSERT INTO status_update (checklist_id, task_id, obligation_id, unit_id, state, narrative, next_steps,
                   figures, contradicts_target, posted_at)
            SELECT checklist_id, task_id, id, unit_id, CASE WHEN {is_claim} THEN 'completed' ELSE 'in_progress' END,
                   '已完成信息梳理,动态信息按月更新,静态信息分类置顶。', '', '[]', {is_claim} AND id % 50 = 0,
                   {to.moment("moved")}
            FROM (SELECT story.*, n, CASE WHEN {is_claim} THEN done WHEN n = 1 THEN begun
                         ELSE begun + (COALESCE(reported, done, begun + 9) - begun) * n / last END AS moved
                  FROM story JOIN numbers ON n BETWEEN 1 AND last WHERE fate NOT IN ('not_started', 'waived')) AS s
            WHERE moved <= 0 ORDER BY moved"""
    ]


def judged(to: Dialect) -> list[str]:
    """A finding on each hundredth obligation, and a later day asked for another hundredth; a third waits."""
    waits, asked = "id % 300 = 7", to.moment("-40")
    return [
        f"""INSERT INTO finding (checklist_id, obligation_id, unit_id, kind, narrative, due_on, has_reopened, state,
                   opened_at, answered_on, closed_at, conclusion)
            SELECT checklist_id, id, unit_id, 'spot_check', '抽查未见公开。', {to.day("-10")}, FALSE,
                   CASE WHEN {waits} THEN 'open' ELSE 'closed' END, {asked},
                   CASE WHEN NOT {waits} THEN {to.day("-20")} END, CASE WHEN NOT {waits} THEN {to.moment("-15")} END,
                   CASE WHEN NOT {waits} THEN '已公开。' END
            FROM obligation WHERE id % 100 = 7 ORDER BY id""",
        f"UPDATE obligation SET finding_due_on = {to.day('-10')} WHERE {waits}",
        f"""INSERT INTO extension (checklist_id, obligation_id, unit_id, reason, due_on, asked_for, asked_at, decision,
                   granted_to, decided_at)
            SELECT checklist_id, id, unit_id, '项目延期。', due_on, {to.day("60")}, {asked},
                   CASE WHEN id % 300 <> 8 THEN 'granted' END, CASE WHEN id % 300 <> 8 THEN {to.day("60")} END,
                   CASE WHEN id % 300 <> 8 THEN {to.moment("-30")} END
            FROM obligation WHERE id % 100 = 8 AND due_on IS NOT NULL ORDER BY id""",
    ]
