"""The small shape on each kind of database, in turn."""

from collections.abc import Iterator
from typing import NamedTuple

from app import clock
from benchmarks.databases import Place, opened, places
from benchmarks.filling import fill
from benchmarks.keys import make_reporters
from benchmarks.shapes import SMALL


class SmallCounty(NamedTuple):
    """A database that is filled, and a key for each of its first units."""

    place: Place
    url: str
    keys: list[str]


def small_counties(name: str, reporters: int) -> Iterator[SmallCounty]:
    with places() as found:
        for place in found:
            url = place.make(name)
            with opened(url) as database:
                fill(database, SMALL, clock.today())
                keys = make_reporters(database, reporters)
            yield SmallCounty(place, url, keys)
