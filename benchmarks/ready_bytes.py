"""The limits: what the framework, and a bare ASGI app, serve when the answer is ready bytes of the same size."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import FastAPI, Response

BODY = b"[" + b"0" * (int(os.environ.get("READY_BYTES", "34000")) - 2) + b"]"

fastapi_app = FastAPI()


@fastapi_app.get("/")
async def ready() -> Response:
    return Response(content=BODY, media_type="application/json")


_START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())],
}


async def asgi_app(
    scope: MutableMapping[str, Any],
    _receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
) -> None:
    if scope["type"] == "http":  # and nothing on start and end
        await send(_START)
        await send({"type": "http.response.body", "body": BODY})
