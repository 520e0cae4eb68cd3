"""The first page of each list with each of its filters and sort orders, at two sizes of one database."""

import statistics
from collections.abc import Iterator
from datetime import timedelta
from enum import Enum
from time import perf_counter
from types import NoneType
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin
from urllib.parse import urlencode

from app import clock
from app.obligations.schemas import ObligationQuery
from app.oversight.schemas import OverdueQuery
from app.paging import PageQuery
from app.tasks.schemas import TaskQuery
from app.updates.extension_schemas import ExtensionQuery
from app.updates.finding_schemas import FindingQuery
from benchmarks.overdue_pages import Sized
from benchmarks.verdicts import Verdicts

LISTS: dict[str, type[PageQuery]] = {
    "obligations": ObligationQuery,
    "tasks": TaskQuery,
    "overdue": OverdueQuery,
    "findings": FindingQuery,
    "extensions": ExtensionQuery,
}
GIVEN = {"q": "公开", "period": "P5", "jurisdiction": "1000", "min_days_overdue": "30"}  # other numbers are ids: 1
NO_FILTERS = {"limit", "cursor"}
RUNS = 5
SLOW = 1000.0  # milliseconds from which one run is enough
MOST, NOTICED = 1.5, 50.0  # a page is named that takes so many times as long, and so many milliseconds
SERVED = {"answer_cache_mb": 0, "request_timeout": 55}


class Listed(NamedTuple):
    """A list, and its parameters."""

    path: str
    parameters: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"/{self.path}" + (f"?{urlencode(self.parameters)}" if self.parameters else "")

    def of(self, name: str, value: str) -> "Listed":
        return self._replace(parameters=((name, value), *self.parameters))


def filtered() -> Iterator[Listed]:
    """Each list as it is, and with each value of each of its parameters alone."""
    for path, model in LISTS.items():
        yield Listed(path, ())
        for name, field in model.model_fields.items():
            if name not in NO_FILTERS:
                for values in _values(name, field.annotation, field.default):
                    yield Listed(path, tuple((name, value) for value in values))


def _values(name: str, kind: Any, default: Any) -> Iterator[list[str]]:
    """The values to request a parameter with, but for its default; of a list, two at once."""
    while get_origin(kind) is Annotated or NoneType in get_args(kind):
        kind = get_args(kind)[0]
    if get_origin(kind) is list:
        yield [str(one) for one in [*get_args(kind)[0]][:2]]
    elif get_origin(kind) is Literal or (isinstance(kind, type) and issubclass(kind, Enum)):
        choices = get_args(kind) or kind
        yield from ([str(one)] for one in choices if one != default)
    elif kind is bool:
        yield from ([str(one).lower()] for one in (True, False) if one != default)
    elif name in GIVEN:
        yield [GIVEN[name]]
    elif kind is int:
        yield ["1"]
    else:
        days = 365 if name in ("as_of", "known_on") else 0
        yield [(clock.today() - timedelta(days)).isoformat()]


def measure(few: Sized, many: Sized, checklists: tuple[int, int], verdicts: Verdicts) -> None:
    """Print the milliseconds of one response of each page, and name those that size makes slow.

    Args:
        checklists: one of each database, of a usual size.
    """
    named: list[str] = []
    for scope in ("over all", "of one checklist"):
        verdicts.heading(f"{scope}: a page of {many.obligations:,} ÷ the same of {few.obligations:,}, over HTTP")
        for page in filtered():
            if scope == "over all":
                named += _say(verdicts, str(page), few, many, page, page)
            elif not any(name == "checklist" for name, _ in page.parameters):
                least, most = (page.of("checklist", str(one)) for one in checklists)
                named += _say(verdicts, f"{page}, of one checklist", few, many, least, most)
    print(f"\n{len(named)} take more than {MOST} ×, and {NOTICED:.0f} ms" + "".join(f"\n- {one}" for one in named))


def _say(verdicts: Verdicts, what: str, few: Sized, many: Sized, least: Listed, most: Listed) -> list[str]:
    times: list[tuple[float, float]] = []
    while len(times) < RUNS + 1 and (not times or times[0][1] < SLOW):
        times.append((_milliseconds(few, least), _milliseconds(many, most)))
    of_few, of_many = zip(*(times[1:] or times), strict=True)  # the first fills the memory of the database
    ratio = statistics.median(b / a for a, b in zip(of_few, of_many, strict=True))
    took = statistics.median(of_many)
    more = f"{statistics.median(of_few):.1f} → {took:.1f} ms"
    verdicts.say(what, ratio, None, more=more)
    return [f"{what}: {ratio:,.0f} × ({more})"] if ratio > MOST and took > NOTICED else []


def _milliseconds(sized: Sized, page: Listed) -> float:
    begun = perf_counter()
    status, _, body = sized.server.get(f"/api/v1{page}", Authorization=f"Bearer {sized.key}")
    took = (perf_counter() - begun) * 1000
    if status not in (200, 503):
        raise SystemExit(f"{page} answered {status}: {body.decode()}")
    return took
