"""The pages of lists: `items`, `next_cursor`, and a Link header (RFC 8288)."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Annotated, Any, Generic, NamedTuple, TypedDict, TypeVar

import orjson
from fastapi import Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, Connection, Select, func, literal, select, tuple_
from sqlmodel import Session

from app.addresses import address
from app.errors import InvalidCursor
from app.languages.messages import Message, say
from app.shapes import SENT_WHOLE, WHEN_USED, plausible

MAX_PAGE = 200
MAX_COUNT = 10_000  # to count more rows than that takes longer than to show a page of them
Item = TypeVar("Item")


class Total(TypedDict):
    """The number of all rows of a list, if requested."""

    count: int | None
    count_is_exact: bool | None


class Page(BaseModel, Generic[Item]):
    """Part of a list. `next_cursor` asks for the part after it, with the same filters and sort; null at the end."""

    model_config = ConfigDict(**WHEN_USED, **SENT_WHOLE)

    items: list[Item]
    next_cursor: str | None = None
    count: int | None = Field(default=None, description="rows of all parts together; null without count=true")
    count_is_exact: bool | None = Field(default=None, description="false where there are more than `count`")


class AsOfPage(Page[Item], Generic[Item]):
    """Part of a list about a day."""

    as_of: date = Field(description="as things stood at the end of this day in Shanghai")
    known_on: date = Field(description="as far as it had been recorded by the end of this day")


class JsonPage(NamedTuple):
    """A page whose items are JSON already."""

    items: Sequence[bytes]
    next_cursor: str | None
    total: Total
    days: Mapping[str, str] = {}  # what `AsOfPage` adds

    def dump(self) -> bytes:
        members = {"next_cursor": self.next_cursor, **self.total, **self.days}
        return b'{"items":[' + b",".join(self.items) + b"]," + orjson.dumps(members)[1:]


Listed = TypeVar("Listed", bound=Page[Any] | JsonPage)


class PageQuery(BaseModel):
    """The parameters of every list. Unknown names are rejected."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, Field(ge=1, le=MAX_PAGE, description="rows in a page")] = 50
    cursor: Annotated[str | None, Field(max_length=500, description="next_cursor of the page before")] = None
    count: Annotated[bool, Field(description=f"also how many rows there are in all, up to {MAX_COUNT:,}")] = False

    def after(self, *kinds: type) -> list[Any] | None:
        """The sort key of the last row that was seen, or None on the first page.

        Raises:
            InvalidCursor: the cursor is not one, or was given for another list, other filters or another sort.
        """
        if self.cursor is None:
            return None
        try:
            content = json.loads(base64.urlsafe_b64decode(self.cursor.encode("ascii")))
            values = [_decode(value, kind) for value, kind in zip(content["after"], kinds, strict=True)]
            fits = content["list"] == self._fingerprint()
        except (ValueError, TypeError, KeyError, binascii.Error, UnicodeError, RecursionError) as broken:
            raise _invalid(say("not a cursor that this server gave; start again without one")) from broken
        if not fits:
            raise _invalid(
                say("given for other filters or another sort; repeat those, or start again without a cursor")
            )
        return values

    def cursor_at(self, values: Sequence[Any]) -> str:
        """The cursor that continues after a row with this sort key."""
        content = {"after": values, "list": self._fingerprint()}
        text = json.dumps(content, separators=(",", ":"), default=date.isoformat)
        return base64.urlsafe_b64encode(text.encode()).decode("ascii")

    def _fingerprint(self) -> str:
        filters = self.model_dump_json(exclude={"limit", "cursor", "count"}, exclude_none=True)
        return hashlib.sha256(f"{type(self).__name__}{filters}".encode()).hexdigest()[:12]

    def total(self, count: Callable[[int], int]) -> Total:
        """The number of all rows, if requested.

        Args:
            count: counts them, up to a number.
        """
        if not self.count:
            return {"count": None, "count_is_exact": None}
        found = count(MAX_COUNT + 1)
        return {"count": min(found, MAX_COUNT), "count_is_exact": found <= MAX_COUNT}

    def cut(self, rows: Sequence[Any], key: Sequence[str]) -> tuple[list[Any], str | None]:
        """Cut the one row too many that a query fetched, and make the cursor from the last that stays."""
        if len(rows) <= self.limit:
            return list(rows), None
        listed = list(rows[: self.limit])
        return listed, self.cursor_at([getattr(listed[-1], name) for name in key])


def after_key(columns: Sequence[Any], values: Sequence[Any], *, descending: bool = False) -> ColumnElement[bool]:
    """Rows after a sort key, as a row-value comparison, which both databases answer from an index."""
    key, seen = (
        tuple_(*columns),
        tuple_(*(literal(value, column.type) for value, column in zip(values, columns, strict=True))),
    )
    return key < seen if descending else key > seen


def count_rows(connection: Connection, rows: Select[Any], most: int) -> int:
    """Count the rows of a SELECT, up to a number."""
    some = rows.order_by(None).limit(most).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def keyset_page(
    session: Session,
    query: PageQuery,
    rows: Any,
    key: Any,
    public: Callable[[Any], Sequence[Item]],
    *,
    descending: bool = False,
) -> Page[Item]:
    """A page in the order of one column, whose values are unique and never null.

    Args:
        rows: a SELECT of the column, of its model, or of several models, the first of which has it.
        public: what is shown of the rows of the page.

    Raises:
        InvalidCursor.
    """
    total = query.total(partial(count_rows, session.connection(), rows))
    if after := query.after(key.type.python_type):
        rows = rows.where(after_key([key], after, descending=descending))
    found = session.exec(rows.order_by(key.desc() if descending else key).limit(query.limit + 1)).all()
    listed = found[: query.limit]
    cursor = None
    if len(found) > query.limit:
        last = listed[-1] if hasattr(listed[-1], key.key) else listed[-1][0]
        cursor = query.cursor_at([getattr(last, key.key)])
    return Page(items=[*public(listed)], next_cursor=cursor, **total)


class Linked:
    """Passes a page on, and sets `Link: <…>; rel="next"`, relative to the host, so that it works behind any proxy."""

    def __init__(self, request: Request, response: Response) -> None:
        self._request, self._response = request, response

    def __call__(self, page: Listed) -> Listed:
        if page.next_cursor is not None:
            url = self._request.url.include_query_params(cursor=page.next_cursor)
            self._response.headers.append("Link", f'<{address(url.path)}?{url.query}>; rel="next"')
        return page


def _linked(request: Request, response: Response) -> Linked:
    return Linked(request, response)


LinkedDep = Annotated[Linked, Depends(_linked)]


def dumped(page: JsonPage, request: Request, response: Response) -> Response:
    """The response with a page that is JSON already, and the headers set before."""
    Linked(request, response)(page)
    return as_json(page.dump(), response)


def as_json(content: bytes, response: Response) -> Response:
    """An answer that is JSON already, with the headers that were set on the way."""
    answer = Response(content, media_type="application/json")
    answer.raw_headers.extend(response.raw_headers)
    return answer


def _invalid(why: Message) -> InvalidCursor:
    return InvalidCursor(fields=[("query.cursor", why)])


def _decode(value: Any, kind: type) -> Any:
    if kind is date:
        return plausible(date.fromisoformat(value))
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(value)
    if isinstance(value, str) and "\x00" in value.encode().decode():  # half a character does not encode
        raise ValueError(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError(value)
    return value
