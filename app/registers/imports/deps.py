"""Dependencies that load the page or file of a request."""

from collections.abc import Mapping
from email.message import Message
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, File, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from app.access.actors import Actor
from app.access.deps import found_before
from app.access.permissions import Permission
from app.edge.forms import Upload, file_name, form_only
from app.errors import InvalidRequest, UnsupportedMediaType
from app.languages.messages import say
from app.registers.files.reading import Form
from app.registers.imports.naming_schemas import GivenOfFile
from app.registers.imports.reading_queue import ReadingQueue
from app.registers.imports.reading_schemas import PageToRead, ReadingQuery, SentPage
from app.registers.imports.sent_register import PageAsRead, SentRegister, read_sent, read_sent_page
from app.shapes import JurisdictionCode, RowId

_JSON = "application/json"
_FORMS: Mapping[str, Form] = {"text/html": "html", "text/plain": "text"}
_ACCEPTED = [_JSON, *_FORMS]

PAGE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The page as JSON, or as it is: its HTML or its text, in the charset of the Content-Type, or, "
        "without one, in the encoding that shows itself (UTF-8, UTF-16 with its mark, GB18030, or as the HTML says).",
        "content": {
            _JSON: {"schema": {"$ref": "#/components/schemas/PageToRead"}},
            "text/html": {"schema": {"type": "string", "description": "the page's HTML, whole or its table alone"}},
            "text/plain": {"schema": {"type": "string", "description": "the page's text, as a browser copies it"}},
        },
    }
}


class _Body(NamedTuple):
    media_type: str
    charset: str | None
    content: bytes


async def _body(request: Request) -> _Body:
    from app.registers.files.encoding import known_charset

    header = Message()
    header["Content-Type"] = stated = request.headers.get("content-type", "")
    media_type = stated.partition(";")[0].strip().lower()
    charset = header.get_content_charset() if media_type in _FORMS else None
    if media_type not in _ACCEPTED:
        raise UnsupportedMediaType(stated, accepted=_ACCEPTED)
    if charset is not None and not known_charset(charset):
        raise UnsupportedMediaType(stated, accepted=[f"{media_type}; charset={name}" for name in ("utf-8", "gb18030")])
    return _Body(media_type, charset, await request.body())


def _sent_page(query: Annotated[ReadingQuery, Query()], body: Annotated[_Body, Depends(_body)]) -> SentPage:
    if body.media_type in _FORMS:
        return SentPage(body.content, _FORMS[body.media_type], body.charset, query.jurisdiction, query.given)
    try:
        wanted = PageToRead.model_validate_json(body.content)
    except ValidationError as broken:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in broken.errors()]) from broken
    if query.jurisdiction and wanted.jurisdiction and query.jurisdiction != wanted.jurisdiction:
        detail = say("the body names {code}; name the jurisdiction in one place", code=wanted.jurisdiction)
        raise InvalidRequest(detail, fields=[("query.jurisdiction", detail)])
    return SentPage(wanted.page, jurisdiction=wanted.jurisdiction or query.jurisdiction, given=query.given)


class ImportFile(GivenOfFile):
    """A register as a form sends it."""

    file: Upload = Field(
        description="xlsx, xls, docx, pdf, html, csv, tsv or a page's text; by LibreOffice doc, wps, rtf, odt, ods. "
        "Its part has an ordinary `filename`; one with `filename*` alone is not a file (RFC 7578, section 4.2)"
    )
    jurisdiction: JurisdictionCode
    checklist: RowId | None = Field(
        default=None, description="the checklist that this is a newer edition of, where its title is another"
    )


def _import_file(_: Annotated[None, Depends(form_only)], form: Annotated[ImportFile, File()]) -> ImportFile:
    return form


ImportFileDep = Annotated[ImportFile, Depends(_import_file)]


async def _editor(request: Request) -> Actor:
    return await found_before(request, Permission.EDIT_REGISTER)


async def _sent_register(
    request: Request, editor: Annotated[Actor, Depends(_editor)], form: ImportFileDep
) -> SentRegister:
    queue: ReadingQueue = request.app.state.reading_queue
    sent = await form.file.read(), file_name(form.file), queue.soffice, form.given
    return await queue.read(editor.key_id or 0, read_sent, *sent)


# First in a route: a file is read before the session begins, so that a waiting request has no connection.
SentRegisterDep = Annotated[SentRegister, Depends(_sent_register)]


async def _page_as_read(
    request: Request, editor: Annotated[Actor, Depends(_editor)], sent: Annotated[SentPage, Depends(_sent_page)]
) -> PageAsRead:
    queue: ReadingQueue = request.app.state.reading_queue
    return await queue.read(editor.key_id or 0, read_sent_page, sent)


PageAsReadDep = Annotated[PageAsRead, Depends(_page_as_read)]
