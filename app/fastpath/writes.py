"""The fast path for marked POSTs, without the framework, which costs more than the database."""

import logging
from typing import Any, NamedTuple

from pydantic import BaseModel
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.types import Scope

from app import clock
from app.access.actors import Actor, Caller
from app.access.authentication import Authentication
from app.access.caching import UNCACHED
from app.access.idempotency import Once, Replayed, Wanted, hash_of, is_token, reserve
from app.config import Settings
from app.database.outages import outage
from app.database.waiting import ClientGone
from app.edge.arrivals import ARRIVED
from app.edge.gate import CACHED
from app.edge.request_headers import RequestHeaders
from app.errors import DubanError, InternalError, Unavailable
from app.fastpath.calls import Context, FastCall
from app.fastpath.writers import Writer

JSON = b"application/json"
HEADERS = [(b"content-type", JSON), *((name.lower().encode(), value.encode()) for name, value in UNCACHED.items())]
log = logging.getLogger(__name__)


class Written(NamedTuple):
    caller: Caller
    body: bytes


class Post(NamedTuple):
    """A request that the fast path can handle."""

    scope: Scope
    call: FastCall
    authorization: str
    idempotency_key: str | None
    content: bytes
    given: dict[str, Any]  # the endpoint's arguments

    def wanted(self, token: str, by: Actor) -> Wanted:
        path, request_hash, status = self.scope["path"], hash_of("", self.content), self.call.status
        return Wanted(by.key_id or 0, "POST", path, token, request_hash, clock.now(), status)


class FastWrites:
    """Answers a POST that succeeds, or 503 if the database cannot commit. Every other request (a body that is
    rejected, what a rule forbids) goes to the framework, which calls the same endpoint and reports the error."""

    def __init__(self, writer: Writer, authentication: Authentication, settings: Settings) -> None:
        self.writer = writer
        self.authentication = authentication
        self.settings = settings

    def prepare(self, scope: Scope, headers: RequestHeaders, call: FastCall, content: bytes) -> Post | None:
        """The request, or None if anything about it might have to be rejected."""
        authorization, given_token = headers.authorization, headers.values.get(b"idempotency-key")
        token = None if given_token is None else given_token.decode("latin-1")
        is_simple = (
            headers.values.get(b"content-type") == JSON
            and not headers.doubled
            and not scope["query_string"]
            and (token is None or is_token(token))
        )
        given = call.parse(scope["path"], {}, content) if is_simple else None
        if given is None or authorization is None:
            return None
        return Post(scope, call, authorization.decode("latin-1"), token, content, given)

    async def write(self, post: Post) -> Written | DubanError | None:
        """The response to a write; or an error if it is unknown whether it was written, so that it is not written
        twice; or None if nothing was written and the framework has to report why."""
        try:
            return await self.writer.write(lambda connection: self._write(connection, post))
        except Unavailable as lost:
            return lost
        except (DBAPIError, PoolTimeout) as error:
            return outage(error)  # the framework would wait as long again
        except (Replayed, DubanError, SQLAlchemyError):
            return None
        except ClientGone:
            raise
        except Exception:
            log.exception("unforeseen")
            return InternalError()

    def _write(self, connection: Connection, post: Post) -> Written:
        """Run in the transaction of the change, which also authenticates the caller, so that the key is still valid."""
        state = post.scope["state"]
        cached: Caller | None = state[CACHED]
        caller = self.authentication.authenticate(connection, post.authorization, state[ARRIVED], cached)
        actor = post.call.admit(caller.actor, self.settings)
        token = post.idempotency_key
        once = Once() if token is None else reserve(connection, post.wanted(token, caller.actor))
        shown: BaseModel = post.call.run(post.given, Context(post.scope, connection, actor, once))
        return Written(caller, shown.model_dump_json().encode())
