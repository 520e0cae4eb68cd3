"""Receivers that messages are really sent to: a server of e-mail, one that checks signed webhooks, and stand-ins of
chat robots, written after their makers' pages and not after our code."""

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks import Webhook

Answer = tuple[int, bytes, dict[str, str]]
Handler = Callable[[str, dict[str, str], bytes], Answer]


class Mailbox:
    """A server of e-mail that takes everything."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.receivers: list[str] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(mail)
        self.receivers += envelope.rcpt_tos
        return "250 OK"


@contextmanager
def mail_server(**options: Any) -> Iterator[tuple[Mailbox, int]]:
    """A server of e-mail and its port."""
    box = Mailbox()
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


@contextmanager
def http_server(handler: Handler, tls: SSLContext | None = None) -> Iterator[str]:
    """Answers POST as the handler says. Gives its address."""

    class Handling(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            status, content, headers = handler(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handling)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


class Hook:
    """Takes what is signed with one of its secrets, and nothing else."""

    def __init__(self, *secrets: str, checks_age: bool = False) -> None:
        self.secrets, self.seen, self.ids = list(secrets), [], []
        self.status, self.headers = 200, {}
        self.checks_age = checks_age
        self.lock = threading.Lock()

    secrets: list[str]
    seen: list[dict[str, Any]]
    ids: list[str]
    headers: dict[str, str]

    def __call__(self, _path: str, headers: dict[str, str], body: bytes) -> Answer:
        if self.status != 200:
            return self.status, b"away", self.headers
        if not any(self._is_signed(secret, headers, body) for secret in self.secrets):
            return 401, b"not signed", {}
        with self.lock:
            self.ids.append(headers["webhook-id"])
            self.seen.append(json.loads(body))
        return 204, b"", {}

    def _is_signed(self, secret: str, headers: dict[str, str], body: bytes) -> bool:
        signed = (
            f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        )  # the clock of tests is fake
        key = base64.b64decode(secret.removeprefix("whsec_"))
        right = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        if self.checks_age:
            Webhook(secret).verify(body, headers)
        return right in headers["webhook-signature"].split()


class Robots:
    """企业微信, 钉钉 and 飞书: each answers 200 and says by a code what it thinks of a message."""

    KEYWORD = "督办"
    SECRET = "SEC-0123456789"  # noqa: S105  of a stand-in

    def __init__(self, pace: int = 20) -> None:
        self.texts: dict[str, list[str]] = {"wecom": [], "dingtalk": [], "feishu": []}
        self._times: dict[str, deque[float]] = {name: deque(maxlen=pace) for name in self.texts}
        self.pace, self.now = pace, time.time

    def __call__(self, path: str, _headers: dict[str, str], body: bytes) -> Answer:
        split = urlsplit(path)
        name, content = split.path.strip("/"), json.loads(body)
        code = getattr(self, f"_{name}")(parse_qs(split.query), content)
        key = "code" if name == "feishu" else "errcode"
        return 200, json.dumps({key: code, "errmsg": "ok" if code == 0 else "refused"}).encode(), {}

    def _take(self, name: str, text: str, size: int, too_long: int, too_fast: int) -> int:
        if len(text.encode()) > size:
            return too_long
        times, now = self._times[name], self.now()
        if len(times) == self.pace and times[0] > now - 60:
            return too_fast
        times.append(now)
        self.texts[name].append(text)
        return 0

    def _wecom(self, _query: dict[str, list[str]], content: Any) -> int:
        assert content["msgtype"] == "text"
        return self._take("wecom", content["text"]["content"], 2048, 40058, 45009)

    def _dingtalk(self, query: dict[str, list[str]], content: Any) -> int:
        text = content["text"]["content"]
        if self.KEYWORD not in text:
            return 310000
        stamp = query.get("timestamp", ["0"])[0]
        sign = hmac.new(self.SECRET.encode(), f"{stamp}\n{self.SECRET}".encode(), hashlib.sha256).digest()
        if query.get("sign") != [base64.b64encode(sign).decode()]:
            return 310000
        return self._take("dingtalk", text, 20_000, 460101, 410100)

    def _feishu(self, _query: dict[str, list[str]], content: Any) -> int:
        key = f"{content.get('timestamp')}\n{self.SECRET}".encode()
        if content.get("sign") != base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode():
            return 19021
        return self._take("feishu", content["content"]["text"], 20_000, 10003, 11232)
