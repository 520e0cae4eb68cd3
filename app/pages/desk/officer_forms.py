"""What the forms of the office and of auditors send, and what that is in the shapes of the API."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import Form
from pydantic import BaseModel

from app.notices.urgings.schemas import UrgingCreate
from app.pages.days import typed_day
from app.pages.forms import shaped, whole_number
from app.updates.extension_schemas import DecisionWrite
from app.updates.finding_schemas import FindingClosure, FindingCreate, FindingExtension
from app.updates.review_schemas import ReviewWrite


class ReviewForm(BaseModel):
    judgement: str = ""
    reason: str = ""

    def review(self) -> ReviewWrite:
        return shaped(ReviewWrite, judgement=self.judgement, reason=self.reason)


class DecisionForm(BaseModel):
    decision: str = ""
    due_on: str = ""
    reason: str = ""

    def words(self) -> DecisionWrite:
        return shaped(DecisionWrite, decision=self.decision, due_on=typed_day(self.due_on), reason=self.reason)


class UrgingForm(BaseModel):
    obligation: list[str] = []  # on the page of one obligation its address says which
    words: str = ""
    answer_by: str = ""

    def urging(self, obligations: Iterable[int | str] | None = None) -> UrgingCreate:
        chosen = [whole_number(one) for one in self.obligation] if obligations is None else obligations
        items = [{"obligation_id": one} for one in chosen]
        return shaped(UrgingCreate, items=items, words=self.words, answer_by=typed_day(self.answer_by))


class FindingForm(BaseModel):
    kind: str = ""
    narrative: str = ""
    due_on: str = ""
    claim_held: str = ""

    def finding(self) -> FindingCreate:
        held = _yes_or_no(self.claim_held)
        return shaped(
            FindingCreate, kind=self.kind, narrative=self.narrative, due_on=typed_day(self.due_on), claim_held=held
        )


class ClosureForm(BaseModel):
    conclusion: str = ""
    claim_held: str = ""

    def closure(self) -> FindingClosure:
        return shaped(FindingClosure, conclusion=self.conclusion, claim_held=_yes_or_no(self.claim_held))


class FindingExtensionForm(BaseModel):
    due_on: str = ""
    reason: str = ""

    def extension(self) -> FindingExtension:
        return shaped(FindingExtension, due_on=typed_day(self.due_on), reason=self.reason)


def _yes_or_no(text: str) -> bool | str:
    """Any other text is for the shape to reject."""
    return {"true": True, "false": False}.get(text, text)


ReviewFormDep = Annotated[ReviewForm, Form()]
DecisionFormDep = Annotated[DecisionForm, Form()]
UrgingFormDep = Annotated[UrgingForm, Form()]
FindingFormDep = Annotated[FindingForm, Form()]
ClosureFormDep = Annotated[ClosureForm, Form()]
FindingExtensionFormDep = Annotated[FindingExtensionForm, Form()]
