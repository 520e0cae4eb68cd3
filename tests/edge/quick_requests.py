"""Thousands of requests to an app in this process, for little more than what the app does about them.

`tests.client` takes each to the app's thread and back, and makes a request of httpx, which is most of what it costs.
`tests/edge/test_quick_requests.py` holds that an app is asked the same by both.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from httpx import ByteStream, Response
from starlette.types import Scope

from tests.client import Client, ask

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


def answers(client: Client, questions: Sequence[Question]) -> list[Response]:
    """What the client's app answers to them, asked one after another."""
    found: list[Response] = client.portal.call(_ask_all, client, questions)
    return found


async def _ask_all(client: Client, questions: Sequence[Question]) -> list[Response]:
    return [await _ask(client, question) for question in questions]


async def _ask(client: Client, question: Question) -> Response:
    try:
        # in a task of its own, as a server does: no context is left for the next
        status, headers, body = await asyncio.create_task(ask(client.app, _scope(client, question), question.body))
    except Exception as defect:
        defect.add_note(str(question))
        raise
    response = Response(status, headers=headers, stream=ByteStream(body))
    response.read()
    return response


def _scope(client: Client, question: Question) -> Scope:
    path, _, query = question.address.partition("?")
    raw_path = quote(path, SAFE_IN_PATH)
    headers = [(name.encode(), client.headers.get(name, "testserver").encode()) for name in ALWAYS]
    if question.body or question.method in ("POST", "PUT", "PATCH"):
        headers.append((b"content-length", str(len(question.body)).encode()))
    headers += [(name.lower().encode(), value.encode()) for name, value in question.headers.items()]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
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
        "state": {},
    }
