"""The shapes of jurisdictions, units and contacts in requests and responses."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, StrictBool, StringConstraints, model_validator

from app.languages.messages import say
from app.paging import PageQuery
from app.shapes import (
    InputShape,
    JurisdictionCode,
    JurisdictionPrefix,
    Name,
    OutputShape,
    PersonName,
    Revision,
    RowId,
    SearchText,
    explained,
)
from app.units.models import UnitKind

DivisionCode = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{6,12}$"),
    explained(say("is not a statistical division code; give 6 to 12 digits, such as 341522100")),
    Field(examples=["341522100000"]),
]


PhoneNumber = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9 +()（）、,;/转-]{0,50}$"),
    explained(say("is not a telephone number; give up to 50 digits, blanks and signs such as + - ( )")),
    Field(examples=["0564-6021234"]),
]


MAILBOX = re.compile(r"[^@\s<>,;:\"()\\\[\]]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
NO_ADDRESS = say("email: a contact who is told needs an e-mail address; give one")


def _mailbox(text: str) -> str:
    if text and not MAILBOX.fullmatch(text):
        raise ValueError(say("is not an e-mail address; give one such as zhang@huoqiu.gov.cn"))
    return text


Mailbox = Annotated[str, Field(max_length=254, examples=["zhang@huoqiu.gov.cn"]), AfterValidator(_mailbox)]


class ContactCreate(InputShape):
    """A person through whom a unit is reached."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "张三", "position": "办公室主任", "phone": "0564-6021234"}]}
    )

    name: PersonName
    position: Annotated[Name | None, Field(max_length=100, description="职务", examples=["办公室主任"])] = None
    phone: PhoneNumber = ""
    email: Mailbox = ""
    is_told: Annotated[StrictBool, Field(description="is written to when the unit is told of something")] = False
    gets_digests: Annotated[StrictBool, Field(description="and when it is reminded")] = True

    @model_validator(mode="after")
    def can_be_told(self) -> "ContactCreate":
        if self.is_told and not self.email:
            raise ValueError(NO_ADDRESS)
        return self


class ContactChange(InputShape):
    """What is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"gets_digests": False}]})

    email: Mailbox | None = None
    is_told: StrictBool | None = None
    gets_digests: StrictBool | None = None


class ContactPublic(OutputShape):
    id: int
    unit_id: int
    name: str = Field(examples=["张三"])
    position: str = Field(description="职务", examples=["办公室主任"])
    phone: str = Field(examples=["0564-6021234"])
    email: str = Field(examples=["zhang@huoqiu.gov.cn"])
    is_told: bool = Field(description="is written to when the unit is told of something")
    gets_digests: bool = Field(description="and when it is reminded")


class ContactQuery(PageQuery):
    pass


class UnitCreate(InputShape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"jurisdiction": "341522", "kind": "department", "name": "数据资源管理局", "aliases": ["数据局"]}
            ]
        }
    )

    jurisdiction: JurisdictionCode
    kind: UnitKind
    name: Name
    code: Annotated[DivisionCode | None, Field(description="statistical division code, where it has one")] = None
    aliases: Annotated[list[Name], Field(max_length=50)] = []
    is_open: Annotated[
        StrictBool, Field(description="a collective whose members the office has to name: 县直有关单位")
    ] = False

    @model_validator(mode="after")
    def only_collectives_are_open(self) -> "UnitCreate":
        if self.is_open and self.kind is not UnitKind.COLLECTIVE:
            raise ValueError(say("is_open: only a collective can be open; leave it out, or give collective as kind"))
        return self


class UnitChange(InputShape):
    """What is left out stays. A former name becomes an alias, since old registers print it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 1, "is_confirmed": True}]})

    revision: Revision
    name: Name | None = None
    code: DivisionCode | None = None
    is_confirmed: StrictBool | None = None


class AliasCreate(InputShape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "自然资源局"}]})

    name: Name = Field(examples=["自然资源局"])


class UnitPublic(OutputShape):
    id: int
    jurisdiction: str
    kind: UnitKind
    name: str
    code: str | None
    aliases: list[str]
    is_open: bool
    is_confirmed: bool = Field(description="false while only an import has met the name")
    dissolved_on: date | None = Field(description="the first day on which the unit does not exist")
    revision: int


class UnitQuery(PageQuery):
    jurisdiction: Annotated[JurisdictionPrefix | None, Field(description="GB/T 2260 code or a prefix of it")] = None
    kind: UnitKind | None = None
    confirmed: Annotated[bool | None, Field(description="whether somebody looked at what an import had met")] = None
    collective: Annotated[RowId | None, Field(description="units that are members of this collective")] = None
    q: Annotated[SearchText | None, Field(description="part of the name or of an alias")] = None


class JurisdictionEntry(InputShape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "六安市"}]})

    name: Name = Field(examples=["霍邱县"])


class JurisdictionPublic(OutputShape):
    code: str = Field(examples=["341522"])
    name: str = Field(examples=["霍邱县"])


class JurisdictionQuery(PageQuery):
    jurisdiction: Annotated[JurisdictionPrefix | None, Field(description="GB/T 2260 code or a prefix of it")] = None
