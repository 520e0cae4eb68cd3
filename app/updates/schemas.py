"""The shapes of updates in requests and responses."""

from typing import Annotated

from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    TypeAdapter,
    model_validator,
)

from app.addresses import address
from app.checklists.targets import Figure, one_of_each_metric
from app.clock import Moment
from app.edge.forms import Upload
from app.languages.messages import say
from app.paging import PageQuery
from app.shapes import BodyId, InputShape, Instant, Items, OutputShape, PersonName, Prose, RowId, Words, explained
from app.updates.file_kinds import KINDS
from app.updates.models import Claim, Evidence
from app.updates.review_schemas import ReviewPublic, WithdrawalPublic

_http_url = TypeAdapter(AnyHttpUrl)


def _http_link(text: str) -> str:
    """Stored as sent; it has to be an http or https address without a password."""
    url = _http_url.validate_python(text)
    if url.username or url.password:
        raise ValueError(say("contains a user name or a password; give the address without them"))
    return text


Link = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=r"^[^\s\x00-\x1f\x7f]+$"),
    explained(say("is not a web address; give one that begins with http:// or https://, of at most 2000 characters")),
    AfterValidator(_http_link),
]


MOST_EVIDENCE = 20  # of one report or answer
FILE_ADDRESS = "/api/v1/evidence/{id}/file"


class EvidenceWrite(InputShape):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://www.huoqiu.gov.cn/", "title": "公开页面"}]}
    )

    url: Link = Field(
        description="http or https address; it is stored and never fetched", examples=["https://www.huoqiu.gov.cn/"]
    )
    title: Annotated[Prose, Field(max_length=200)] = ""


EvidenceLinks = Annotated[list[EvidenceWrite], Field(max_length=MOST_EVIDENCE)]


class StatusUpdateCreate(InputShape):
    """A unit's report. `completed` closes the obligation on the day on which it arrived."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "state": "completed",
                    "narrative": "已按月公开动态信息,静态信息已分类置顶。",
                    "reported_by": "张三",
                    "approved_by": "李四",
                    "evidence": [{"url": "https://www.huoqiu.gov.cn/", "title": "公开页面"}],
                }
            ]
        }
    )

    state: Claim
    percent: Annotated[Annotated[int, Strict()] | None, Field(ge=0, le=100, examples=[60])] = None
    narrative: Words = Field(description="what has been done", examples=["已按月公开动态信息,静态信息已分类置顶。"])
    next_steps: Prose = ""
    figures: Annotated[
        list[Figure],
        Field(max_length=20, description="what was reached of the task's targets"),
        AfterValidator(one_of_each_metric),
    ] = []
    evidence: EvidenceLinks = []
    reported_by: Annotated[
        PersonName | None, Field(description="填报人: who filled it in; the name of the key when left out")
    ] = None
    approved_by: Annotated[PersonName | None, Field(description="审核人: who in the unit approved it")] = None

    @property
    def claims_completion(self) -> bool:
        return self.state is Claim.COMPLETED

    @model_validator(mode="after")
    def completed_is_whole(self) -> "StatusUpdateCreate":
        if self.claims_completion and self.percent not in (None, 100):
            raise ValueError(say("percent: what is completed is at 100; leave it out, or report it as in progress"))
        return self


class UpdateItem(StatusUpdateCreate):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"obligation_id": 539, "state": "in_progress", "narrative": "正在办理。"}]}
    )

    obligation_id: BodyId


class PostMany(InputShape):
    """A unit's reports on several obligations."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {"obligation_id": 539, "state": "completed", "narrative": "已按月公开。"},
                        {"obligation_id": 540, "state": "in_progress", "percent": 60, "narrative": "正在办理。"},
                    ]
                }
            ]
        }
    )

    items: Items[UpdateItem]


class ReceiptItem(InputShape):
    obligation_id: BodyId


class ReceiveMany(InputShape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [{"obligation_id": 539}]}]})

    items: Items[ReceiptItem]


class ReceiptPublic(OutputShape):
    obligation_id: int
    acknowledged_at: Moment = Field(description="签收: when the unit first acknowledged it")


class ReceivedMany(OutputShape):
    items: list[ReceiptPublic]


class EvidenceFile(InputShape):
    """A file of evidence in a form."""

    file: Upload = Field(description=f"one of {', '.join(KINDS)}; the content has to agree with the name's ending")
    title: Annotated[Prose, Field(max_length=200)] = ""


class EvidencePublic(OutputShape):
    """A link or a file. For a file, `url` is its download, and the last four members describe it."""

    id: int
    url: str
    title: str
    file_name: str | None = Field(examples=["公开截图.png"])
    media_type: str | None = Field(examples=["image/png"])
    size: int | None = Field(description="bytes")
    sha256: str | None = Field(
        description="of the content", examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]
    )


def evidence_public(evidence: Evidence) -> EvidencePublic:
    shown = EvidencePublic.model_validate(evidence)
    if evidence.sha256 is None:
        return shown
    return shown.model_copy(update={"url": address(FILE_ADDRESS.format(id=evidence.id))})


class StatusUpdatePublic(OutputShape):
    id: int
    obligation_id: int
    task_id: int
    unit_id: int
    checklist_id: int
    state: Claim = Field(description="what the unit claimed")
    percent: int | None
    narrative: str
    next_steps: str
    figures: list[Figure]
    contradicts_target: bool = Field(description="it claims completion, and misses a target of each unit")
    evidence: list[EvidencePublic]
    review: ReviewPublic | None = Field(description="审核: the office's judgement of a claim of completion")
    withdrawal: WithdrawalPublic | None = Field(description="撤回: the unit withdrew the claim; null if not")
    reported_by: str = Field(description="填报人", examples=["张三"])
    reported_at: Moment | None = Field(description="when it was written, if it waited in the unit for its release")
    approved_by: str = Field(description="审核人; empty when nobody was named", examples=["李四"])
    posted_at: Moment


class ObligationUpdateQuery(PageQuery):
    pass


class UpdateQuery(PageQuery):
    unit: RowId | None = None
    task: RowId | None = None
    checklist: RowId | None = None
    awaiting_review: Annotated[bool | None, Field(description="待审核: claims that wait for the office")] = None
    since: Annotated[Instant | None, Field(description="posted at this moment or later")] = None
