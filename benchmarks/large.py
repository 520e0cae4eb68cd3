"""What an overdue page costs at a thousand obligations and at three million: `make bench-large`."""

import argparse
import statistics
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

from app import clock
from app.oversight.grouping_queries import list_by_unit
from app.oversight.tally_schemas import ByUnitQuery
from benchmarks import filtered_pages, servers
from benchmarks.databases import Place, opened, places
from benchmarks.filling import fill
from benchmarks.keys import make_auditor
from benchmarks.overdue_pages import AUDITOR, Page, Sized, Times, measure, pages
from benchmarks.plot import draw
from benchmarks.shapes import large
from benchmarks.statements import by_connection, milliseconds, statements_of
from benchmarks.verdicts import Verdicts, at_most

SIZES = (1_000, 30_000, 300_000, 3_000_000)
USUAL_CHECKLIST = 2  # of 100 tasks; the first is the big one
Found = dict[Page, dict[int, Times]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="obligations, the fewest first")
    parser.add_argument("--plot", type=Path, help="an SVG file to draw")
    parser.add_argument("--lists", action="store_true", help="each filter and sort order of the lists instead")
    parser.add_argument("--only", choices=["SQLite", "PostgreSQL"])
    options = parser.parse_args()
    verdicts, found = Verdicts(), {}
    with places() as all_places:
        for place in all_places:
            if options.only in (None, place.name):
                _fill_all(place, options.sizes, verdicts)
                if options.lists:
                    _measure_lists(place, options.sizes, verdicts)
                else:
                    found[place.name] = _measure(place, options.sizes, verdicts)
    if options.plot:
        draw(found, options.plot)
    verdicts.end()


def _fill_all(place: Place, sizes: list[int], verdicts: Verdicts) -> None:
    verdicts.heading(f"{place.name}: filling")
    for size in sizes:
        _fill(place, size, verdicts)


def _measure_lists(place: Place, sizes: list[int], verdicts: Verdicts) -> None:
    with ExitStack() as stack:
        few, many = (_served(place, size, stack, **filtered_pages.SERVED) for size in (sizes[0], sizes[-1]))
        filtered_pages.measure(few, many, (_usual(few), _usual(many)), verdicts)


def _measure(place: Place, sizes: list[int], verdicts: Verdicts) -> Found:
    with ExitStack() as stack:
        all_sizes = [_served(place, size, stack) for size in sizes]
        verdicts.heading(f"{place.name}: a page of {sizes[-1]:,} ÷ the same of {sizes[0]:,}")
        found: Found = {}
        for page in pages():
            found[page] = times = measure(page, all_sizes)
            _say(verdicts, page, times)
        verdicts.heading(f"{place.name}: /tallies/by-unit of one checklist, ms of database time")
        for sized in all_sizes[1:]:
            statements = statements_of(
                sized.database,
                by_connection(list_by_unit),
                AUDITOR,
                ByUnitQuery(checklist=USUAL_CHECKLIST),
                today=clock.today(),
            )
            spent = milliseconds(sized.database, statements, 21)
            verdicts.say(f"3,000 obligations of {sized.obligations:,}", spent, at_most(15))
    return found


def _fill(place: Place, size: int, verdicts: Verdicts) -> None:
    begun = perf_counter()
    with opened(place.make(f"of_{size}")) as database:
        fill(database, large(size), clock.today())
        took = perf_counter() - begun
        with database.engine.connect() as connection:
            counts = [
                connection.exec_driver_sql(f"SELECT COUNT(*) FROM {table}").scalar_one()
                for table in ("task", "unit", "obligation", "obligation_span", "status_update")
            ]
    names = ("tasks", "units", "obligations", "spans", "updates")
    shown = ", ".join(f"{count:,} {name}" for count, name in zip(counts, names, strict=True))
    verdicts.say(f"{shown}: seconds", took, at_most(600))


def _served(place: Place, size: int, stack: ExitStack, **settings: int) -> Sized:
    url = place.url(f"of_{size}")
    database = stack.enter_context(opened(url))
    key = make_auditor(database)
    return Sized(size, database, stack.enter_context(servers.duban(url, "/api/v1/units?limit=1", **settings)), key)


def _usual(sized: Sized) -> int:
    return USUAL_CHECKLIST if large(sized.obligations).checklists else 1


def _say(verdicts: Verdicts, page: Page, times: dict[int, Times]) -> None:
    least, most = min(times), max(times)
    http, database = times[most].beside(times[least])
    few, many = ([f"{statistics.median(kind):.2f}" for kind in times[size]] for size in (least, most))
    limit = at_most(3 if page.as_of else 1.5)
    verdicts.say(f"{page}, over HTTP", http, limit, more=f"{few[0]} → {many[0]} ms")
    verdicts.say(f"{page}, database alone", database, None, more=f"{few[1]} → {many[1]} ms")


if __name__ == "__main__":
    main()
