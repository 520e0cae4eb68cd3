"""The headers of deprecated addresses, with the address that replaces them (RFC 9745, RFC 8288)."""

from datetime import date
from typing import Any

from fastapi import Depends, Request, Response

from app import clock
from app.addresses import address

SINCE = clock.start_of(date(2026, 11, 29))


def moved(former: str, path: str) -> Any:
    """The dependency of a route at a `former` end of an address, which is `path` now."""

    async def mark(request: Request, response: Response) -> None:
        following = address(request.url.path.removesuffix(former) + path)
        response.headers["Deprecation"] = f"@{int(SINCE.timestamp())}"
        response.headers.append("Link", f'<{following}>; rel="successor-version"')

    return Depends(mark)
