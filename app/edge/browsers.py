"""What browsers are told: which pages may call (CORS), and what an answer may do in them."""

import base64
import hashlib
import re

from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.one_piece import Headers

SENT = ["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "X-Request-ID"]
SHOWN = ["ETag", "Link", "Location", "X-Request-ID", "Retry-After", "Content-Language", "Content-Disposition"]
SHOWN += ["Repr-Digest"]
GUARDS = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer")]
POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
GUARDS_AND_POLICY = [*GUARDS, POLICY]
# the pages of /docs and /redoc: their own files, and the one inline script that each holds, by its hash
DOCS_POLICY = (
    "default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


class Cors(CORSMiddleware):
    """Cross-origin requests from the origins that the settings name, without cookies: keys travel in a header."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        super().__init__(
            app,
            allow_origins=origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=SENT,
            expose_headers=SHOWN,
            max_age=600,
        )


class SecurityHeaders:
    """Puts the headers on every answer that keep it from being framed, sniffed or told to others.

    Strict-Transport-Security is sent over https only (RFC 6797, section 7.2), and only for `hsts_seconds` over 0.
    """

    def __init__(self, app: ASGIApp, hsts_seconds: int, pages: frozenset[str]) -> None:
        self.app = app
        self.hsts_seconds = hsts_seconds
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_page = scope["path"] in self.pages
        held: Message | None = None

        async def guarded(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start":
                headers = message["headers"] = list(message["headers"])
                self._mark(scope, headers)
                if is_page:
                    held = message  # until its body tells which scripts are its own
                    return
            elif held is not None:
                hashes = " ".join(_hash(script) for script in INLINE_SCRIPT.findall(message.get("body", b"")))
                policy = DOCS_POLICY.format(scripts=hashes).replace(" ;", ";")
                MutableHeaders(scope=held)["Content-Security-Policy"] = policy
                await send(held)
                held = None
            await send(message)

        await self.app(scope, receive, guarded)

    def _mark(self, scope: Scope, headers: Headers) -> None:
        has_policy = any(name == POLICY[0] for name, _ in headers)
        headers.extend(guards(scope["scheme"], self.hsts_seconds, has_policy=has_policy))


def guards(scheme: str, hsts_seconds: int, *, has_policy: bool = False) -> Headers:
    """The headers that every answer has.

    Args:
        has_policy: the answer has a Content-Security-Policy of its own.
    """
    found = list(GUARDS if has_policy else GUARDS_AND_POLICY)
    if hsts_seconds and scheme == "https":
        found.append((b"strict-transport-security", f"max-age={hsts_seconds}".encode()))
    return found


def _hash(script: bytes) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
