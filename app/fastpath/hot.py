"""What is asked most, read past the framework: routing, dependencies and models cost more than it does."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qsl

from anyio.to_thread import run_sync
from pydantic import BaseModel, ValidationError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.requests import Request
from starlette.types import Scope

from app.access.actors import Actor, Asking, Known
from app.access.caching import Basis, headers_of, seen_by
from app.access.models import ActorRole
from app.access.permissions import Permission
from app.config import Settings
from app.database.engine import Database, TakesLonger
from app.database.outages import outage
from app.edge.browsers import guards
from app.edge.one_piece import Headers
from app.errors import DubanError, Unavailable
from app.fastpath.asked import Asked
from app.fastpath.kept import Answer
from app.journal.stamps import read_stamp, stream_of
from app.paging import JsonObject, JsonPage, next_link
from app.shapes import NUMBER_IN_PATH

QUICK_SECONDS = 0.005
NUMBER = re.compile(NUMBER_IN_PATH)
Json = JsonPage | JsonObject
Result = TypeVar("Result")


class HotRead(NamedTuple):
    """A list, or one checklist by its number: what it takes, who may read it, and how it is read."""

    query: type[BaseModel]
    permission: Permission
    read: Callable[[Connection, Actor, Any, bool], Json]  # told to be quick, it may raise TakesLonger
    may_be_quick: bool = False


class QuickReads:
    """A connection of its own on which the event loop itself reads, for some milliseconds at most."""

    def __init__(self, settings: Settings) -> None:
        self._database = Database(settings, seconds=QUICK_SECONDS, pool_size=1)
        self._kept: Connection | None = None

    def run(self, read: Callable[[Connection], Result]) -> Result:
        """Raises:
        TakesLonger: it would have to wait, or is too much for the event loop.
        """
        try:
            self._kept = self._kept or self._database.connect(writes=False)
            with self._database.reading(self._kept) as connection:
                return read(connection)
        except OperationalError as busy:
            self._leave()
            raise TakesLonger from busy

    def _leave(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()

    def close(self) -> None:
        self._leave()
        self._database.close()


class HotReads:
    """Makes answers with status 200. Whatever is not plain (a query that is refused, what nobody may see) is left to
    the framework, which reads with the same function and says what is wrong.

    On SQLite a list that may be quick is tried on the event loop first, for some milliseconds: handing it to a thread,
    which then fights with the loop over the interpreter's lock, takes longer than most such lists do. What is not done
    by then goes to one.
    """

    def __init__(
        self, database: Database, quick: QuickReads | None, settings: Settings, reads: Mapping[str, HotRead]
    ) -> None:
        """Args:
        reads: what is read at each address; `{checklist}` at the end of one stands for a number.
        """
        self.database = database
        self.quick = quick
        self.settings = settings
        self.reads = reads

    async def make(self, scope: Scope, asked: Asked, asker: Known) -> Answer | Unavailable | None:
        """What a GET is answered; or that the database does not answer in time; or None, for the framework to say."""
        hot, given = self._found(scope)
        query = _query(hot.query, given) if hot and self._may(asker.actor, hot) else None
        if hot is None or query is None:
            return None
        within = stream_of(str(getattr(query, "checklist", None) or ""))
        try:
            stamp, page = await self._read(hot, asker.actor, query, within)
        except (DubanError, SQLAlchemyError) as error:
            return _outage(error)
        except Exception:  # which the framework meets again, and tells of
            return None
        return self._answer(scope, asked, asker, within, stamp, page)

    def _found(self, scope: Scope) -> tuple[HotRead | None, Mapping[str, str] | None]:
        """What is read at an address, and what it is asked with; None for what is to be refused."""
        if hot := self.reads.get(scope["path"]):
            return hot, self._given(scope)
        folder, _, number = scope["path"].rpartition("/")
        is_plain = NUMBER.fullmatch(number) is not None and not scope["query_string"]
        return (self.reads.get(f"{folder}/{{checklist}}") if is_plain else None), {"checklist": number}

    def _given(self, scope: Scope) -> Mapping[str, str] | None:
        if len(scope["path"]) + len(scope["query_string"]) > self.settings.uri_limit:
            return None
        try:
            pairs = parse_qsl(scope["query_string"].decode("ascii"), keep_blank_values=True, errors="strict")
        except UnicodeDecodeError:
            return None
        given = dict(pairs)
        return given if len(given) == len(pairs) and "" not in given.values() else None

    def _may(self, actor: Actor, hot: HotRead) -> bool:
        is_let_in = actor.role is not ActorRole.ANONYMOUS or self.settings.public_reading
        return is_let_in and actor.may(hot.permission)

    async def _read(self, hot: HotRead, actor: Actor, query: BaseModel, within: str | None) -> tuple[str, Json]:
        def read(connection: Connection, is_quick: bool) -> tuple[str, Json]:
            return read_stamp(connection, within), hot.read(connection, actor, query, is_quick)

        if self.quick is not None and hot.may_be_quick:
            with suppress(TakesLonger):
                return self.quick.run(lambda connection: read(connection, True))
        async with self.database.place():
            return await run_sync(self._in_thread, read)

    def _in_thread(self, read: Callable[[Connection, bool], Result]) -> Result:
        with self.database.reading() as connection:
            return read(connection, False)

    def _answer(self, scope: Scope, asked: Asked, asker: Known, within: str | None, stamp: str, page: Json) -> Answer:
        asking = Asking(asker.actor, stamp, within, asker.until)
        headers = headers_of(Basis(asking, seen_by(asker.actor, scope["path"])), asked.language, self.settings)
        if page.next_cursor is not None:
            headers["Link"] = next_link(Request(scope), page.next_cursor)
        body = page.dump()
        raw: Headers = [(b"content-length", str(len(body)).encode()), (b"content-type", b"application/json")]
        raw += [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        raw += guards(scope["scheme"], self.settings.hsts_seconds)
        return Answer.of(body, raw, within, stamp)


def _outage(error: DubanError | SQLAlchemyError) -> Unavailable | None:
    """What to answer at once: asking the same again would wait as long again."""
    if isinstance(error, DBAPIError | PoolTimeout):
        return outage(error)
    return error if isinstance(error, Unavailable) else None


def _query(model: type[BaseModel], given: Mapping[str, str] | None) -> BaseModel | None:
    """What is asked, or None if anything about it is to be refused."""
    try:
        return None if given is None else model.model_validate(given)
    except ValidationError:
        return None
