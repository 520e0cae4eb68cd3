"""The reading of request bodies: whole, in time, not too large, and unambiguous JSON."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

from anyio import SpooledTemporaryFile
from anyio.to_thread import run_sync
from starlette.types import Message, Receive

from app.config import Settings
from app.database.waiting import ClientGone
from app.edge.problems import not_json
from app.edge.request_headers import RequestHeaders
from app.errors import BodyTooLarge, InvalidJson, RequestTimeout, Unavailable
from app.languages.messages import say

LONG = 64 * 1024  # a longer body is checked beside the event loop
IN_MEMORY = 1024 * 1024  # a longer form with files lies in a temporary file
FORMS_AT_ONCE, OTHERS_AT_ONCE = 5, 32  # of the longest that are taken; as many more of shorter ones
SHORT = 64 * 1024  # a key, or a report written before the session ended
FORM = b"multipart/form-data"
Read = TypeVar("Read")


class Bodies:
    """Reads the bodies of all requests of this process, and limits their total size. Forms with files have a
    limit of their own, so that slow uploads do not block other requests; so have short ones from anyone."""

    def __init__(self, settings: Settings) -> None:
        self._seconds = settings.request_timeout
        self._forms = _InFlight(settings.upload_limit, FORMS_AT_ONCE)
        self._others = _InFlight(settings.body_limit, OTHERS_AT_ONCE)
        self._short = _InFlight(SHORT, OTHERS_AT_ONCE)

    @asynccontextmanager
    async def read(
        self, headers: RequestHeaders, receive: Receive, *, takes_files: bool = False, is_short: bool = False
    ) -> AsyncIterator[Receive]:
        """The whole body of a request, as the framework receives it.

        Args:
            takes_files: whether the route takes a form with files, which may be as long as `upload_limit`.
            is_short: whether it is announced with at most `SHORT` bytes, and comes from anyone.

        Raises:
            BodyTooLarge: by its announced length or while it arrives. RequestTimeout: it is not whole in time.
            Unavailable: too many bytes are in flight already. ClientGone.
            InvalidJson: it names one member twice, has NaN or Infinity, or nests deeper than can be read: RFC 8259
                section 4 leaves open what a doubled name means, and a clerk's second value must not vanish in silence.
        """
        if takes_files and headers.media_type == FORM:
            with self._forms.room(headers):
                async with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
                    await self._in_time(_spooled(receive, self._forms.longest, spool))
                    yield _from_file(spool, receive)
            return
        bodies = self._short if is_short else self._others
        with bodies.room(headers):
            body = await self._in_time(_joined(receive, bodies.longest))
            if _is_json(headers.media_type) and body.strip():
                await _check(body)
            yield replayed(body, receive)

    async def _in_time(self, reading: Awaitable[Read]) -> Read:
        try:
            async with asyncio.timeout(self._seconds):
                return await reading
        except TimeoutError:
            raise RequestTimeout(
                say("the body was not whole after {seconds} seconds; send it again", seconds=f"{self._seconds:g}")
            ) from None


class _InFlight:
    """The bytes of bodies that are being read or used, and how many there may be."""

    def __init__(self, longest: int, at_once: int) -> None:
        self.longest = longest
        self._most, self._bytes = longest * at_once, 0

    @contextmanager
    def room(self, headers: RequestHeaders) -> Iterator[None]:
        """Room for a body, until it is not needed any more. One of unknown length has the room of the longest."""
        size = self.longest if headers.body_size is None else headers.body_size
        if size > self.longest:
            raise BodyTooLarge(
                say("it is announced with {size} bytes; send at most {most}", size=size, most=self.longest)
            )
        if self._bytes + size > self._most:
            raise Unavailable(say("more is being sent to this server than it takes at once; send it again"))
        self._bytes += size
        try:
            yield
        finally:
            self._bytes -= size


async def _joined(receive: Receive, limit: int) -> bytes:
    return b"".join([part async for part in _parts(receive, limit)])


async def _spooled(receive: Receive, limit: int, spool: SpooledTemporaryFile[bytes]) -> None:
    async for part in _parts(receive, limit):
        await spool.write(part)
    await spool.seek(0)


async def _parts(receive: Receive, limit: int) -> AsyncIterator[bytes]:
    arrived, is_whole = 0, False
    while not is_whole:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part: bytes = message.get("body", b"")
        arrived += len(part)
        if arrived > limit:
            raise BodyTooLarge(say("send at most {most} bytes", most=limit))
        is_whole = not message.get("more_body", False)
        yield part


def replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that returns a body that was read already, and then all later messages."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


def _from_file(spool: SpooledTemporaryFile[bytes], receive: Receive) -> Receive:
    """As `replayed`, in pieces."""
    has_more = True

    async def replay() -> Message:
        nonlocal has_more
        if not has_more:
            return await receive()
        piece = await spool.read(LONG)
        has_more = len(piece) == LONG
        return {"type": "http.request", "body": piece, "more_body": has_more}

    return replay


def _is_json(kind: bytes) -> bool:
    return kind == b"application/json" or kind.endswith(b"+json")


async def _check(body: bytes) -> None:
    if len(body) > LONG:
        await run_sync(check_json, body)
    else:
        check_json(body)


def check_json(body: bytes) -> None:
    """Raises:
    InvalidJson: it is not JSON, or is ambiguous.
    """
    try:
        _STRICT.decode(body.decode(json.detect_encoding(body), "surrogatepass"))  # as json.loads does
    except json.JSONDecodeError as broken:
        raise InvalidJson(not_json(broken.pos, broken.msg)) from broken
    except UnicodeDecodeError as broken:
        raise InvalidJson(
            say("byte {place} is not UTF-8; Chinese text in GBK has to be converted", place=broken.start)
        ) from broken
    except RecursionError as broken:
        raise InvalidJson(
            say("lists and objects are nested too deeply; no shape here needs more than ten levels")
        ) from broken
    except ValueError as broken:  # a number of thousands of digits
        raise InvalidJson(say("a number in it has too many digits; give a smaller one")) from broken


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    if len(pairs) > 1 and len({name for name, _ in pairs}) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidJson(say("the name '{name}' occurs twice in one object; leave one of them out", name=twice[:100]))


def _no_constant(name: str) -> None:
    raise InvalidJson(say("{name} is not a number in JSON (RFC 8259, section 6); give a number or null", name=name))


_STRICT = json.JSONDecoder(object_pairs_hook=_each_once, parse_constant=_no_constant)
