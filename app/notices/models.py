"""The tables of the tick: runs of jobs, cursors of the journal's readers, notices and deliveries.

None of this is journaled: it says nothing about the register, and contains no words of people. A notice names rows, and
its text is made of them when it is read or sent: so erased words are not sent.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import uuid4

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.database.columns import IDENTITY, BigId, enum_type, identity, partial_index, reference


def new_message_id() -> str:
    """An id by which a receiver recognises a message that is sent again."""
    return f"msg_{uuid4().hex}"


class ReceiverKind(StrEnum):
    """The kinds of receivers of a notice."""

    UNIT = "unit"
    OFFICE = "office"
    AUDITORS = "auditors"


class TimeEvent(StrEnum):
    """The events that time alone causes. They are in no stream: lateness stays computed."""

    DUE_SOON = "due_soon"
    BECAME_OVERDUE = "became_overdue"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"  # no longer true when it was to be sent
    FAILED = "failed"  # the receiver rejected it, or is gone


class JobRun(SQLModel, table=True):
    """A run of a job for a slot of time. The process that inserts its row runs it, in the same transaction."""

    __tablename__: ClassVar[Any] = "job_run"
    __table_args__ = (UniqueConstraint("name", "slot"), IDENTITY)

    id: int = identity()
    name: str = Field(max_length=20)
    slot: str = Field(max_length=20)  # a day, or a minute
    started_at: datetime
    done: int = 0  # rows that it made


class StreamCursor(SQLModel, table=True):
    """The position of one reader in one stream."""

    __tablename__: ClassVar[Any] = "stream_cursor"
    __table_args__ = (UniqueConstraint("reader", "stream"), IDENTITY)

    id: int = identity()
    reader: str = Field(max_length=40)  # `notices`, or `subscription:3`
    stream: str = Field(max_length=60)
    seq: int = Field(sa_type=BigId)


class NoticeEvent(SQLModel, table=True):
    """A time event of an obligation, once for each last day."""

    __tablename__: ClassVar[Any] = "notice_event"
    __table_args__ = (UniqueConstraint("obligation_id", "due_on", "event"), IDENTITY)

    id: int = identity()
    checklist_id: int = reference("checklist.id")
    obligation_id: int = reference("obligation.id")
    unit_id: int = reference("unit.id")
    event: TimeEvent = Field(sa_type=enum_type(TimeEvent, "event"))
    due_on: date
    happened_on: date

    @property
    def verb(self) -> str:
        """Its name in a subscription."""
        return f"obligation.{self.event}"


class Reminder(SQLModel, table=True):
    """提醒: a rung of the ladder that fired for an obligation and a last day."""

    __tablename__: ClassVar[Any] = "reminder"
    __table_args__ = (UniqueConstraint("obligation_id", "due_on", "rung"), IDENTITY)

    id: int = identity()
    obligation_id: int = reference("obligation.id")
    due_on: date
    rung: str = Field(max_length=20)
    fired_on: date


class Notice(SQLModel, table=True):
    """A message to one receiver, to read in Duban; other channels get it by a Delivery."""

    __tablename__: ClassVar[Any] = "notice"
    __table_args__ = (
        UniqueConstraint("receiver", "cause"),
        Index("ix_notice_unit_id", "unit_id", "id"),
        Index("ix_notice_jurisdiction_code", "jurisdiction_code", "receiver_kind", "id"),
        CheckConstraint("(unit_id IS NULL) = (receiver_kind <> 'unit')", name="unit_of_units"),
        IDENTITY,
    )

    id: int = identity()
    receiver: str = Field(max_length=40)  # `unit:24`, `office:341522`
    receiver_kind: ReceiverKind = Field(sa_type=enum_type(ReceiverKind, "receiver_kind"))
    unit_id: int | None = reference("unit.id", optional=True)
    jurisdiction_code: str = Field(max_length=12)
    verb: str = Field(max_length=60)  # of the journal's entry, or `reminder`
    cause: str = Field(max_length=120)  # `checklist:1#57`, or the run and its day
    who: str = Field(default="", max_length=40)  # who acted, as in the journal: they get no notice
    obligation_id: int | None = reference("obligation.id", optional=True)
    about_id: int | None = Field(default=None, sa_type=BigId)  # the urging, finding, extension … that the verb is about
    items: list[Any] = Field(default=[], sa_type=JSON)  # of a digest: obligation, last day, rung
    planned_at: datetime


class ReadMark(SQLModel, table=True):
    """The mark that a key's owner has read a notice."""

    __tablename__: ClassVar[Any] = "read_mark"
    __table_args__ = (UniqueConstraint("key_id", "notice_id"), IDENTITY)

    id: int = identity()
    key_id: int = reference("api_key.id")
    notice_id: int = reference("notice.id")


class DeliveryTarget(SQLModel, table=True):
    """Where deliveries go: a subscription or a contact's mailbox. One tick at a time sends to it."""

    __tablename__: ClassVar[Any] = "delivery_target"
    __table_args__ = (
        CheckConstraint("(subscription_id IS NULL) <> (contact_id IS NULL)", name="one_of_two"),
        UniqueConstraint("subscription_id"),
        UniqueConstraint("contact_id"),
        IDENTITY,
    )

    id: int = identity()
    subscription_id: int | None = reference("subscription.id", optional=True)
    contact_id: int | None = reference("unit_contact.id", optional=True)
    lease_until: datetime | None = None  # a tick sends to it until then
    not_before: datetime | None = None  # it was away, or wants fewer: nothing is sent earlier
    failing_since: datetime | None = None


class Delivery(SQLModel, table=True):
    """送达: one message to one target, with its tries. Its id on the wire is always `message_id`."""

    __tablename__: ClassVar[Any] = "delivery"
    __table_args__ = (
        UniqueConstraint("target_id", "stream", "seq"),
        UniqueConstraint("target_id", "notice_id"),
        UniqueConstraint("message_id"),
        CheckConstraint("(notice_id IS NULL) = (seq IS NOT NULL)", name="notice_or_entry"),
        Index("ix_delivery_target_id", "target_id", "id"),
        partial_index("ix_delivery_waiting", "target_id", "next_at", where="state = 'waiting'"),
        IDENTITY,
    )

    id: int = identity()
    target_id: int = reference("delivery_target.id")
    notice_id: int | None = reference("notice.id", optional=True)
    stream: str | None = Field(default=None, max_length=60)
    seq: int | None = Field(default=None, sa_type=BigId)
    subject: str = Field(max_length=60)  # deliveries about one subject stay in order
    message_id: str = Field(default_factory=new_message_id, max_length=40)
    state: DeliveryState = Field(default=DeliveryState.WAITING, sa_type=enum_type(DeliveryState, "state"))
    created_at: datetime
    next_at: datetime
    tries: int = 0
    last_status: int | None = None
    last_answer: str = Field(default="", max_length=200)
    sent_at: datetime | None = None
