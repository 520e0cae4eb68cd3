"""The handlers that turn every error into an RFC 9457 problem document."""

from collections.abc import Sequence
from typing import Any

from asgi_correlation_id import correlation_id
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import ConfigDict, Field, JsonValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from app import errors
from app.addresses import address
from app.database.outages import outage
from app.database.waiting import ClientGone
from app.edge.observation import CLIENT_GONE
from app.errors import DubanError
from app.languages.catalogue import in_language
from app.languages.messages import Message, say, sentences
from app.languages.negotiation import language_headers, language_of
from app.languages.validation import sentence
from app.shapes import OutputShape

CODES: list[JsonValue] = [*sorted(error.code for error in errors.every_error())]


class ProblemField(OutputShape):
    field: str = Field(
        description="where in the request: body.percent, query.limit, path.task_id", examples=["body.percent"]
    )
    detail: str = Field(
        description="what was wrong and what would be right", examples=["Input should be less than or equal to 100"]
    )


class Problem(OutputShape):
    """A problem document (RFC 9457). Clients decide by `code`, which never changes; `detail` is for people."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(
        description="the address under this server that explains it", examples=["/problems/obligation_closed"]
    )
    title: str = Field(examples=["This obligation is completed or waived and takes no more updates"])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["obligation 539 was completed on 2026-11-24"])
    code: str = Field(examples=["obligation_closed"], json_schema_extra={"enum": CODES})
    errors: list[ProblemField] = []
    instance: str | None = Field(
        None, description="the path of the request", examples=["/api/v1/obligations/539/updates"]
    )
    request_id: str | None = Field(
        None, description="also in the header X-Request-ID and in the server's log", examples=["0f1c9d7e5b"]
    )


# The error responses that any route may give; /problems lists the codes.
ANSWERS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, description in (
        (400, "the body is not JSON or not a form, or the address is not UTF-8"),
        (401, "no key, or one that is not valid"),
        (403, "the key's role or scope does not allow this"),
        (404, "it does not exist, or you may not see it"),
        (408, "the body did not arrive in time"),
        (409, "the current state does not allow it"),
        (410, "it was erased, as it contained personal data"),
        (412, "If-Match was sent; `revision` in the body says what a change was made from"),
        (413, "the body is too large"),
        (414, "the address is too long"),
        (415, "the body is of a type that is not accepted here"),
        (422, "a field, filter or cursor cannot be used"),
        (429, "too many requests"),
        (431, "the headers are too large"),
        (500, "a defect of ours"),
        (503, "the database or the folder for files cannot answer, or too many files wait to be read"),
    )
}


def answer(request: Request, error: DubanError, headers: dict[str, str] | None = None) -> Response:
    """The response for an error, in the requested language: a problem document, or a page for a browser."""
    language, body = language_of(request), problem_of(request, error)
    own = {"Cache-Control": "no-store", **error.headers, **(headers or {}), **language_headers(language)}
    if wants_page(request):
        page: Response = request.app.state.problem_page(request, body, own)
        return page
    return JSONResponse(body, error.status, headers=own, media_type="application/problem+json")


def problem_of(request: Request, error: DubanError) -> dict[str, Any]:
    """The problem document for an error, in the requested language."""
    body = {"type": address(f"/problems/{error.code}"), **in_language(error.problem(), language_of(request))}
    return body | {"instance": address(request.scope["path"])[:1000], "request_id": correlation_id.get()}


def wants_page(request: Request) -> bool:
    """Whether a browser requests a page; the API always returns documents."""
    is_api = request.scope["path"].startswith("/api/")
    return (
        not is_api and "text/html" in request.headers.get("accept", "") and hasattr(request.app.state, "problem_page")
    )


def install(app: FastAPI) -> None:
    """Give the app one handler for each family of errors."""

    @app.exception_handler(DubanError)
    def ours(request: Request, error: DubanError) -> Response:
        return answer(request, error)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        found = error.errors()
        if any(one["type"] == "model_attributes_type" and isinstance(one["input"], bytes) for one in found):
            # a body that the framework did not parse, since its type is not JSON
            return answer(request, _no_json(request))
        return answer(request, from_validation(found))

    @app.exception_handler(HTTPException)
    def framework(request: Request, error: HTTPException) -> Response:
        return answer(request, _from_http(request, error), dict(error.headers or {}))

    @app.exception_handler(DBAPIError)
    @app.exception_handler(PoolTimeout)
    def database_away(request: Request, error: DBAPIError | PoolTimeout) -> Response:
        unavailable = outage(error)
        if unavailable is None:
            raise error
        return answer(request, unavailable)

    @app.exception_handler(ClientGone)
    def client_gone(_: Request, __: ClientGone) -> Response:
        return Response(status_code=CLIENT_GONE)  # for the log alone

    @app.exception_handler(Exception)
    def unforeseen(request: Request, error: Exception) -> Response:
        return answer(request, errors.InternalError())


def from_validation(found: Sequence[Any]) -> DubanError:
    """One error for all fields that did not fit their shape."""
    if any(one["type"] == "json_invalid" for one in found):
        one = next(one for one in found if one["type"] == "json_invalid")
        return errors.InvalidJson(not_json(one["loc"][-1], one["ctx"]["error"]))
    fields = [(".".join(str(part) for part in one["loc"]), sentence(one)) for one in found]
    first = [say("{field}: {detail}", field=field, detail=detail) for field, detail in fields[:5]]
    return errors.InvalidRequest(sentences(first), fields=fields)


def not_json(place: object, reason: str) -> Message:
    """The error of the JSON parser, with its position."""
    return say(
        "what stands at character {place} is not JSON ({reason}); check quotes, commas and brackets",
        place=place,
        reason=reason,
    )


def _no_json(request: Request) -> errors.UnsupportedMediaType:
    return errors.UnsupportedMediaType(request.headers.get("content-type", ""), accepted=["application/json"])


def _from_http(request: Request, error: HTTPException) -> DubanError:
    classes = {404: errors.NoSuchRoute, 405: errors.MethodNotAllowed, 413: errors.BodyTooLarge}
    if error.status_code in classes:
        return classes[error.status_code]()
    if error.status_code == 415:
        return _no_json(request)
    if request.headers.get("content-type", "").lower().startswith("multipart/") and error.status_code == 400:
        return errors.InvalidForm()
    if error.status_code == 400:  # the framework could not decode the body
        return errors.InvalidJson(say("its characters are not UTF-8; send it as JSON in UTF-8"))
    return errors.InternalError()
