"""The reading of request bodies: whole, in time, not too large, and unambiguous JSON."""

import asyncio
import json
from typing import Any

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


class Bodies:
    """Reads the bodies of all requests of this process, and limits their total size. Forms with files have a
    limit of their own, so that slow uploads do not block other requests; so have short ones from anyone."""

    def __init__(self, settings: Settings) -> None:
        self._seconds = settings.request_timeout
        self._forms = _InFlight(settings.upload_limit, FORMS_AT_ONCE)
        self._others = _InFlight(settings.body_limit, OTHERS_AT_ONCE)
        self._short = _InFlight(SHORT, OTHERS_AT_ONCE)

    def read(
        self, headers: RequestHeaders, receive: Receive, *, takes_files: bool = False, is_short: bool = False
    ) -> "_Body":
        """The whole body of a request for an `async with` block, as the framework receives it.

        Args:
            takes_files: whether the route takes a form with files, which may be as long as `upload_limit`.
            is_short: whether it is announced with at most `SHORT` bytes, and comes from anyone.
        """
        if takes_files and headers.media_type == FORM:
            return _Body(headers, receive, self._forms, self._seconds, SpooledTemporaryFile(max_size=IN_MEMORY))
        return _Body(headers, receive, self._short if is_short else self._others, self._seconds)


class _Body:
    """The body of one request, read at the beginning of a block; at its end its room is free again.

    Not a generator: the event loop records each of those, which takes longer than to read a posted update.

    Raises:
        BodyTooLarge: by its announced length or while it arrives. RequestTimeout: it is not whole in time.
        Unavailable: too many bytes are in flight already. ClientGone.
        InvalidJson: it names one member twice, has NaN or Infinity, or nests deeper than can be read: RFC 8259
            section 4 leaves open what a doubled name means, and a clerk's second value must not vanish in silence.
    """

    def __init__(
        self,
        headers: RequestHeaders,
        receive: Receive,
        room: "_InFlight",
        seconds: float,
        spool: SpooledTemporaryFile[bytes] | None = None,
    ) -> None:
        """Args:
        spool: where to store the body of a form with files.
        """
        self._headers, self._receive, self._room, self._seconds, self._spool = headers, receive, room, seconds, spool

    async def __aenter__(self) -> Receive:
        self._size = self._room.reserve(self._headers)
        try:
            return await self._read()
        except BaseException:
            await self.__aexit__()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._room.release(self._size)
        if self._spool is not None:
            await self._spool.aclose()

    async def _read(self) -> Receive:
        body = b""
        try:
            async with asyncio.timeout(self._seconds):
                if self._spool is None:
                    body = await _joined(self._receive, self._room.longest)
                else:
                    await _spooled(self._receive, self._room.longest, self._spool)
        except TimeoutError:
            raise RequestTimeout(
                say("the body was not whole after {seconds} seconds; send it again", seconds=f"{self._seconds:g}")
            ) from None
        if self._spool is not None:
            return _from_file(self._spool, self._receive)
        if _is_json(self._headers.media_type) and body.strip():
            await _check(body)
        return replayed(body, self._receive)


class _InFlight:
    """The bytes of bodies that are being read or used, and how many there may be."""

    def __init__(self, longest: int, at_once: int) -> None:
        self.longest = longest
        self._most, self._bytes = longest * at_once, 0

    def reserve(self, headers: RequestHeaders) -> int:
        """Room for a body, in bytes, until it is released. One of unknown length has the room of the longest."""
        announced = headers.body_size
        size = self.longest if announced is None else announced
        if size > self.longest:
            raise BodyTooLarge(
                say("it is announced with {size} bytes; send at most {most}", size=size, most=self.longest)
            )
        if self._bytes + size > self._most:
            raise Unavailable(say("more is being sent to this server than it takes at once; send it again"))
        self._bytes += size
        return size

    def release(self, size: int) -> None:
        self._bytes -= size


async def _joined(receive: Receive, limit: int) -> bytes:
    parts: list[bytes] = []
    arrived, has_more = 0, True
    while has_more:
        part, has_more = await _part(receive, limit, arrived)
        arrived += len(part)
        parts.append(part)
    return b"".join(parts)


async def _spooled(receive: Receive, limit: int, spool: SpooledTemporaryFile[bytes]) -> None:
    arrived, has_more = 0, True
    while has_more:
        part, has_more = await _part(receive, limit, arrived)
        arrived += await spool.write(part)
    await spool.seek(0)


async def _part(receive: Receive, limit: int, arrived: int) -> tuple[bytes, bool]:
    """The next part of a body, and whether more follow."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    part: bytes = message.get("body", b"")
    if arrived + len(part) > limit:
        raise BodyTooLarge(say("send at most {most} bytes", most=limit))
    return part, message.get("more_body", False)


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
