"""Tasks, assignments, and what is owed by which day."""

from app.errors.base import Conflict, Forbidden, Unprocessable
from app.languages.messages import say


class OnlyOfficeEnters(Forbidden):
    title = say("Only the office enters the events of this task")


class TaskWithdrawn(Conflict):
    title = say("This task was withdrawn")


class AssignmentEnded(Conflict):
    title = say("The unit has no part in the task any more; assign it again first")


class NoEventSchedule(Conflict):
    title = say("This task is not counted from events; give it a schedule of the kind after_event first")


class StartsOnNeeded(Conflict):
    title = say("This would make units overdue at once; say from which day it is owed")


class NothingOwed(Unprocessable):
    title = say("Nothing would be owed: every last day lies before the day from which it counts")


class ObligationClosed(Conflict):
    title = say("This obligation is completed or waived and takes no more updates")


class OnlyOfficeEnds(Conflict):
    title = say("A standing duty is reported on; only the office ends it")


class ObligationNotCompleted(Conflict):
    title = say("Only an obligation that is completed or waived can be reopened")


class SeveralOpenPeriods(Conflict):
    title = say("This unit owes several open periods of the task; post to one of `obligations`")


class Suspended(Conflict):
    title = say("This obligation is suspended; claim it or ask for a later day when the office has resumed it")


class AlreadySuspended(Conflict):
    title = say("This is suspended already; resume it first")


class NotSuspended(Conflict):
    title = say("This is not suspended; there is nothing to resume")


class LatenessDecided(Conflict):
    title = say("Lateness is decided once; what was done on a day is given no later last day")


class NoLastDay(Conflict):
    title = say("What has no last day cannot be given a later one")


class LastDayPassed(Conflict):
    title = say("The last day has passed; ask the office to open the request for a later one")


class ExtensionPending(Conflict):
    title = say("A later day was asked for already, and the office has not decided yet; wait for its decision")


class AlreadyDecided(Conflict):
    title = say("This request was decided already; the unit can ask again")
