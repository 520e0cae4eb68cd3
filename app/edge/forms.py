"""Forms, as browsers send files."""

from fastapi import Request

from app.errors import UnsupportedMediaType

FORM = "multipart/form-data"


def form_only(request: Request) -> None:
    """Raises:
    UnsupportedMediaType: the body is said to be something else than a form.
    """
    stated = request.headers.get("content-type", "")
    if stated.partition(";")[0].strip().lower() != FORM:
        raise UnsupportedMediaType(stated, accepted=[FORM])
