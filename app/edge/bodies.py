"""Request bodies: whole, in time, not too large, and JSON that says one thing only."""

import asyncio
import json
from typing import Any

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.problems import answer, not_json
from app.errors import BodyTooLarge, DubanError, InvalidJson, RequestTimeout
from app.languages.messages import say

LONG = 64 * 1024  # a longer body is checked beside the event loop
CLOSE = {"Connection": "close"}  # what is still on its way is not read


class Bodies:
    """Reads a request's body before anything else happens, and refuses it here.

    413 if it is larger than `limit` bytes, or a form with files than `upload_limit`, by its announced length or while
    it arrives; 408 if it is not whole after `seconds`; 400 for JSON that names one member twice, holds NaN or Infinity
    or nests deeper than can be read: RFC 8259 section 4 leaves open what a doubled name means, and a clerk's second
    value must not vanish in silence.
    """

    def __init__(self, app: ASGIApp, limit: int, upload_limit: int, seconds: float) -> None:
        self.app = app
        self.limit = limit
        self.upload_limit = upload_limit
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"]) if scope["type"] == "http" else {}
        if headers.get(b"content-length", b"0") == b"0" and b"transfer-encoding" not in headers:
            await self.app(scope, receive, send)
            return
        try:
            body = await self._read(headers, receive)
            if body is None:  # the client went away, and nobody waits for an answer
                return
            if _is_json(_media_type(headers)) and body.strip():
                await _check(body)
        except DubanError as error:
            unread = CLOSE if isinstance(error, (BodyTooLarge, RequestTimeout)) else None
            await answer(Request(scope), error, unread)(scope, receive, send)
            return
        whole: Message | None = {"type": "http.request", "body": body, "more_body": False}

        async def replay() -> Message:
            nonlocal whole
            message, whole = whole, None
            return message or await receive()

        await self.app(scope, replay, send)

    async def _read(self, headers: dict[bytes, bytes], receive: Receive) -> bytes | None:
        announced = headers.get(b"content-length", b"")
        limit = self.upload_limit if _media_type(headers) == b"multipart/form-data" else self.limit
        if announced.isdigit() and int(announced[:20]) > limit:
            size = announced[:20].decode()
            raise BodyTooLarge(say("it is announced with {size} bytes; send at most {most}", size=size, most=limit))
        parts, arrived = [], 0
        try:
            async with asyncio.timeout(self.seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    parts.append(message.get("body", b""))
                    arrived += len(parts[-1])
                    if arrived > limit:
                        raise BodyTooLarge(say("send at most {most} bytes", most=limit))
                    if not message.get("more_body", False):
                        return b"".join(parts)
        except TimeoutError:
            raise RequestTimeout(
                say("the body was not whole after {seconds} seconds; send it again", seconds=f"{self.seconds:g}")
            ) from None


def _media_type(headers: dict[bytes, bytes]) -> bytes:
    return headers.get(b"content-type", b"").partition(b";")[0].strip().lower()


def _is_json(kind: bytes) -> bool:
    return kind == b"application/json" or kind.endswith(b"+json")


async def _check(body: bytes) -> None:
    if len(body) > LONG:
        await run_sync(check_json, body)
    else:
        check_json(body)


def check_json(body: bytes) -> None:
    """Raises:
    InvalidJson: it is none, or could be read in two ways.
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
        raise InvalidJson(say("the name '{name}' stands twice in one object; keep one of them", name=twice[:100]))


def _no_constant(name: str) -> None:
    raise InvalidJson(say("{name} is no number in JSON (RFC 8259, section 6); give a number or null", name=name))


_STRICT = json.JSONDecoder(object_pairs_hook=_each_once, parse_constant=_no_constant)
