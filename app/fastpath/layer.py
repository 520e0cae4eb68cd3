"""Answers from memory what was answered before and still holds: before any routing, thread or dependency.

A kept answer is checked at each request, never timed. It holds while the journal's heads that it was made from stand,
on the same day, for who sees the same; a key's revocation stands in the journal too, and its end is looked at each
time. A change that any process made is seen by every request that comes after the change was answered.
"""

from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import clock
from app.access.actors import ANONYMOUS, Known
from app.access.caching import Basis, SeenBy, seen_by
from app.config import Settings
from app.edge.one_piece import Head, send_whole
from app.edge.route_table import RouteTable
from app.errors import Unavailable
from app.fastpath.asked import Asked
from app.fastpath.askers import Askers
from app.fastpath.heads import Checks, Heads
from app.fastpath.hot import HotReads
from app.fastpath.kept import LEAST_TO_PACK, Answer, Kept, Question
from app.fastpath.shortcut import REQUEST_ID, Shortcut

PREFIX = "/api/v1/"
MEGABYTE = 1024 * 1024


class Answers:
    """The layer. It stands in front of the framework's, which a kept answer does not pass again: what they put on the
    answer was kept with it, and what they do for each request the shortcut does.

    With no megabytes to keep answers in it keeps none.
    """

    def __init__(
        self,
        app: ASGIApp,
        checks: Checks,
        reads: HotReads,
        askers: Askers,
        shortcut: Shortcut,
        table: RouteTable,
        settings: Settings,
    ) -> None:
        self.app = app
        self.checks = checks
        self.reads = reads
        self.askers = askers
        self.shortcut = shortcut
        self.table = table
        self.kept = Kept(settings.answer_cache_mb * MEGABYTE * 3 // 4)  # a quarter is for the parts of lists

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not scope["path"].startswith(PREFIX):
            await self.app(scope, receive, send)
            return
        begun = perf_counter()
        asked = Asked.of(scope["headers"])
        heads = await self.checks.heads() if self.shortcut.is_open_to(asked) else None
        if heads is None:
            await self.app(scope, receive, send)
            return
        digest = self.askers.digest(asked.authorization) if asked.authorization else None
        asker = self._asker(digest, heads)
        if asker is not None and self.shortcut.is_within_limits(scope, asker):
            request_id = self.shortcut.name(asked)
            question = self._question(scope, asked, seen_by(asker.actor, scope["path"]))
            found = await self._kept(question, heads) or await self._made(scope, asked, asker, question)
            if found is not None:
                if isinstance(found, Unavailable):
                    head, body = self.shortcut.problem(scope, found)
                else:
                    head, body = self._shown(question, found, asked)
                await self.shortcut.answer(
                    scope,
                    send,
                    head,
                    [],
                    b"" if scope["method"] == "HEAD" else body,
                    template=self.table.path_template(scope["path"]),
                    key_id=asker.actor.key_id,
                    request_id=request_id,
                    begun=begun,
                )
                return
        if scope["method"] == "HEAD":
            await self._pass_head(scope, receive, send, asked)
            return
        await self._watch(scope, receive, send, asked, digest, heads)

    def _asker(self, digest: bytes | None, heads: Heads) -> Known | None:
        if digest is None:
            return Known(ANONYMOUS, None, heads.access)
        asker = self.askers.find(digest)
        if asker is None or asker.access != heads.access:
            return None
        return None if asker.has_expired(clock.now()) else asker

    async def _kept(self, question: Question, heads: Heads) -> Answer | None:
        answer = self.kept.find(question)
        if answer is None or answer.good_at == heads.stamp:
            return answer
        now = heads.stamp if answer.within is None else await self.checks.stamp(answer.within)
        if now != answer.stamp:
            return None
        answer.good_at = heads.stamp
        return answer

    async def _made(self, scope: Scope, asked: Asked, asker: Known, question: Question) -> Answer | Unavailable | None:
        if scope["method"] != "GET" or self.shortcut.is_for_a_page(asked):
            return None
        made = await self.reads.make(scope, asked, asker)
        if isinstance(made, Answer):
            self.kept.keep(question, made)
        return made

    async def _watch(
        self, scope: Scope, receive: Receive, send: Send, asked: Asked, digest: bytes | None, heads: Heads
    ) -> None:
        """Let the request through, and keep what it is answered."""
        state = scope.setdefault("state", {})
        held: Message | None = None
        parts: list[bytes] = []

        async def watched(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and self._may_keep(message, state):
                held = message
                return
            if held is None:
                await send(message)
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                basis: Basis = state["basis"]
                question = self._question(scope, asked, basis.seen_by)
                within, stamp = basis.asking.within, basis.asking.stamp
                answer = Answer.of(b"".join(parts), held["headers"], within, stamp)
                self.kept.keep(question, answer)
                own = [(name, value) for name, value in held["headers"] if name == REQUEST_ID]
                head, body = self._shown(question, answer, asked)
                await send_whole(scope, send, head, own, body)

        await self.app(scope, receive, watched)
        if digest is not None and "basis" in state:
            basis = state["basis"]
            actor, until = basis.asking.actor, basis.asking.until
            # verified after the heads were read: a key that was revoked between makes the next check differ
            self.askers.keep(digest, Known(actor, until, heads.access))

    async def _pass_head(self, scope: Scope, receive: Receive, send: Send, asked: Asked) -> None:
        """Let a HEAD through. What GET would send as gzip is of a length that nobody knows before it is packed, and no
        other may be named (RFC 9110, 8.6)."""
        state = scope.setdefault("state", {})

        async def without_length(message: Message) -> None:
            if message["type"] == "http.response.start" and asked.takes_gzip and self._may_keep(message, state):
                headers = [(name, value) for name, value in message["headers"] if name != b"content-length"]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, without_length)

    def _may_keep(self, start: Message, state: dict[str, Any]) -> bool:
        if start["status"] != 200 or "basis" not in state:
            return False
        headers = dict(start["headers"])
        length = headers.get(b"content-length", b"")
        is_whole = length.isdigit() and int(length) <= self.kept.largest
        return is_whole and b"etag" in headers and b"content-disposition" not in headers

    def _shown(self, question: Question, answer: Answer, asked: Asked) -> tuple[Head, bytes]:
        if asked.holds(answer.etag):
            return answer.head_unchanged, b""
        is_worth_packing = LEAST_TO_PACK <= len(answer.body) <= self.kept.largest
        if not asked.takes_gzip or not is_worth_packing:
            return answer.head, answer.body
        if answer.packed is not None:
            return answer.packed
        packed = answer.pack()
        self.kept.keep(question, answer)
        return packed

    def _question(self, scope: Scope, asked: Asked, seen_by: SeenBy) -> Question:
        query: bytes = scope["query_string"]
        if b"&" in query:  # the order of parameters says nothing, the order of one's values may
            query = b"&".join(sorted(query.split(b"&"), key=_name))
        origin = asked.origin if self.shortcut.is_for_a_page(asked) else None
        return Question(scope["path"], query, seen_by, asked.language, clock.today(), origin, scope["scheme"])


def _name(pair: Any) -> Any:
    return pair.partition(b"=")[0]
