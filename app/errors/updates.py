"""Reports with their reviews, findings and evidence, and the notices about them."""

from app.errors.base import Conflict, Forbidden, Unprocessable
from app.languages.messages import say


class ReportWaits(Conflict):
    title = say("A report waits inside the unit for its release; release or withdraw it first")


class NotWaiting(Conflict):
    title = say("This report does not wait any more")


class OwnReport(Forbidden):
    title = say("Nobody releases their own report, unless the unit has one person; somebody else of the unit does")


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


class EvidenceFull(Conflict):
    title = say("This has as much evidence as is allowed; send another report or answer and put it there")


class FileTypeNotAllowed(Unprocessable):
    title = say("Files of this type are not accepted as evidence")


class AlreadyAnswered(Conflict):
    title = say("This urging was answered already; report progress on the obligation instead")


class NotTold(Conflict):
    title = say("Units were not told of this checklist; publish it before you urge them")


class SubscriptionDisabled(Conflict):
    title = say("This subscription has ended; make another one")
