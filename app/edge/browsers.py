"""The headers for browsers: CORS, and the security headers of responses."""

import base64
import hashlib
import re

from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.addresses import address
from app.edge.one_piece import Headers, header_lines

SENT = ["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "X-Request-ID"]
SHOWN = ["ETag", "Link", "Location", "X-Request-ID", "Retry-After", "Content-Language", "Content-Disposition"]
SHOWN += ["Repr-Digest", "X-Seconds-Behind"]
GUARDS = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
POLICY_LINE = POLICY[0] + b": "
PAGES = frozenset({"/docs", "/docs/oauth2-redirect", "/redoc"})
# the pages of /docs and /redoc: their own files, and the one inline script of each, by its hash
DOCS_POLICY = (
    "default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def cors(app: ASGIApp, origins: tuple[str, ...]) -> ASGIApp:
    """Cross-origin requests from the origins that the settings name, without cookies: keys travel in a header."""
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return CORSMiddleware(
        app, allow_origins=origins, allow_methods=methods, allow_headers=SENT, expose_headers=SHOWN, max_age=600
    )


class DocsPolicy:
    """Lets the pages of the documentation run their own scripts: their policy names these."""

    def __init__(self, app: ASGIApp, pages: frozenset[str]) -> None:
        self.app = app
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in self.pages:
            await self.app(scope, receive, send)
            return
        scope = {**scope, "root_path": address("")}  # by which they find the document and their scripts
        start: Message = {}

        async def with_policy(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message  # until its body tells which scripts are its own
                return
            if start:
                hashes = " ".join(_hash(script) for script in INLINE_SCRIPT.findall(message.get("body", b"")))
                policy = DOCS_POLICY.format(scripts=hashes).replace(" ;", ";")
                MutableHeaders(scope=start)["Content-Security-Policy"] = policy
                await send(start)
                start = {}
            await send(message)

        await self.app(scope, receive, with_policy)


class Guards:
    """The headers on every response that prevent framing, sniffing and referrers."""

    def __init__(self, more: Headers) -> None:
        self._without_policy = [*GUARDS, *more]
        self._lines = header_lines([POLICY, *self._without_policy])
        self._lines_without_policy = header_lines(self._without_policy)

    def headers(self, others: Headers) -> Headers:
        """Args:
        others: the response's own; they may have a Content-Security-Policy.
        """
        has_policy = any(name == POLICY[0] for name, _ in others)
        return self._without_policy if has_policy else [POLICY, *self._without_policy]

    def lines(self, others: bytes) -> bytes:
        """`headers`, for an answer whose head is written already."""
        return self._lines_without_policy if POLICY_LINE in others else self._lines


def guards_by_scheme(hsts_seconds: int, more: Headers) -> dict[str, Guards]:
    """Strict-Transport-Security is sent over https only (RFC 6797, section 7.2), and only for seconds over 0."""
    hsts = [(b"strict-transport-security", f"max-age={hsts_seconds}".encode())] if hsts_seconds else []
    return {"http": Guards(more), "https": Guards([*hsts, *more])}


def _hash(script: bytes) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
