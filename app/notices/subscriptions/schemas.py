"""The shapes of subscriptions in requests and responses."""

import re
from datetime import time
from typing import Annotated, ClassVar

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from app.clock import Moment
from app.languages.catalogue import Language
from app.languages.messages import say
from app.notices.models import DeliveryState, ReceiverKind
from app.notices.subscriptions.models import Channel
from app.paging import PageQuery
from app.shapes import (
    MAX_NUMBER,
    BodyId,
    InputShape,
    JurisdictionCode,
    JurisdictionPrefix,
    Name,
    OutputShape,
    explained,
)
from app.units.schemas import Mailbox

MAIL = TypeAdapter(Mailbox)
FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


def _hour(text: str) -> str:
    try:
        return time.fromisoformat(text).strftime("%H:%M")
    except ValueError as broken:
        raise ValueError(say("is not an hour; give it as 22:00")) from broken


Hour = Annotated[str, Field(max_length=8, examples=["22:00"]), AfterValidator(_hour)]
Verb = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z_.]{1,60}$"),
    explained(say("is not a verb of the journal; give such as extension.granted")),
    Field(examples=["extension.granted"]),
]
Secret = Annotated[
    str,
    StringConstraints(pattern=r"^[!-~]{8,200}$"),
    explained(say("is not a secret; give 8 to 200 letters, digits and signs, without blanks")),
    Field(examples=["SEC0123456789abcdef"]),
]
StreamName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]+(:[0-9]{1,20})?$"),
    explained(say("is not the name of a stream; give such as checklist:1")),
    Field(examples=["checklist:1"]),
]


class SubscriptionCreate(InputShape):
    """A receiver, its events and its channel. A webhook gets entries of the journal and time events; every
    other channel gets the notices of one receiver."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "jurisdiction": "341522",
                    "name": "县政务平台",
                    "channel": "webhook",
                    "address": "https://hooks.huoqiu.gov.cn/duban",
                    "verbs": ["update.posted", "obligation.became_overdue"],
                },
                {
                    "jurisdiction": "341522",
                    "name": "督办群",
                    "channel": "wecom",
                    "address": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
                    "receiver": "office",
                },
            ]
        }
    )

    jurisdiction: JurisdictionCode
    name: Name = Field(max_length=100, examples=["督办群"])
    channel: Channel
    address: Annotated[
        Name,
        Field(max_length=1000, description="URL, e-mail address, or the folder's name; it is not shown again"),
    ]
    secret: Annotated[
        Secret | None, Field(description="with which a robot's messages are signed; a webhook is given one")
    ] = None
    receiver: Annotated[ReceiverKind | None, Field(description="of every channel but webhook")] = None
    unit_id: Annotated[BodyId | None, Field(description="where the receiver is a unit")] = None
    checklist_id: Annotated[BodyId | None, Field(description="only what this one says")] = None
    verbs: Annotated[list[Verb], Field(max_length=100, description="only these; all of them without any")] = []
    language: Language = Language.CHINESE
    quiet_from: Annotated[Hour | None, Field(description="in Shanghai; nothing is sent from then on")] = None
    quiet_until: Hour | None = None

    @model_validator(mode="after")
    def fits_its_channel(self) -> "SubscriptionCreate":
        if (self.receiver is None) != (self.channel is Channel.WEBHOOK):
            raise ValueError(say("receiver: a webhook has none, and every other channel needs one"))
        if (self.unit_id is None) == (self.receiver is ReceiverKind.UNIT):
            raise ValueError(say("unit_id: it goes with the receiver unit, and with no other"))
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValueError(say("quiet_until: quiet hours have a beginning and an end; give both or neither"))
        if self.channel is Channel.MAIL:
            MAIL.validate_python(self.address)
        if self.channel is Channel.FOLDER and not FOLDER.fullmatch(self.address):
            raise ValueError(say("address: a folder's name has letters, digits, - and _ only"))
        if self.secret is not None and self.channel in (Channel.WEBHOOK, Channel.MAIL, Channel.FOLDER):
            raise ValueError(say("secret: this channel has none; a webhook is given one"))
        return self


class SubscriptionPublic(OutputShape):
    id: int
    jurisdiction: str
    name: str = Field(examples=["督办群"])
    channel: Channel
    receiver: ReceiverKind | None
    unit_id: int | None
    checklist_id: int | None
    verbs: list[str] = Field(examples=[["extension.granted"]])
    language: Language
    quiet_from: str | None = Field(examples=["22:00"])
    quiet_until: str | None = Field(examples=["07:00"])
    secrets: int = Field(description="how many secrets sign; two while one is being replaced")
    created_at: Moment
    disabled_at: Moment | None


class SubscriptionCreated(SubscriptionPublic):
    shown_once: ClassVar[frozenset[str]] = frozenset({"secret"})

    secret: str | None = Field(
        description="with which a webhook's messages are verified; shown this once", examples=["whsec_…"]
    )


class SubscriptionQuery(PageQuery):
    jurisdiction: Annotated[JurisdictionPrefix | None, Field(description="GB/T 2260 code or a prefix of it")] = None
    channel: Annotated[Channel | None, Field(description="over which it is told")] = None
    active: Annotated[bool | None, Field(description="whether it is still told")] = None


class DeliveryPublic(OutputShape):
    id: int
    message_id: str = Field(examples=["msg_1b0f…"], description="Message-ID or webhook-id, however often it is sent")
    stream: str | None = Field(examples=["checklist:1"])
    seq: int | None
    notice_id: int | None
    subject: str = Field(examples=["obligation:539"])
    state: DeliveryState
    created_at: Moment
    next_at: Moment
    tries: int
    last_status: int | None
    last_answer: str = Field(examples=["ok"], description="200 characters of it")
    sent_at: Moment | None


class DeliveryQuery(PageQuery):
    state: DeliveryState | None = None


class Replay(InputShape):
    """The position in a stream after which deliveries are sent again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"stream": "checklist:1", "after": 40}]})

    stream: StreamName
    after: Annotated[int, Field(ge=0, le=MAX_NUMBER, description="the last seq that arrived")]


class Redelivered(OutputShape):
    deliveries: int = Field(description="how many wait now to be sent again; newer ones come by themselves")
