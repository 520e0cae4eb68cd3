"""What is wrong with a request before anybody looks at what it is about: its form, size, address or day."""

from collections.abc import Mapping, Sequence

from app.errors.base import BadRequest, Conflict, DubanError, Gone, NotFound, Unprocessable
from app.languages.messages import Message, alternatives, say


class InvalidJson(BadRequest):
    title = say("The body is not JSON in UTF-8")


class InvalidForm(BadRequest):
    title = say("The body is not a readable form; send it as multipart/form-data with its boundary")


class InvalidAddress(BadRequest):
    title = say("The address is not in UTF-8")


class InvalidHost(BadRequest):
    title = say("A request names one host: send the header Host, and once")


class NoSuchRoute(NotFound):
    title = say("There is nothing at this address; see /docs")


class MethodNotAllowed(DubanError):
    status = 405
    title = say("This address does not take this method; the header Allow lists those it takes")


class RequestTimeout(DubanError):
    status = 408
    title = say("The request did not arrive in time; send it again")
    headers: Mapping[str, str] = {"Connection": "close"}  # what is still on its way is not read


class StaleRevision(Conflict):
    title = say("Somebody changed this after you read it; look at `current` and change that")


class AnswerRedacted(Gone):
    title = say("This was done and is not done again; its answer was erased, as it contained personal data")


class PreconditionFailed(DubanError):
    status = 412
    title = say("This server compares no ETags before a change; send the `revision` that you read in the body")


class BodyTooLarge(DubanError):
    status = 413
    title = say("The body is larger than this server takes")
    headers: Mapping[str, str] = {"Connection": "close"}  # what is still on its way is not read


class UriTooLong(DubanError):
    status = 414
    title = say("The address is longer than this server takes")


class UnsupportedMediaType(DubanError):
    status = 415
    title = say("The body is of a type that this address does not take; `accepted` lists those it takes")

    def __init__(self, sent: str, *, accepted: Sequence[str]) -> None:
        found = (
            say("the body is said to be {type}", type=sent[:100]) if sent else say("the header Content-Type is missing")
        )
        super().__init__(
            say("{found}; send it as {accepted}", found=found, accepted=alternatives(accepted)), accepted=list(accepted)
        )


class RangeNotSatisfiable(DubanError):
    status = 416
    title = say("These bytes are not in the file; `size` is how many it has")

    def __init__(self, size: int) -> None:
        super().__init__(size=size)
        self.headers = {"Content-Range": f"bytes */{size}"}


class InvalidRequest(Unprocessable):
    title = say("Some of what was sent cannot be used; `errors` names each field")


class InvalidCursor(Unprocessable):
    title = say("This cursor does not belong to this list; start again without one")


class AsOfInFuture(Unprocessable):
    title = say("Nobody knows yet what will stand on a later day; as_of is today or before")


class KnownOnInFuture(Unprocessable):
    title = say("Nobody knows yet what will be recorded on a later day; known_on is today or before")


class KnownBeforeAsOf(Unprocessable):
    title = say("Nothing is known of a day before it comes; known_on is as_of or a later day")


class IdempotencyKeyReused(Unprocessable):
    title = say("This Idempotency-Key came with another request before; give each new request a key of its own")


class FormSentBefore(Conflict):
    title = say("This form was sent before with other words, and that was done; look at the page, then send it again")


class TooManyRequests(DubanError):
    status = 429
    title = say("Too many requests; wait as many seconds as the header Retry-After says")

    def __init__(self, detail: Message | None = None, *, seconds: int = 1) -> None:
        super().__init__(detail)
        self.headers = {"Retry-After": str(seconds)}


class HeadersTooLarge(DubanError):
    status = 431
    title = say("The headers are more or longer than this server takes")
