"""Duban beside the limits that its parts set, in three minutes: `make bench`."""

import argparse
from statistics import median

from benchmarks import ordinary, reads, servers, subscribed, two_workers, writes
from benchmarks.captured import mark
from benchmarks.databases import opened
from benchmarks.keys import written
from benchmarks.small_counties import SmallCounty, small_counties
from benchmarks.verdicts import Verdicts, at_most
from benchmarks.wrk import require_wrk


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each way; the median of their ratios counts")
    parser.add_argument("--tries", type=int, default=50, help="reads after a write through another worker")
    options = parser.parse_args()
    require_wrk()
    verdicts = Verdicts()
    for county in small_counties("small", 500):
        measure(county, options.rounds, options.tries, verdicts)
    verdicts.end()


def measure(county: SmallCounty, rounds: int, tries: int, verdicts: Verdicts) -> None:
    place, url, keys = county
    with opened(url) as database:
        mark(database)
    copies = ("bare", "tutorial", "subscribed", "unsubscribed")
    copy, another, subscribed_url, unsubscribed_url = (place.make(name, like="small") for name in copies)
    reading = reads.Reading(place.name, url, keys, written(keys, place.folder), rounds)
    with servers.duban(url) as server:
        reads.measure(reading, server, verdicts)
        with servers.app("bare_writes:app", "/", BARE_DATABASE_URL=copy, BARE_KEYS=reading.keys_file) as bare:
            writes.measure(place.name, url, server, bare, reading.keys_file, rounds, verdicts)
        if reading.is_sqlite:
            with servers.app("tutorial:app", "/tasks", TUTORIAL_DATABASE_URL=another) as tutorial:
                writes.beside_tutorial(server, tutorial, reading.keys_file, rounds, verdicts)
        verdicts.heading(f"{place.name}: the process")
        verdicts.say("resident memory after all of this, MB", server.megabytes, at_most(160))
    if reading.is_sqlite:
        ordinary.measure(place, url, keys[0], rounds, verdicts)
    subscribed.measure(place.name, subscribed_url, unsubscribed_url, keys, rounds, verdicts)
    two = two_workers.measure(place.name, url, keys[0], tries, verdicts)
    first_answers = [one.first_answer for one in (server, *two)]
    verdicts.heading(f"{place.name}: three starts")
    verdicts.say("first answer, seconds from the start", median(first_answers), at_most(2))


if __name__ == "__main__":
    main()
