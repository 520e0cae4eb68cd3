"""The databases that all tests of a process share, and the content of their templates."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

from sqlalchemy import event

from app.config import Settings
from app.database.engine import Database
from app.migrate import upgrade
from tests.county import DEFAULT_NOW, Holder, enter_county, enter_keys, enter_register, units_of
from tests.databases import Templates


@dataclass(frozen=True)
class Shared:
    """The database of one kind that all tests of this process share. Its templates are `empty`, which is migrated, and
    `county`, with the units and keys that are named here."""

    templates: Templates
    url: str  # of the templates' database, or of a test's own copy of it
    database: Database
    units: dict[str, int]  # by spelling
    keys: dict[Holder, str]
    files: Path  # a folder, with one for each template of `once`
    made: set[str]  # the templates that tests have made for each other

    def once(self, name: str, files: Path, make: Callable[[], None]) -> None:
        """What `make` writes, also into a folder of files: made by the first test, restored for the others. A test with
        a database of its own makes it itself."""
        is_shared, stored = self.url == self.templates.url, self.files / name
        if is_shared and name in self.made:
            self.templates.restore(name)
            copytree(stored, files)
            return
        make()
        if is_shared:
            self.templates.save(name)
            copytree(files, stored)
            self.made.add(name)


@contextmanager
def sharing(templates: Templates, files: Path) -> Iterator[Shared]:
    upgrade(Settings(database_url=templates.url))
    templates.save("empty")
    with closing(templates), opened(templates.url) as database:
        with database.session(writes=True) as session:
            enter_county(session, at=DEFAULT_NOW)
            enter_register(session, at=DEFAULT_NOW)
            units, keys = units_of(session), enter_keys(session, at=DEFAULT_NOW)
        templates.save("county")
        yield Shared(templates, templates.url, database, units, keys, files, set())


@contextmanager
def opened(url: str) -> Iterator[Database]:
    settings = Settings(database_url=url)
    with closing(Database(settings, seconds=settings.request_timeout)) as database:
        if database.is_sqlite:
            event.listen(database.engine, "connect", _need_not_wait_for_the_disk)
        yield database


def _need_not_wait_for_the_disk(connection: sqlite3.Connection, _: Any) -> None:
    connection.execute("PRAGMA synchronous = OFF")
