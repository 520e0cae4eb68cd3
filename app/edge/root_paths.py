"""The root path of a request, under which a proxy serves this server."""

from functools import lru_cache
from ipaddress import ip_address, ip_network

from starlette.types import Scope

from app.addresses import root_path
from app.config import Settings
from app.edge.request_headers import RequestHeaders
from app.setting_types import ROOT_PATH

HEADER = b"x-forwarded-prefix"
PEER = "peer"  # in a scope: the peer of the connection; `client` is the one that a trusted proxy names


def enter(scope: Scope, headers: RequestHeaders, settings: Settings) -> str:
    """Set the root path of this request: from a trusted proxy, else from the settings."""
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
