"""Benchmark of the auditors' queries: `make bench-oversight`.

Fills a migrated SQLite file and a PostgreSQL server of its own with checklists of 10,000 obligations each, and asks
for one checklist. What is timed is the driver's execute and fetch of each statement of an answer, many times: the
median, beside the limit. The last column is the same answer over all checklists at once.
"""

import argparse
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

from sqlmodel import Session

from app.access.actors import Actor
from app.access.models import ActorRole
from app.database.engine import Database
from app.obligations import queries as obligation_queries
from app.obligations.schemas import ObligationQuery
from app.oversight import contradiction_queries, grouping_queries, queries
from app.oversight.contradiction_schemas import Contradiction, ContradictionQuery
from app.oversight.schemas import OverdueQuery
from app.oversight.tally_schemas import (
    ByJurisdictionQuery,
    BySectionQuery,
    ByTaskQuery,
    ByUnitQuery,
    RankingQuery,
    TrendQuery,
)
from benchmarks.databases import opened, places
from benchmarks.filling import fill
from benchmarks.shapes import OVERSIGHT
from benchmarks.statements import milliseconds, statements_of

LIMIT_MS = 50
TODAY, PAST = date(2026, 12, 28), date(2026, 10, 31)
AUDITOR = Actor(ActorRole.AUDITOR)
Answer = Callable[[Session, date | None, int | None], object]


def contradictions(session: Session, day: date | None, checklist: int | None, kind: Contradiction) -> object:
    query = ContradictionQuery(as_of=day, checklist=checklist, kind=kind)
    return contradiction_queries.list_contradictions(session, AUDITOR, query, today=TODAY)


ANSWERS: dict[str, Answer] = {
    "/overdue": lambda session, day, checklist: queries.list_overdue(
        session.connection(), AUDITOR, OverdueQuery(as_of=day, checklist=checklist), today=TODAY
    ),
    "/tallies/by-unit": lambda session, day, checklist: grouping_queries.list_by_unit(
        session.connection(), AUDITOR, ByUnitQuery(as_of=day, checklist=checklist), today=TODAY
    ),
    "/tallies/by-unit?due=first": lambda session, day, checklist: grouping_queries.list_by_unit(
        session.connection(), AUDITOR, ByUnitQuery(as_of=day, checklist=checklist, due="first"), today=TODAY
    ),
    "/tallies/by-task": lambda session, day, checklist: grouping_queries.list_by_task(
        session.connection(), AUDITOR, ByTaskQuery(as_of=day, checklist=checklist), today=TODAY
    ),
    "/tallies/by-section": lambda session, day, checklist: grouping_queries.list_by_section(
        session.connection(), AUDITOR, BySectionQuery(as_of=day, checklist=checklist), today=TODAY
    ),
    "/tallies/by-jurisdiction": lambda session, day, checklist: grouping_queries.list_by_jurisdiction(
        session.connection(), AUDITOR, ByJurisdictionQuery(as_of=day, checklist=checklist), today=TODAY
    ),
    "/oversight/ranking": lambda session, day, checklist: grouping_queries.list_ranking(
        session.connection(), AUDITOR, RankingQuery(as_of=day, checklist=checklist), today=TODAY
    ),
    "/oversight/trend": lambda session, day, checklist: grouping_queries.list_trend(
        session.connection(), AUDITOR, TrendQuery(as_of=day, checklist=checklist), today=TODAY
    ),
    "/oversight/contradictions": lambda session, day, checklist: contradiction_queries.list_contradictions(
        session, AUDITOR, ContradictionQuery(as_of=day, checklist=checklist, limit=200), today=TODAY
    ),
    **{f"…?kind={kind}": partial(contradictions, kind=kind) for kind in Contradiction},
    "/obligations": lambda session, day, checklist: obligation_queries.list_obligations(
        session.connection(), AUDITOR, ObligationQuery(as_of=day, checklist=checklist), today=TODAY
    ),
    "/obligations?stale=true": lambda session, day, checklist: obligation_queries.list_obligations(
        session.connection(),
        AUDITOR,
        ObligationQuery(as_of=day, checklist=checklist, stale=True),
        today=TODAY,
    ),
}


def measure(database: Database, name: str, runs: int) -> bool:
    """Print the table of one database. Returns whether every query was within the limit."""
    print(f"\n{name}, milliseconds (limit {LIMIT_MS} for one checklist)\n")
    print(f"| answer | today | as of {PAST} | all checklists, today | as of {PAST} |\n|---|---|---|---|---|")
    within_limit = True
    for title, answer in ANSWERS.items():
        cells = []
        for checklist in (25, None):
            for day in (None, PAST):
                few = runs if checklist else 3
                took = milliseconds(database, statements_of(database, answer, day, checklist), few)
                over = checklist is not None and took > LIMIT_MS
                within_limit &= not over
                cells.append(f"**{took:.1f}**" if over else f"{took:.1f}")
        print(f"| {title} | {' | '.join(cells)} |", flush=True)
    return within_limit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checklists", type=int, default=50, help="of 10,000 obligations each; 25 at least")
    parser.add_argument("--runs", type=int, default=11)
    options = parser.parse_args()
    within_limit = []
    with places() as found:
        for place in found:
            with opened(place.make("oversight")) as database:
                fill(database, replace(OVERSIGHT, checklists=options.checklists), TODAY)
                within_limit.append(measure(database, place.name, options.runs))
    raise SystemExit(0 if all(within_limit) else f"an answer took longer than {LIMIT_MS} ms")


if __name__ == "__main__":
    main()
