"""The range requests of files (RFC 9110, 14), so that a download can continue."""

from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response

from app.edge.problems import ANSWERS
from app.errors import RangeNotSatisfiable

NO_PART: dict[str, Any] = {**ANSWERS[422], "description": "these bytes are not in the file"}
CONTENT_RANGE = {"Content-Range": {"description": "which bytes, of how many", "schema": {"type": "string"}}}


class _WantedBytes:
    """The part of a file that a request wants: one range of its bytes, or all. Several ranges give all."""

    def __init__(
        self,
        request: Request,
        range_: Annotated[
            str | None,
            Header(alias="Range", description="some bytes of the file; all without it", examples=["bytes=0-999"]),
        ] = None,
    ) -> None:
        self._range = None if "if-range" in request.headers else range_  # it needs a strong ETag; ours are weak

    def answer(self, content: bytes, headers: dict[str, str]) -> Response:
        """Raises:
        RangeNotSatisfiable: the file has none of these bytes.
        """
        from werkzeug.http import parse_range_header

        headers["Accept-Ranges"] = "bytes"
        wanted = parse_range_header(self._range)
        if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
            return Response(content, headers=headers)
        found = wanted.range_for_length(len(content))
        if found is None:
            raise RangeNotSatisfiable(len(content))
        start, end = found
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(content)}"
        return Response(content[start:end], 206, headers)


WantedBytes = Annotated[_WantedBytes, Depends()]
