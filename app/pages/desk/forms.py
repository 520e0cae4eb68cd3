"""What the forms of a unit beside an obligation send, and what that is in the shapes of the API."""

from typing import Annotated

from fastapi import File, Form
from pydantic import BaseModel

from app.edge.forms import Upload, file_name
from app.notices.urgings.schemas import UrgingAnswer
from app.pages.days import typed_day
from app.pages.forms import half_width, shaped, whole_number
from app.shapes import WithReason
from app.updates.evidence_queries import SentFile
from app.updates.extension_schemas import ExtensionCreate
from app.updates.finding_schemas import FindingAnswerCreate
from app.updates.schemas import StatusUpdateCreate


class ReportForm(BaseModel):
    state: str = ""
    percent: str = ""
    narrative: str = ""
    next_steps: str = ""
    metric: list[str] = []  # of the targets, each with a number
    number: list[str] = []
    url: str = ""
    reported_by: str = ""
    approved_by: str = ""
    files: list[Upload] = []

    def report(self) -> StatusUpdateCreate:
        reached = zip(self.metric, self.number, strict=False)
        figures = [{"metric": metric, "number": half_width(number)} for metric, number in reached if number.strip()]
        return shaped(
            StatusUpdateCreate,
            state=self.state,
            percent=whole_number(half_width(self.percent).removesuffix("%")),
            narrative=self.narrative,
            next_steps=self.next_steps,
            figures=figures,
            evidence=[{"url": self.url}] if self.url.strip() else [],
            reported_by=self.reported_by,
            approved_by=self.approved_by,
        )

    def sent_files(self) -> list[SentFile]:
        """A browser sends an empty part where no file was chosen."""
        return [SentFile(file_name(one), one.file.read()) for one in self.files if one.filename]


class ExtensionForm(BaseModel):
    due_on: str = ""
    reason: str = ""

    def request(self) -> ExtensionCreate:
        return shaped(ExtensionCreate, due_on=typed_day(self.due_on), reason=self.reason)


class AnswerForm(BaseModel):
    """An answer to a finding or an urging."""

    answer: str = ""

    def to_finding(self) -> FindingAnswerCreate:
        return shaped(FindingAnswerCreate, narrative=self.answer)

    def to_urging(self) -> UrgingAnswer:
        return shaped(UrgingAnswer, answer=self.answer)


class ReasonForm(BaseModel):
    reason: str = ""

    def words(self) -> WithReason:
        return shaped(WithReason, reason=self.reason)


ReportFormDep = Annotated[ReportForm, File()]
ExtensionFormDep = Annotated[ExtensionForm, Form()]
ReasonFormDep = Annotated[ReasonForm, Form()]
AnswerFormDep = Annotated[AnswerForm, Form()]
