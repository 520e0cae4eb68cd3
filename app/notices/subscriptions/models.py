"""The table of subscriptions and its rules."""

from collections.abc import Mapping, Set
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, Index, Text
from sqlmodel import Field

from app.checklists.models import catalogue_of
from app.database.columns import IDENTITY, enum_type, identity, reference
from app.errors import SubscriptionDisabled
from app.journal.recorder import StreamRef
from app.journal.rows import Journaled
from app.languages.catalogue import Language
from app.languages.messages import say
from app.notices.models import ReceiverKind
from app.updates.releases.models import INSIDE


class Channel(StrEnum):
    MAIL = "mail"
    WEBHOOK = "webhook"
    WECOM = "wecom"  # 企业微信群机器人
    DINGTALK = "dingtalk"  # 钉钉群机器人
    FEISHU = "feishu"  # 飞书群机器人
    FOLDER = "folder"  # one JSON file a message, for networks that are crossed by hand


class CatalogueRow(Journaled):
    """A row in the stream of a jurisdiction's catalogue."""

    journal_kind: ClassVar[str] = "catalogue"
    journal_key: ClassVar[str | None] = "jurisdiction_code"

    jurisdiction_code: str

    @property
    def stream(self) -> StreamRef:
        return catalogue_of(self.jurisdiction_code)


class Subscription(CatalogueRow, table=True):
    """订阅: a receiver, its events and its channel. A webhook gets entries; every other channel gets the notices
    of one receiver. The address is secret, and in the journal only a digest."""

    __tablename__: ClassVar[Any] = "subscription"
    __table_args__ = (
        Index("ix_subscription_jurisdiction_code", "jurisdiction_code", "id"),
        CheckConstraint("(receiver_kind IS NULL) = (channel = 'webhook')", name="webhooks_hear_of_entries"),
        CheckConstraint("unit_id IS NULL OR receiver_kind = 'unit'", name="unit_of_units"),
        CheckConstraint("receiver_kind <> 'unit' OR unit_id IS NOT NULL", name="units_are_named"),
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_from_until"),
        IDENTITY,
    )
    journal_digests: ClassVar[frozenset[str]] = frozenset({"address", "secrets"})
    journal_changes: ClassVar[Mapping[str, Set[str]]] = {
        "subscription.rotated": {"secrets"},
        "subscription.ended": {"address", "secrets", "disabled_at"},
        "subscription.disabled": {"disabled_at"},
    }
    personal: ClassVar[frozenset[str]] = frozenset({"name"})
    codes: ClassVar[frozenset[str]] = frozenset(
        {"jurisdiction_code", "address", "secrets", "verbs", "quiet_from", "quiet_until"}
    )

    id: int = identity()
    jurisdiction_code: str = Field(foreign_key="jurisdiction.code", max_length=12)
    name: str = Field(max_length=100)
    channel: Channel = Field(sa_type=enum_type(Channel, "channel"))
    receiver_kind: ReceiverKind | None = Field(
        default=None, sa_type=enum_type(ReceiverKind, "receiver_kind"), nullable=True
    )
    unit_id: int | None = reference("unit.id", optional=True)
    checklist_id: int | None = reference("checklist.id", optional=True)  # only what this one says
    verbs: list[str] = Field(default=[], sa_type=JSON)  # only these; all without any
    language: Language = Field(default=Language.CHINESE, sa_type=enum_type(Language, "language"))
    quiet_from: str | None = Field(default=None, max_length=5)  # 22:00, in Shanghai
    quiet_until: str | None = Field(default=None, max_length=5)
    address: str = Field(sa_type=Text)  # sealed (channels/sealing.py)
    secrets: str = Field(default="", sa_type=Text)  # sealed; two while one is being replaced
    created_at: datetime
    disabled_at: datetime | None = None

    @property
    def quiet(self) -> tuple[str, str] | None:
        """The hours in which nothing is sent: from and until."""
        return (self.quiet_from, self.quiet_until) if self.quiet_from and self.quiet_until else None

    def wants(self, verb: str) -> bool:
        """Whether it wants a verb; it may name all or some. What happened inside a unit is told to the unit alone."""
        may = self.receiver_kind is ReceiverKind.UNIT or not verb.startswith(INSIDE)
        return may and (not self.verbs or verb in self.verbs)

    def require_active(self) -> None:
        """Raises:
        SubscriptionDisabled.
        """
        if self.disabled_at is not None:
            raise SubscriptionDisabled(say("subscription {id} has ended; make another one", id=self.id))
