"""Checklists, imports and the directory of units."""

from app.errors.base import Conflict, Gone, Unprocessable
from app.languages.messages import say


class TitleTaken(Conflict):
    title = say("This jurisdiction has a checklist of this title already; give another title")


class NameTaken(Conflict):
    title = say("This jurisdiction has a unit of this name or alias already; give another name")


class UnitDissolved(Conflict):
    title = say("This unit was dissolved; give the one that took over its tasks")


class OutsideJurisdiction(Unprocessable):
    title = say("The unit does not belong to the checklist's jurisdiction")


class NotACollective(Unprocessable):
    title = say("Only a collective has members")


class NotOpen(Unprocessable):
    title = say("This unit is not an open collective of this task")


class ChecklistArchived(Conflict):
    title = say("This checklist is archived and takes no more changes")


class ReportedOn(Conflict):
    title = say("Units were told of this checklist, or have reported on it; its year stays")


class ImportNotReady(Conflict):
    title = say("A question about this file blocks; answer it before the import is committed")


class ProposalsUndecided(Conflict):
    title = say("Some rows propose times or targets; say whether these are taken or left")


class ImportCommittedAlready(Conflict):
    code = "import_committed"
    title = say("This import became a checklist already; send the file again for another")


class PreviewOutdated(Conflict):
    title = say("What this import would change is not what you were shown; read the preview again")


class ImportRedacted(Gone):
    title = say("This import was erased, as it contained personal data; `sha256` is what its file had")


class UnreadableRegister(Unprocessable):
    title = say("This is not a readable register")


class UnreadableDirectory(Unprocessable):
    title = say("This is not a readable directory of units")


class UnreadableCalendar(Unprocessable):
    title = say("This is not a readable calendar")


class TooManyRows(Unprocessable):
    title = say("This is more than a file of this format can have; choose another format")
