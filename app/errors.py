"""All errors, each with a stable code, and their common shape (RFC 9457).

DubanError
├── BadRequest 400 ─────── InvalidJson, InvalidForm, InvalidAddress, InvalidHost
├── Unauthenticated 401 ── MissingKey, InvalidKey, KeyExpired, KeyRevoked, PersonUnknown, InvalidToken,
│                          TokenAlgorithmNotAllowed, TokenOfOtherIssuer, TokenOfOtherAudience, TokenExpired,
│                          TokenNotYetValid, TokenOfOtherSignIn, SignInExpired, SignInDenied,
│                          ClaimMissing, ClaimRulesDisagree
├── Forbidden 403 ──────── RoleNotAllowed, NotYourUnit, OutsideScope, OnlyOfficeEnters, MetricsForbidden, FormNotOurs,
│                          OwnReport
├── NotFound 404 ───────── NoSuchRoute
├── MethodNotAllowed 405
├── RequestTimeout 408
├── Conflict 409 ───────── StaleRevision, TitleTaken, NameTaken, AlreadyExists, ObligationClosed,
│                          ObligationNotCompleted, SeveralOpenPeriods, AssignmentEnded, NoEventSchedule,
│                          TaskWithdrawn, ChecklistArchived, NoLastDay, LatenessDecided, LastDayPassed, OnlyOfficeEnds,
│                          ExtensionPending, AlreadyDecided, UnitDissolved, AwaitingReview, NotAwaitingReview,
│                          FindingOpen, FindingClosed, FindingNotAnswered, ImportNotReady,
│                          Suspended, AlreadySuspended, NotSuspended,
│                          ReportWaits, NotWaiting, AlreadyAnswered, NotTold, SubscriptionDisabled,
│                          PersonEnded, ImportCommittedAlready, PreviewOutdated, EvidenceFull, StartsOnNeeded
├── Gone 410 ───────────── AnswerRedacted, ImportRedacted
├── BodyTooLarge 413
├── UriTooLong 414
├── UnsupportedMediaType 415
├── Unprocessable 422 ──── InvalidRequest, InvalidCursor, AsOfInFuture, UnknownReference, OutsideJurisdiction,
│                          NotACollective, NotOpen, BrokenRule, UnreadableRegister, UnreadableDirectory,
│                          UnreadableCalendar, IdempotencyKeyReused, TooManyRows, FileTypeNotAllowed,
│                          NothingOwed
├── TooManyRequests 429
├── HeadersTooLarge 431
├── InternalError 500
├── Unavailable 503 ────── DatabaseReadOnly, ClockDisagrees, IssuerUnavailable
├── ReadersBusy 503
├── StorageUnavailable 503
└── FileDamaged 503
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import Index, MetaData, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from app.languages.messages import Message, alternatives, say, sentences


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


class InvalidJson(BadRequest):
    title = say("The body is not JSON in UTF-8")


class InvalidForm(BadRequest):
    title = say("The body is not a readable form; send it as multipart/form-data with its boundary")


class InvalidAddress(BadRequest):
    title = say("The address is not in UTF-8")


class InvalidHost(BadRequest):
    title = say("A request names one host: send the header Host, and once")


class Unauthenticated(DubanError):
    status = 401
    headers: Mapping[str, str] = {"WWW-Authenticate": "Bearer"}


class MissingKey(Unauthenticated):
    title = say("This needs a key: send the header Authorization: Bearer <key>")


class InvalidKey(Unauthenticated):
    title = say("This key is not valid")


class KeyExpired(Unauthenticated):
    title = say("This key has expired")


class KeyRevoked(Unauthenticated):
    title = say("This key was revoked")


class InvalidToken(Unauthenticated):
    title = say("This token is not one that the issuer signed; sign in again")


class TokenAlgorithmNotAllowed(Unauthenticated):
    title = say("This token is signed in a way that is not taken here")


class TokenOfOtherIssuer(Unauthenticated):
    title = say("This token is of another issuer")


class TokenOfOtherAudience(Unauthenticated):
    title = say("This token was issued for another server")


class TokenExpired(Unauthenticated):
    title = say("This token has expired; sign in again")


class TokenNotYetValid(Unauthenticated):
    title = say("This token is not valid yet; a clock is wrong")


class TokenOfOtherSignIn(Unauthenticated):
    title = say("This token was issued for another sign-in; sign in again")


class SignInExpired(Unauthenticated):
    title = say("This sign-in was not begun in this browser, has taken too long, or is finished; sign in again")


class SignInDenied(Unauthenticated):
    title = say("The identity provider has not signed you in")


class ClaimMissing(Unauthenticated):
    title = say("Your account has no longer what made you a person here; ask whoever manages the persons")


class ClaimRulesDisagree(Unauthenticated):
    title = say("Several claim rules match your account and give different roles or places; ask whoever manages them")


class PersonUnknown(Unauthenticated):
    title = say("This account signs nobody in here; ask whoever manages the persons")


class Forbidden(DubanError):
    status = 403


class RoleNotAllowed(Forbidden):
    title = say("Your role may not do this")


class NotYourUnit(Forbidden):
    title = say("A unit answers only for itself")


class OutsideScope(Forbidden):
    title = say("This lies outside the scope of your key")


class OnlyOfficeEnters(Forbidden):
    code = "only_office_enters"
    title = say("Only the office enters the events of this task")


class FormNotOurs(Forbidden):
    title = say("This form was not sent from a page of this session; open the page again and send it from there")


class MetricsForbidden(Forbidden):
    title = say("Metrics are read at the server itself, or with DUBAN_METRICS_TOKEN as a bearer token")


class NotFound(DubanError):
    status = 404
    title = say("This does not exist, or you may not see it")


class NoSuchRoute(NotFound):
    title = say("There is nothing at this address; see /docs")


class MethodNotAllowed(DubanError):
    status = 405
    title = say("This address does not take this method; the header Allow lists those it takes")


class RequestTimeout(DubanError):
    status = 408
    title = say("The request did not arrive in time; send it again")
    headers: Mapping[str, str] = {"Connection": "close"}  # what is still on its way is not read


class Conflict(DubanError):
    status = 409


class StaleRevision(Conflict):
    title = say("Somebody changed this after you read it; look at `current` and change that")


class TitleTaken(Conflict):
    title = say("This jurisdiction has a checklist of this title already; give another title")


class NameTaken(Conflict):
    title = say("This jurisdiction has a unit of this name or alias already; give another name")


class AlreadyExists(Conflict):
    title = say("This exists already")


class ObligationClosed(Conflict):
    title = say("This obligation is completed or waived and takes no more updates")


class OnlyOfficeEnds(Conflict):
    title = say("A standing duty is reported on; only the office ends it")


class ObligationNotCompleted(Conflict):
    title = say("Only an obligation that is completed or waived can be reopened")


class ImportNotReady(Conflict):
    title = say("A question about this file blocks; answer it before the import is committed")


class ProposalsUndecided(Conflict):
    title = say("Some rows propose times or targets; say whether these are taken or left")


class PersonEnded(Conflict):
    title = say("This person's access was ended; enter them anew")


class ImportCommittedAlready(Conflict):
    code = "import_committed"
    title = say("This import became a checklist already; send the file again for another")


class PreviewOutdated(Conflict):
    title = say("What this import would change is not what you were shown; read the preview again")


class AwaitingReview(Conflict):
    title = say("The claim of completion waits for the office; report again when it was returned")


class AlreadyReviewed(Conflict):
    title = say("The office has reviewed this already, and it stays as it was judged; send another report")


class NotAwaitingReview(Conflict):
    title = say("This is not a claim that waits for review")


class FindingOpen(Conflict):
    title = say("A finding is open on this obligation; it is done when the auditor has closed that")


class FindingClosed(Conflict):
    title = say("This finding is closed; an auditor opens another where something is left")


class FindingNotAnswered(Conflict):
    title = say("The unit has not answered this finding; it is closed after the answer")


class Suspended(Conflict):
    title = say("This obligation is suspended; claim it or ask for a later day when the office has resumed it")


class AlreadySuspended(Conflict):
    title = say("This is suspended already; resume it first")


class NotSuspended(Conflict):
    title = say("This is not suspended; there is nothing to resume")


class EvidenceFull(Conflict):
    title = say("This has as much evidence as is allowed; send another report or answer and put it there")


class SeveralOpenPeriods(Conflict):
    title = say("This unit owes several open periods of the task; post to one of `obligations`")


class AssignmentEnded(Conflict):
    title = say("The unit has no part in the task any more; assign it again first")


class NoEventSchedule(Conflict):
    title = say("This task is not counted from events; give it a schedule of the kind after_event first")


class TaskWithdrawn(Conflict):
    title = say("This task was withdrawn")


class ChecklistArchived(Conflict):
    title = say("This checklist is archived and takes no more changes")


class NoLastDay(Conflict):
    title = say("What has no last day cannot be given a later one")


class LatenessDecided(Conflict):
    title = say("Lateness is decided once; what was done on a day is given no later last day")


class LastDayPassed(Conflict):
    title = say("The last day has passed; ask the office to open the request for a later one")


class ReportWaits(Conflict):
    title = say("A report waits inside the unit for its release; release or withdraw it first")


class NotWaiting(Conflict):
    title = say("This report does not wait any more")


class OwnReport(Forbidden):
    title = say("Nobody releases their own report, unless the unit has one person; somebody else of the unit does")


class ExtensionPending(Conflict):
    title = say("A later day was asked for already, and the office has not decided yet; wait for its decision")


class AlreadyDecided(Conflict):
    title = say("This request was decided already; the unit can ask again")


class AlreadyAnswered(Conflict):
    title = say("This urging was answered already; report progress on the obligation instead")


class NotTold(Conflict):
    title = say("Units were not told of this checklist; publish it before you urge them")


class SubscriptionDisabled(Conflict):
    title = say("This subscription has ended; make another one")


class StartsOnNeeded(Conflict):
    title = say("This would make units overdue at once; say from which day it is owed")


class ReportedOn(Conflict):
    title = say("Units were told of this checklist, or have reported on it; its year stays")


class UnitDissolved(Conflict):
    title = say("This unit was dissolved; give the one that took over its tasks")


class Gone(DubanError):
    status = 410


class AnswerRedacted(Gone):
    title = say("This was done and is not done again; its answer was erased, as it contained personal data")


class ImportRedacted(Gone):
    title = say("This import was erased, as it contained personal data; `sha256` is what its file had")


class PreconditionFailed(DubanError):
    status = 412
    title = say("This server compares no ETags before a change; send the `revision` that you read in the body")


class BodyTooLarge(DubanError):
    status = 413
    title = say("The body is larger than this server takes")
    headers: Mapping[str, str] = {"Connection": "close"}  # what is still on its way is not read


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


class UriTooLong(DubanError):
    status = 414
    title = say("The address is longer than this server takes")


class RangeNotSatisfiable(DubanError):
    status = 416
    title = say("These bytes are not in the file; `size` is how many it has")

    def __init__(self, size: int) -> None:
        super().__init__(size=size)
        self.headers = {"Content-Range": f"bytes */{size}"}


class Unprocessable(DubanError):
    status = 422


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


class NothingOwed(Unprocessable):
    title = say("Nothing would be owed: every last day lies before the day from which it counts")


class UnknownReference(Unprocessable):
    title = say("Something that the request names does not exist")


class OutsideJurisdiction(Unprocessable):
    title = say("The unit does not belong to the checklist's jurisdiction")


class NotACollective(Unprocessable):
    title = say("Only a collective has members")


class NotOpen(Unprocessable):
    title = say("This unit is not an open collective of this task")


class BrokenRule(Unprocessable):
    title = say("The change would break a rule of the database")


class UnreadableRegister(Unprocessable):
    title = say("This is not a readable register")


class TooManyRows(Unprocessable):
    title = say("This is more than a file of this format can have; choose another format")


class UnreadableDirectory(Unprocessable):
    title = say("This is not a readable directory of units")


class UnreadableCalendar(Unprocessable):
    title = say("This is not a readable calendar")


class FileTypeNotAllowed(Unprocessable):
    title = say("Files of this type are not accepted as evidence")


class IdempotencyKeyReused(Unprocessable):
    title = say("This Idempotency-Key came with another request before; give each new request a key of its own")


class TooManyRequests(DubanError):
    status = 429
    title = say("Too many requests; wait as many seconds as the header Retry-After says")

    def __init__(self, detail: Message | None = None, *, seconds: int = 1) -> None:
        super().__init__(detail)
        self.headers = {"Retry-After": str(seconds)}


class HeadersTooLarge(DubanError):
    status = 431
    title = say("The headers are more or longer than this server takes")


class InternalError(DubanError):
    """An unexpected error. The handler has logged the cause."""

    status = 500
    code = "internal_error"

    def __init__(self) -> None:
        super().__init__(say("Tell us the request_id; the log has the cause under it"))


class Unavailable(DubanError):
    status = 503
    title = say("The database cannot answer at the moment; try again")
    headers: Mapping[str, str] = {"Retry-After": "5"}


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


# The error for each constraint, so that a race becomes the same 409 as an ordinary duplicate.
CONSTRAINT_ERRORS: dict[str, type[DubanError]] = {
    "uq_unit_jurisdiction_code_name": NameTaken,
    "uq_unit_alias_jurisdiction_code_name": NameTaken,
    "uq_checklist_jurisdiction_code_title": TitleTaken,
    "uq_section_checklist_id_position": AlreadyExists,
    "uq_task_checklist_id_number": AlreadyExists,
    "uq_extension_pending": ExtensionPending,
    "uq_waiting_report_waits": ReportWaits,
}


def from_integrity_error(refused: IntegrityError, metadata: MetaData) -> DubanError:
    """The error for a constraint that rejected a change, on either database."""
    driver_error: Any = refused.orig
    diagnosis = getattr(driver_error, "diag", None)
    name = diagnosis.constraint_name if diagnosis else _sqlite_constraint(str(driver_error), metadata)
    if name in CONSTRAINT_ERRORS:
        return CONSTRAINT_ERRORS[name]()
    if "foreign key" in str(driver_error).lower():
        return UnknownReference()
    if "unique" in str(driver_error).lower():
        return AlreadyExists()
    return BrokenRule(say("rule {name}", name=name) if name else None)


def _sqlite_constraint(message: str, metadata: MetaData) -> str | None:
    """SQLite names a CHECK, but of a UNIQUE only its columns: "UNIQUE constraint failed: unit.code, unit.name"."""
    kind, _, rest = message.partition(" constraint failed: ")
    if kind != "UNIQUE":
        return rest or None
    columns = rest.split(", ")
    table = metadata.tables.get(columns[0].partition(".")[0])
    if table is None:
        return None
    rules: list[UniqueConstraint | Index] = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    rules += [index for index in table.indexes if index.unique]
    for rule in rules:
        if [f"{table.name}.{column.name}" for column in rule.columns] == columns:
            return str(rule.name)
    return None
