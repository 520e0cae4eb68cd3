"""Where the server stands behind a proxy that serves it under a path, for the request that is answered."""

from functools import lru_cache
from ipaddress import ip_address, ip_network

from starlette.types import Scope

from app.addresses import root_path
from app.config import ROOT_PATH, Settings
from app.edge.request_headers import RequestHeaders

HEADER = b"x-forwarded-prefix"
PEER = "peer"  # in a scope: who the connection is with, where `client` is who a trusted proxy says that it is


def enter(scope: Scope, headers: RequestHeaders, settings: Settings) -> str:
    """Note for this request where the server stands: as a trusted proxy says, else as the settings say."""
    said = headers.values.get(HEADER)
    found = settings.root_path
    if said is not None and _is_trusted(scope.get(PEER), settings.trusted_proxies):
        text = said.decode("latin-1").rstrip("/")
        found = text if ROOT_PATH.fullmatch(text) else found
    root_path.set(found)
    return found


def _is_trusted(peer: tuple[str, int] | None, proxies: str) -> bool:
    return peer is not None and _lies_in(peer[0], proxies)


@lru_cache(1024)
def _lies_in(host: str, proxies: str) -> bool:
    try:
        return any(ip_address(host) in ip_network(one) for one in proxies.split(",") if one)
    except ValueError:  # a socket's path
        return False
