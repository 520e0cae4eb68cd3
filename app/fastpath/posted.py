"""What is posted most, and whether a request of it is plain: whatever might have to be refused is not."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel
from starlette.types import Scope

from app.access.actors import Actor
from app.access.idempotency import LONGEST_TOKEN, TOKEN, hash_of
from app.access.models import KeptAnswer
from app.access.permissions import Permission
from app.edge.bodies import check_json
from app.errors import InvalidJson
from app.shapes import MAX_NUMBER, NUMBER_IN_PATH

CREATED = 201
BEARER = "Bearer "
JSON = b"application/json"


@dataclass(frozen=True)
class HotPost:
    """A kind of thing that is posted: where, what, who may, and how it is written.

    `write(connection, *numbers of the path, body, by=, at=)` raises NotKnown or an error of ours where it does not
    answer; nothing of what it did then stays.
    """

    route: str  # as the framework names it: /api/v1/tasks/{task_id}
    body: type[BaseModel]
    permission: Permission
    write: Callable[..., BaseModel]
    path: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", re.compile(re.sub(r"{\w+}", f"({NUMBER_IN_PATH})", self.route)))


class Posted(NamedTuple):
    """A plain request, as it came."""

    hot: HotPost
    numbers: Sequence[int]  # of the path
    path: str
    key: str
    token: str | None  # its Idempotency-Key
    content: bytes
    body: BaseModel

    def kept(self, token: str, by: Actor, at: datetime) -> KeptAnswer:
        """The row that keeps what it is answered."""
        return KeptAnswer(
            key_id=by.key_id or 0,
            method="POST",
            path=self.path,
            idempotency_key=token,
            request_hash=hash_of("", self.content),
            created_at=at,
            status=CREATED,
        )


def found_at(posts: Sequence[HotPost], path: str) -> tuple[HotPost, list[int]] | None:
    """What is posted at a path, and the numbers in it."""
    for hot in posts:
        if match := hot.path.fullmatch(path):
            return hot, [int(number) for number in match.groups()]
    return None


def plain(hot: HotPost, numbers: Sequence[int], scope: Scope, content: bytes) -> Posted | None:
    """The request, or None if anything about it might have to be refused."""
    headers = dict(reversed(scope["headers"]))  # the framework takes the first of two lines too
    tokens = [value for name, value in scope["headers"] if name == b"idempotency-key"]
    authorization = headers[b"authorization"].decode("latin-1")
    token = tokens[0].decode("latin-1") if tokens else None
    is_plain = (
        authorization.startswith(BEARER)
        and headers.get(b"content-type") == JSON
        and not scope["query_string"]
        and max(numbers) <= MAX_NUMBER
        and len(tokens) <= 1
        and (token is None or (len(token) <= LONGEST_TOKEN and re.match(TOKEN, token) is not None))
    )
    if not is_plain:
        return None
    try:
        check_json(content)
        body = hot.body.model_validate_json(content)
    except (InvalidJson, ValueError):
        return None
    return Posted(hot, numbers, scope["path"], authorization.removeprefix(BEARER), token, content, body)
