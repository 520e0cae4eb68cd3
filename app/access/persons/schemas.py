"""What the routes of persons take and answer."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, StrictBool

from app.access.persons.models import PersonState
from app.access.schemas import AccessWanted, KeyRole, UnitIds
from app.clock import Moment
from app.languages.messages import say
from app.paging import PageQuery
from app.shapes import InputShape, Name, OutputShape, PersonName, Revision


def _one_word(text: str) -> str:
    if not text.isprintable() or " " in text:
        raise ValueError(say("holds a blank; give it as the issuer writes it in `sub`"))
    return text


Subject = Annotated[
    Name,
    Field(max_length=255, description="`sub` of their account", examples=["f3a1c0d2"]),
    AfterValidator(_one_word),
]


Releases = Annotated[
    StrictBool, Field(description="审核人: releases what others of the units reported, where a checklist asks for it")
]


class PersonCreate(AccessWanted):
    """Somebody who signs in. Who speaks for units has the role reporter; everyone else a jurisdiction prefix."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "issuer": "https://sso.huoqiu.gov.cn",
                    "subject": "f3a1c0d2",
                    "name": "张三",
                    "role": "reporter",
                    "jurisdiction": "341522",
                    "units": [24],
                }
            ]
        }
    )

    issuer: Annotated[
        Name | None,
        Field(
            max_length=300,
            description="`iss` of their account; without it DUBAN_OIDC_ISSUER",
            examples=["https://sso.huoqiu.gov.cn"],
        ),
    ] = None
    subject: Subject
    name: PersonName
    releases: Releases = True


class PersonChange(InputShape):
    """What is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 1, "units": [24, 25]}]})

    revision: Revision
    name: PersonName | None = None
    role: KeyRole | None = None
    units: UnitIds | None = None
    releases: Releases | None = None


class PersonPublic(OutputShape):
    id: int
    issuer: str = Field(examples=["https://sso.huoqiu.gov.cn"])
    subject: str = Field(description="empty once it was erased")
    name: str = Field(examples=["张三"])
    role: KeyRole
    jurisdiction: str
    units: list[int]
    rule: int | None = Field(description="the claim rule by which they were made; null where the office entered them")
    releases: bool
    state: PersonState
    created_at: Moment
    ended_at: Moment | None
    revision: int


class PersonQuery(PageQuery):
    role: KeyRole | None = None
    state: PersonState | None = None
