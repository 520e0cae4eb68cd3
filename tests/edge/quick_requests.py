"""Thousands of requests to an app in this process, for little more than what the app does about them.

Starlette's client takes a request to the app's thread and back eight times, which is most of what it costs.
`tests/edge/test_quick_requests.py` holds that an app is asked the same by both.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from fastapi.testclient import TestClient
from httpx import ByteStream, Response
from starlette.types import ASGIApp, Message, Scope

ALWAYS = ("host", "accept", "accept-encoding", "connection", "user-agent")
SAFE_IN_PATH = "/%!$&'()*+,:;=@"
SAFE_IN_QUERY = SAFE_IN_PATH + "?"


@dataclass(frozen=True)
class Question:
    """The address is a path, with or without a query."""

    method: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __str__(self) -> str:
        return f"{self.method} {self.address}"


def answers(client: TestClient, questions: Sequence[Question]) -> list[Response]:
    """What the client's app answers to them, asked one after another."""
    assert client.portal is not None, "the app has not been started"
    found: list[Response] = client.portal.call(_ask_all, client, questions)
    return found


async def _ask_all(client: TestClient, questions: Sequence[Question]) -> list[Response]:
    return [await _ask(client, question) for question in questions]


async def _ask(client: TestClient, question: Question) -> Response:
    app: ASGIApp = client.app
    is_read, is_over, sent = False, asyncio.Event(), list[Message]()

    async def receive() -> Message:
        nonlocal is_read
        if is_read:
            await is_over.wait()
            return {"type": "http.disconnect"}
        is_read = True
        return {"type": "http.request", "body": question.body}

    async def send(message: Message) -> None:
        sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            is_over.set()

    async def answer() -> None:
        await app(_scope(client, question), receive, send)

    try:
        await asyncio.create_task(answer())  # of its own, as a server does: no context is left for the next
    except Exception as defect:
        defect.add_note(str(question))
        raise
    start, *parts = sent
    assert start["type"] == "http.response.start", question
    assert {part["type"] for part in parts} == {"http.response.body"}, question
    assert [part.get("more_body", False) for part in parts] == [True] * (len(parts) - 1) + [False], question
    body = b"".join(part.get("body", b"") for part in parts)
    response = Response(start["status"], headers=start["headers"], stream=ByteStream(body))
    response.read()
    return response


def _scope(client: TestClient, question: Question) -> Scope:
    path, _, query = question.address.partition("?")
    raw_path = quote(path, SAFE_IN_PATH)
    headers = [(name.encode(), client.headers.get(name, "testserver").encode()) for name in ALWAYS]
    if question.body or question.method in ("POST", "PUT", "PATCH"):
        headers.append((b"content-length", str(len(question.body)).encode()))
    headers += [(name.lower().encode(), value.encode()) for name, value in question.headers.items()]
    state: dict[str, Any] = client.app_state.copy()
    return {
        "type": "http",
        "http_version": "1.1",
        "method": question.method,
        "path": unquote(raw_path),
        "raw_path": raw_path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": quote(query, SAFE_IN_QUERY).encode(),
        "headers": headers,
        "client": ("testclient", 50000),
        "server": ["testserver", 80],
        "extensions": {},
        "state": state,
    }
