"""The shapes of claim rules in requests and responses."""

from typing import Annotated

from pydantic import ConfigDict, Field

from app.access.persons.schemas import Releases
from app.access.schemas import AccessWanted, KeyRole
from app.clock import Moment
from app.paging import PageQuery
from app.shapes import Name, OutputShape

Issuer = Annotated[
    Name | None,
    Field(
        max_length=300,
        description="`iss` of the accounts; without it DUBAN_OIDC_ISSUER",
        examples=["https://sso.huoqiu.gov.cn"],
    ),
]


class ClaimRuleCreate(AccessWanted):
    """What the holders of accounts with a value in a claim shall be allowed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "claim": "groups",
                    "value": "chengguan-reporters",
                    "role": "reporter",
                    "jurisdiction": "341522",
                    "units": [24],
                }
            ]
        }
    )

    issuer: Issuer = None
    claim: Annotated[Name, Field(max_length=100, description="name of the claim", examples=["groups"])]
    value: Annotated[
        Name,
        Field(description="what the claim is, or what its list has", examples=["chengguan-reporters"]),
    ]
    releases: Releases = True


class ClaimRulePublic(OutputShape):
    id: int
    issuer: str = Field(examples=["https://sso.huoqiu.gov.cn"])
    claim: str = Field(examples=["groups"])
    value: str = Field(examples=["chengguan-reporters"])
    role: KeyRole
    jurisdiction: str
    units: list[int]
    releases: bool
    created_at: Moment
    ended_at: Moment | None


class ClaimRuleQuery(PageQuery):
    pass
