"""An identity provider of our own, on this machine: real HTTP, real keys."""

import base64
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from joserfc.jws import JWSRegistry

from app import clock

AUDIENCE = "duban"
ANY = JWSRegistry(algorithms=["HS256", "RS256", "PS256", "ES256"], strict_check_header=False)


@cache
def rsa(kid: str) -> RSAKey:
    """To make one takes a while."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


class TestIssuer:
    """Signs tokens, tells its keys, counts who asks for them, and can be away."""

    __test__ = False

    def __init__(self, url: str) -> None:
        self.url = url
        self.says = url  # what its metadata call it
        self.keys = KeySet([rsa("first")])
        self.is_away = False
        self.fetches = 0
        self.more: dict[str, Any] = {}  # of its metadata
        self.gives: Any = (200, {})  # what it answers to a code: the status and the content
        self.token_requests: list[tuple[dict[str, str], str | None]] = []  # forms with a code, and their credentials

    def token(self, subject: str = "f3a1", key: Any = None, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A right token, but for what is said. A claim of None is left out."""
        seconds = int(clock.now().timestamp())
        whole = {"iss": self.url, "aud": AUDIENCE, "sub": subject, "iat": seconds, "exp": seconds + 300, **claims}
        key = key or self.keys.keys[0]
        header = {"alg": "RS256", "kid": key.kid, **(header or {})}
        return jwt.encode(
            header, {name: value for name, value in whole.items() if value is not None}, key, registry=ANY
        )

    def symmetric_with_public_key(self) -> str:
        """The attack on libraries that take the algorithm from the token: the public key as a secret."""
        public = rsa("first").as_pem(private=False)
        signed = f"{_part({'alg': 'HS256', 'kid': 'first'})}.{self.token().split('.')[1]}"
        signature = hmac.digest(public, signed.encode(), "sha256")
        return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"

    def unsigned(self) -> str:
        return f"{_part({'alg': 'none', 'kid': 'first'})}.{self.token().split('.')[1]}."

    def rotate(self) -> None:
        self.keys = KeySet([rsa("second")])

    @staticmethod
    def elliptic() -> ECKey:
        return ECKey.generate_key("P-256", {"kid": "elliptic"})


def _part(content: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@contextmanager
def serving_issuer() -> Iterator[TestIssuer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.fetches += self.path == "/keys"
            metadata = {
                "issuer": issuer.says,
                "jwks_uri": f"{issuer.url}/keys",
                "authorization_endpoint": f"{issuer.url}/authorize?tenant=341522",
                "token_endpoint": f"{issuer.url}/token",
                **issuer.more,
            }
            answers: dict[str, Any] = {
                "/.well-known/openid-configuration": metadata,
                "/keys": issuer.keys.as_dict(private=False),
            }
            self._answer(503 if issuer.is_away else 200, json.dumps(answers[self.path]))

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["content-length"])).decode()
            issuer.token_requests.append((dict(parse_qsl(form)), self.headers["authorization"]))
            status, content = issuer.gives
            self._answer(
                503 if issuer.is_away else status, content if isinstance(content, str) else json.dumps(content)
            )

        def _answer(self, status: int, content: str) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer = TestIssuer(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield issuer
        server.shutdown()
        thread.join()
