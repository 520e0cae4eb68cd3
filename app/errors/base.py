"""The error response, and the classes by status from which all others inherit."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from app.languages.messages import Message, say, sentences


class DubanError(Exception):
    """An error response. `fields` says which part of the request was wrong and what would be right.

    What has a title has a code: the name of its class, `key_expired`, unless it gives another. Clients decide by it.
    Sentences are made by `say`, so that they can be translated into the requested language.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[Message] = say("Something went wrong on our side")
    headers: Mapping[str, str] = {}

    def __init_subclass__(cls) -> None:
        if "title" in vars(cls) and "code" not in vars(cls):
            cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(
        self, detail: Message | None = None, *, fields: Sequence[tuple[str, Message]] = (), **facts: Any
    ) -> None:
        if detail is None and fields:
            detail = sentences([say("{field}: {detail}", field=name, detail=wrong) for name, wrong in fields[:5]])
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.fields = list(fields)
        self.facts = facts

    def move(self, place: str) -> None:
        """Move the names of fields in the body to another place: `query`, `body.items.3`."""
        self.fields = [(name.replace("body", place, 1), wrong) for name, wrong in self.fields]

    def problem(self) -> dict[str, Any]:
        """The members of the problem document, without those from the request."""
        return {
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "errors": [{"field": field, "detail": detail} for field, detail in self.fields],
            **self.facts,
        }


def every_error(root: type[DubanError] = DubanError) -> Iterator[type[DubanError]]:
    """All classes that carry a code of their own."""
    if "code" in vars(root) and root is not DubanError:
        yield root
    for child in root.__subclasses__():
        yield from every_error(child)


class BadRequest(DubanError):
    status = 400


class Unauthenticated(DubanError):
    status = 401
    headers: Mapping[str, str] = {"WWW-Authenticate": "Bearer"}


class Forbidden(DubanError):
    status = 403


class NotFound(DubanError):
    status = 404
    title = say("This does not exist, or you may not see it")


class Conflict(DubanError):
    status = 409


class Gone(DubanError):
    status = 410


class Unprocessable(DubanError):
    status = 422


class Unavailable(DubanError):
    status = 503
    title = say("The database cannot answer at the moment; try again")
    headers: Mapping[str, str] = {"Retry-After": "5"}
