"""Request bodies: whole, in time, not too large, and JSON that says one thing only."""

import asyncio
import json
from typing import Any

from anyio.to_thread import run_sync
from starlette.types import Message, Receive

from app.config import Settings
from app.edge.problems import not_json
from app.edge.request_headers import RequestHeaders
from app.errors import BodyTooLarge, InvalidJson, RequestTimeout
from app.languages.messages import say

LONG = 64 * 1024  # a longer body is checked beside the event loop
FORM = b"multipart/form-data"


async def read_body(headers: RequestHeaders, receive: Receive, settings: Settings) -> bytes | None:
    """The whole body of a request; None if the client went away.

    Raises:
        BodyTooLarge: by its announced length or while it arrives: of a form with files than `upload_limit`, else than
            `body_limit`. RequestTimeout: it is not whole in time.
        InvalidJson: it names one member twice, has NaN or Infinity, or nests deeper than can be read: RFC 8259 section
            4 leaves open what a doubled name means, and a clerk's second value must not vanish in silence.
    """
    limit = settings.upload_limit if headers.media_type == FORM else settings.body_limit
    announced = headers.values.get(b"content-length", b"")
    if announced.isdigit() and int(announced[:20]) > limit:
        size = announced[:20].decode()
        raise BodyTooLarge(say("it is announced with {size} bytes; send at most {most}", size=size, most=limit))
    body = await _whole(receive, limit, settings.request_timeout)
    if body is not None and _is_json(headers.media_type) and body.strip():
        await _check(body)
    return body


async def _whole(receive: Receive, limit: int, seconds: float) -> bytes | None:
    parts, arrived = [], 0
    try:
        async with asyncio.timeout(seconds):
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
            say("the body was not whole after {seconds} seconds; send it again", seconds=f"{seconds:g}")
        ) from None


def replayed(body: bytes, receive: Receive) -> Receive:
    """What hands over a body that was read already, and then whatever else comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

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
