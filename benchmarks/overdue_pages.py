"""One page of 50 overdue obligations, at several sizes of one database, requested in turn."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from time import perf_counter
from typing import NamedTuple
from urllib.parse import urlencode

from app import clock
from app.access.actors import Actor
from app.access.models import ActorRole
from app.database.engine import Database
from app.oversight.queries import list_overdue
from app.oversight.schemas import OverdueQuery
from benchmarks.servers import Server
from benchmarks.statements import by_connection, milliseconds, statements_of

AUDITOR = Actor(ActorRole.AUDITOR)
DEEPEST = 1000
RUNS = 11


class Page(NamedTuple):
    """Which page: of whom, as of which day, and how deep."""

    of: str
    filters: tuple[tuple[str, int], ...]
    as_of: date | None
    deep: bool

    def __str__(self) -> str:
        place = "thousandth" if self.deep else "first"
        return f"{self.of}, {'a year ago' if self.as_of else 'today'}, {place} page"


def pages() -> Iterator[Page]:
    year_ago = clock.today() - timedelta(days=365)
    for of, filters in (("over all", ()), ("by unit", (("unit", 1),)), ("by checklist", (("checklist", 1),))):
        for as_of in (None, year_ago):
            for deep in (False, True):
                yield Page(of, filters, as_of, deep)


@dataclass(frozen=True)
class Sized:
    """A database of so many obligations, and a server on it."""

    obligations: int
    database: Database
    server: Server
    key: str  # of an auditor

    def query(self, page: Page) -> OverdueQuery:
        """The first page, or the thousandth; where there are fewer, the last that is full."""
        first = full = further = OverdueQuery(**dict(page.filters), as_of=page.as_of)
        if not page.deep:
            return first
        with self.database.session(writes=False) as session:
            for _ in range(DEEPEST):
                found = list_overdue(session.connection(), AUDITOR, further, today=clock.today())
                if len(found.items) == first.limit:
                    full = further
                if found.next_cursor is None:
                    break
                further = first.model_copy(update={"cursor": found.next_cursor})
        return full

    def request(self, query: OverdueQuery) -> float:
        """Milliseconds of one answer over HTTP."""
        parameters = urlencode(query.model_dump(mode="json", exclude_none=True, exclude_defaults=True))
        begun = perf_counter()
        status, _, body = self.server.get(f"/api/v1/overdue?{parameters}", Authorization=f"Bearer {self.key}")
        took = (perf_counter() - begun) * 1000
        if status != 200:
            raise SystemExit(f"/api/v1/overdue?{parameters} answered {status}: {body.decode()}")
        return took


class Times(NamedTuple):
    """Of one page at one size, in the order of the runs: milliseconds."""

    http: list[float]
    database: list[float]

    def beside(self, least: "Times") -> tuple[float, float]:
        """The medians of the ratios to another size, whose runs stood beside these."""
        http, database = (
            statistics.median(a / b for a, b in zip(mine, theirs, strict=True))
            for mine, theirs in zip(self, least, strict=True)
        )
        return http, database


def measure(page: Page, sizes: list[Sized]) -> dict[int, Times]:
    """Every run requests each size in turn. No two requests are the same, so that no response is cached: each wants one
    row more, and the statement runs beside each."""
    queries = {sized.obligations: sized.query(page) for sized in sizes}
    times = {sized.obligations: Times([], []) for sized in sizes}
    for run in range(RUNS + 1):
        for sized in sizes:
            # at 1,000 a first page can be the last full one too, and would then be cached
            limit = 50 + run + (RUNS + 1) * page.deep
            query = queries[sized.obligations].model_copy(update={"limit": limit})
            responded = sized.request(query)
            statements = statements_of(sized.database, by_connection(list_overdue), AUDITOR, query, today=clock.today())
            spent = milliseconds(sized.database, statements, 11)
            if run:  # the first fills the memory of the operating system and of the database
                times[sized.obligations].http.append(responded)
                times[sized.obligations].database.append(spent)
    return times
