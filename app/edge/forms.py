"""The parsing of forms with files, as browsers send them."""

import re
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import Request, UploadFile
from pydantic import Field

from app.errors import UnsupportedMediaType

FORM = "multipart/form-data"


def _any_file(schema: dict[str, Any]) -> None:
    """The framework's schema says that a file is a string, which in TypeScript a `Blob` is not: it may be anything."""
    file = {name: schema.pop(name) for name in ("type", "contentMediaType")}
    schema["anyOf"] = [
        {**file, "format": "binary"},
        {"format": "binary", "description": "a Blob or File, in a browser"},
    ]


Upload = Annotated[UploadFile, Field(json_schema_extra=_any_file)]


def form_only(request: Request) -> None:
    """Raises:
    UnsupportedMediaType: the body's type is not that of a form.
    """
    stated = request.headers.get("content-type", "")
    if stated.partition(";")[0].strip().lower() != FORM:
        raise UnsupportedMediaType(stated, accepted=[FORM])


_EXTENDED = re.compile(r"""filename\*\s*=\s*([\w-]+)'[^']*'([^;"\s]+)""", re.IGNORECASE)


def file_name(file: UploadFile) -> str:
    """A file's name as its sender wrote it: an extended one (RFC 8187), else one in UTF-8 or, as programs of Chinese
    Windows send it, in GBK. The framework takes what is not UTF-8 for Latin-1."""
    disposition, name = file.headers.get("content-disposition", ""), file.filename or ""
    try:
        if extended := _EXTENDED.search(disposition):
            name = unquote(extended[2], extended[1], "strict")
        elif not _is_utf8(disposition.encode("latin-1")):
            name = name.encode("latin-1").decode("gb18030")
    except (UnicodeError, LookupError):  # it is neither, or the form says another encoding
        pass
    return name.replace("\x00", "")


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
