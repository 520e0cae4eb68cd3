"""What is written together: each job is written whole or not at all, whatever becomes of its neighbours."""

import asyncio
from collections.abc import Callable
from itertools import product

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from app.config import Settings
from app.database.engine import Database
from app.fastpath.writers import writer_of
from tests.conftest import County

INSERT = text("INSERT INTO jurisdiction (code, name) VALUES (:code, :name)")


def job(code: int, fails: bool) -> Callable[[Connection], int]:
    def write(connection: Connection) -> int:
        connection.execute(INSERT, {"code": str(code), "name": "某县"})
        if fails:
            raise LookupError(code)
        return code

    return write


async def written(settings: Settings, jobs: list[Callable[[Connection], int]]) -> list[int | BaseException]:
    database = Database(settings)
    writer = writer_of(database)
    try:
        return await asyncio.gather(*(writer.write(one) for one in jobs), return_exceptions=True)
    finally:
        writer.close()
        database.close()


def stored(settings: Settings) -> set[int]:
    database = Database(settings)
    with database.reading() as connection:
        codes = connection.execute(text("SELECT code FROM jurisdiction")).scalars().all()
    database.close()
    return {int(code) for code in codes if code.startswith("99")}


@pytest.mark.parametrize("fails", list(product([False, True], repeat=3)))
def test_one_that_fails_takes_no_other_with_it(settings: Settings, county: County, fails: tuple[bool, ...]) -> None:
    codes = range(990000, 990000 + len(fails))
    done = asyncio.run(written(settings, [job(code, failed) for code, failed in zip(codes, fails, strict=True)]))

    assert [isinstance(one, LookupError) for one in done] == list(fails)
    assert stored(settings) == {code for code, failed in zip(codes, fails, strict=True) if not failed}


def test_an_error_of_the_database_is_raised_for_its_own_job(settings: Settings, county: County) -> None:
    done = asyncio.run(written(settings, [job(990000, False), job(990000, False), job(990001, False)]))

    assert sorted(type(one).__name__ for one in done) == sorted(["int", IntegrityError.__name__, "int"])
    assert stored(settings) == {990000, 990001}


def test_a_crowd_is_written_whole(settings: Settings, county: County) -> None:
    codes = range(990000, 990200)
    done = asyncio.run(written(settings, [job(code, code % 3 == 0) for code in codes]))

    assert stored(settings) == {code for code in codes if code % 3}
    assert [one for one in done if isinstance(one, int)] == [code for code in codes if code % 3]
