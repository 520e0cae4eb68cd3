"""The shapes of notices, events and the preview of reminders."""

from datetime import date
from typing import Annotated

from pydantic import Field

from app.clock import Moment
from app.notices.models import ReceiverKind, TimeEvent
from app.notices.subscriptions.schemas import DeliveryPublic
from app.paging import PageQuery
from app.shapes import MAX_NUMBER, Day, InputShape, OutputShape, RowId


class NoticePublic(OutputShape):
    """A notice. Its text is made of the current rows."""

    id: int
    receiver: ReceiverKind
    unit_id: int | None
    verb: str = Field(description="of the journal's entry, or reminder", examples=["extension.granted"])
    obligation_id: int | None
    planned_at: Moment
    is_read: bool = Field(description="with this key")
    is_current: bool = Field(description="false if it is not true any more; then it has no text")
    title: str = Field(examples=["【督办】3 项工作需关注"])
    lines: list[str] = Field(examples=[["司法局：第 3 项 按月公开就业信息（最后期限 2026-12-31）"]])
    more: str = Field(examples=["另有 412 项"])


class NoticeQuery(PageQuery):
    unread: Annotated[bool | None, Field(description="whether it is still unread with this key")] = None


class EventPublic(OutputShape):
    """A time event. It is not journaled."""

    seq: int
    event: TimeEvent
    checklist_id: int
    obligation_id: int
    unit_id: int
    due_on: date
    happened_on: date


class EventQuery(PageQuery):
    after_seq: Annotated[
        int, Field(alias="after", ge=0, le=MAX_NUMBER, description="seq of the last one that you know")
    ] = 0
    checklist: RowId | None = None
    unit: RowId | None = None


class PreviewQuery(InputShape):
    day: Annotated[Day | None, Field(description="today without it")] = None
    checklist: Annotated[RowId | None, Field(description="only of this checklist")] = None


class PreviewLine(OutputShape):
    obligation_id: int
    unit_id: int
    due_on: date
    rung: str = Field(description="working days from the last day, or per cent of the time", examples=["-3"])
    colour: str = Field(examples=["yellow"])


class PreviewMessage(OutputShape):
    """One message that would be sent."""

    receiver: ReceiverKind
    jurisdiction: str
    unit_id: int | None
    unit_name: str | None = Field(examples=["司法局"])
    contacts: int = Field(description="people of the unit who are written to")
    lines: list[PreviewLine] = Field(description="the first of them, and why")
    more: int = Field(description="how many more it speaks of")


class Preview(OutputShape):
    """The messages of a day if every ladder were on, in the current state."""

    day: date
    is_working: bool = Field(description="on a day off nothing is sent")
    items: list[PreviewMessage]


class ContactDelivery(DeliveryPublic):
    """A mail to one of a unit's contacts, without the address."""

    contact_id: int


class JobHealth(OutputShape):
    name: str = Field(examples=["send"])
    last_run_at: Moment | None
    done: int | None = Field(description="what its last run made or sent")


class NoticesHealth(OutputShape):
    """The state of the tick and of deliveries."""

    is_ticking: bool = Field(description="`duban tick` ran within the last five minutes")
    is_late: bool = Field(description="the tick does not run, and something was due")
    waiting: int = Field(description="deliveries that wait")
    overdue: int = Field(description="of these, due more than five minutes ago")
    jobs: list[JobHealth]
