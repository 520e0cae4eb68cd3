"""Who waits behind a lock waits as long as one request may, and nothing is written for who has gone."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import text

from tests.client import on_the_loop
from tests.conftest import Api, County
from tests.edge.conftest import Serve, serve

__all__ = ["serve"]  # the fixture

REPORT = json.dumps({"state": "completed", "narrative": "已完成。"}).encode()
FAST, FRAMEWORK = b"application/json", b"application/json; charset=utf-8"  # only plain requests go the fast path


class Post:
    """One report on its way, and when it was answered what."""

    def __init__(self, county: County, obligation_id: int, content_type: bytes) -> None:
        self.sent: list[Any] = []
        self.gone = asyncio.Event()
        key = county.as_unit("城关镇").key
        self.scope = {
            "type": "http",
            "method": "POST",
            "path": f"/api/v1/obligations/{obligation_id}/updates",
            "query_string": b"",
            "scheme": "http",
            "server": ("testserver", 80),
            "headers": [
                (b"authorization", f"Bearer {key}".encode()),
                (b"content-type", content_type),
                (b"content-length", str(len(REPORT)).encode()),
            ],
        }

    async def run(self, app: Any) -> "Post":
        has_come = False

        async def receive() -> Any:
            nonlocal has_come
            if has_come:
                await self.gone.wait()
                return {"type": "http.disconnect"}
            has_come = True
            return {"type": "http.request", "body": REPORT, "more_body": False}

        async def send(message: Any) -> None:
            self.sent.append(message)

        begun = monotonic()
        await app(self.scope, receive, send)
        self.seconds = monotonic() - begun
        return self


@contextmanager
def locked(county: County) -> Iterator[None]:
    with county.database.session(writes=True) as other:
        other.execute(text("UPDATE journal_stream SET head_seq = head_seq"))
        yield


def test_ten_posts_behind_a_lock_wait_no_longer_than_one(county: County, serve: Serve) -> None:
    owed = county.obligation(1, "城关镇")["id"]
    app = serve(request_timeout=1).app
    posts = [Post(county, owed, content_type) for content_type in (FAST, FRAMEWORK) * 5]

    async def all_at_once() -> None:
        await asyncio.gather(*(post.run(app) for post in posts))

    with locked(county):
        on_the_loop(all_at_once())

    assert {post.sent[0]["status"] for post in posts} == {503}
    assert max(post.seconds for post in posts) < 1.9
    assert county.obligation(1, "城关镇")["state"] == "not_started"


@pytest.mark.parametrize("content_type", [FAST, FRAMEWORK])
def test_nothing_is_written_for_who_has_gone_before_it_began(county: County, serve: Serve, content_type: bytes) -> None:
    owed = county.obligation(1, "城关镇")["id"]
    app = serve(request_timeout=20).app
    posts = [Post(county, owed, content_type) for _ in range(3)]

    async def begin() -> list[asyncio.Task[Post]]:
        tasks = [asyncio.create_task(post.run(app)) for post in posts]
        await asyncio.sleep(0.1)
        for post in posts:
            post.gone.set()
        await asyncio.sleep(0.5)
        return tasks

    async def end(tasks: list[asyncio.Task[Post]]) -> None:
        await asyncio.gather(*tasks)

    with locked(county):
        tasks = on_the_loop(begin())
    on_the_loop(end(tasks))
    api = Api(county.client, county.as_unit("城关镇").key)

    assert api.all(f"/obligations/{owed}/updates") == []
    assert api.post(f"/obligations/{owed}/updates", json.loads(REPORT)).status_code == 201
    assert {message.get("status") for post in posts for message in post.sent} <= {499, None}
