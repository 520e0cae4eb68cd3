"""The only HTTP client: it calls hosts that the operator named, in bounded time, without redirects."""

import asyncio
import socket
import ssl
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from app.notices.channels.message import Outcome, Result, cut

if TYPE_CHECKING:  # it takes a thirtieth of a server's start, and only the tick and a new address need it
    import httpx

SECONDS = 10.0  # for everything: the name, the connection and the answer
LARGEST = 64 * 1024  # bytes of an answer that are read
GONE = 410
Address = IPv4Address | IPv6Address


class NotAllowed(Exception):
    """DUBAN_NOTICE_HOSTS does not name the host, or not the address that its name leads to."""


def require_allowed(url: str, hosts: Sequence[str]) -> "httpx.URL":
    """Raises:
    NotAllowed: it is not an address, or the operator did not name its host.
    """
    import httpx

    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as broken:
        raise NotAllowed from broken
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo:
        raise NotAllowed
    name = parsed.host.lower()
    if name not in hosts and not _in_networks(name, hosts):
        raise NotAllowed
    return parsed


def _in_networks(text: str, hosts: Sequence[str]) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return any(address in ip_network(one) for one in hosts if _is_network(one))


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _require_reachable(address: Address, hosts: Sequence[str]) -> None:
    """A name may lead to public addresses, and to a private one only if the operator named that too."""
    if not address.is_global and not _in_networks(str(address), hosts):
        raise NotAllowed


def post(url: str, body: bytes, headers: Mapping[str, str], hosts: Sequence[str]) -> tuple[Outcome, bytes]:
    """Send a body. Returns the outcome and the beginning of the response."""
    import httpx

    try:
        return asyncio.run(_post(require_allowed(url, hosts), body, headers, hosts))
    except NotAllowed:
        return Outcome(Result.AWAY, answer="DUBAN_NOTICE_HOSTS does not allow this address"), b""
    except TimeoutError:
        return Outcome(Result.AWAY, answer=f"no answer within {SECONDS:g} seconds"), b""
    except (httpx.HTTPError, OSError, UnicodeError) as broken:
        return Outcome(Result.AWAY, answer=f"cannot be reached: {type(broken).__name__}"), b""


async def _post(
    url: "httpx.URL", body: bytes, headers: Mapping[str, str], hosts: Sequence[str]
) -> tuple[Outcome, bytes]:
    import httpx

    async with asyncio.timeout(SECONDS):
        address = await _resolved(url, hosts)
        straight = url.copy_with(host=str(address))
        host = url.netloc.decode()
        trusted = ssl.create_default_context()  # as for mail: the machine's authorities, or those of SSL_CERT_FILE
        client = httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=SECONDS, verify=trusted)
        request = client.build_request(
            "POST",
            straight,
            content=body,
            headers={**headers, "Host": host, "Accept-Encoding": "identity"},
            extensions={"sni_hostname": url.host},  # the certificate is that of the name
        )
        async with client:
            answer = await client.send(request, stream=True)
            content = await _beginning(answer)
        return _outcome(answer, content), content


async def _resolved(url: "httpx.URL", hosts: Sequence[str]) -> Address:
    """The address of a host, resolved once: the checked address is the one to connect to."""
    port = url.port or (443 if url.scheme == "https" else 80)
    found = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    address = ip_address(found[0][4][0])
    _require_reachable(address, hosts)
    return address


async def _beginning(answer: "httpx.Response") -> bytes:
    content = b""
    async for piece in answer.aiter_raw():
        content += piece
        if len(content) >= LARGEST:
            break
    await answer.aclose()
    return content[:LARGEST]


def _outcome(answer: "httpx.Response", content: bytes) -> Outcome:
    said = cut(content.decode("utf-8", "replace"))
    if answer.is_success:
        return Outcome(Result.SENT, answer.status_code, said)
    if answer.status_code == GONE:
        return Outcome(Result.GONE, answer.status_code, said)
    is_away = answer.status_code == HTTPStatus.TOO_MANY_REQUESTS or answer.is_server_error or answer.is_redirect
    return Outcome(Result.AWAY if is_away else Result.REJECTED, answer.status_code, said, _retry_after(answer))


def _retry_after(answer: "httpx.Response") -> float | None:
    """Seconds to wait, at most a day. A date (RFC 9110, 10.2.3) is compared with that of the response, so that no clock
    but the receiver's counts."""
    after = answer.headers.get("retry-after", "")
    if after.isascii() and after.isdigit() and len(after) < 9:
        return min(float(after), 86_400.0)
    try:
        then, now = (parsedate_to_datetime(one) for one in (after, answer.headers.get("date", "")))
        return min(max((then - now).total_seconds(), 0.0), 86_400.0)
    except (ValueError, TypeError):
        return None
