"""What the server itself cannot do at the moment."""

from collections.abc import Mapping

from app.errors.base import DubanError, Unavailable
from app.languages.messages import say


class InternalError(DubanError):
    """An unexpected error. The handler has logged the cause."""

    status = 500
    code = "internal_error"

    def __init__(self) -> None:
        super().__init__(say("Tell us the request_id; the log has the cause under it"))


class ReadersBusy(DubanError):
    status = 503
    title = say("Other files are being read; send this one again after as many seconds as the header Retry-After says")
    headers: Mapping[str, str] = {"Retry-After": "20"}


class DatabaseReadOnly(Unavailable):
    title = say("The database takes no changes at the moment: it is a standby, or another takes over; try again")


class ServerReadOnly(Unavailable):
    title = say("This server only reads; send changes to the address of the server that takes them")


class ClockDisagrees(Unavailable):
    title = say("The clock of this server cannot be believed, so nothing is recorded; tell whoever runs the server")


class IssuerUnavailable(Unavailable):
    title = say("The identity provider does not answer at the moment; try again in half a minute")


class StorageUnavailable(DubanError):
    status = 503
    title = say("The files of evidence cannot be reached at the moment; tell whoever runs the server, and try again")
    headers: Mapping[str, str] = {"Retry-After": "5"}


class FileDamaged(DubanError):
    status = 503
    title = say("The stored file is missing or was altered")
