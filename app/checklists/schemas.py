"""The shapes of checklists and sections in requests and responses."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field, Strict, StrictBool, model_validator

from app.checklists.models import Audience, ChecklistState
from app.clock import Moment
from app.languages.messages import say
from app.paging import PageQuery
from app.shapes import Day, InputShape, JurisdictionCode, JurisdictionPrefix, Name, OutputShape, Revision, Year

MOST_DAYS = 3653  # ten years: periods are made ahead for the whole span


AskForReview = Annotated[StrictBool, Field(description="审核: whether the office reviews each claim of completion")]
AskForRelease = Annotated[
    StrictBool, Field(description="签发: whether a report waits inside its unit until somebody else of it releases it")
]
LightDays = Annotated[int, Strict(), Field(ge=0, le=366, examples=[7])]
YellowDays = Annotated[
    LightDays | None,
    Field(description="days before a last day from which it shows yellow; today's setting without it"),
]
CompletionTemplate = Annotated[
    Name | None,
    Field(
        description="完成情况 in exports where the office wrote none; {completed}, {owed} and {open} are filled in",
        examples=["已完成{completed}/{owed};未完成:{open}"],
    ),
]
RedDays = Annotated[
    LightDays | None, Field(description="days before a last day from which it shows red; once overdue without it")
]


class ChecklistCreate(InputShape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"jurisdiction": "341522", "title": "2026年政务公开重点工作清单", "year": 2026}]
        }
    )

    jurisdiction: JurisdictionCode
    title: Name = Field(examples=["2026年政务公开重点工作清单"])
    year: Annotated[Year, Strict()]
    starts_on: Annotated[Day | None, Field(description="first day of its periods; 1 January without it")] = None
    default_due_on: Annotated[
        Day | None, Field(description="last day where none is stated; 31 December without it")
    ] = None

    ends_on: Annotated[
        Day | None, Field(description="last day of its periods, where it spans years; 31 December without it")
    ] = None

    asks_for_review: AskForReview = False
    asks_for_release: AskForRelease = False
    yellow_days: YellowDays = None
    red_days: RedDays = None
    completion_template: CompletionTemplate = None

    @model_validator(mode="after")
    def starts_before_due(self) -> "ChecklistCreate":
        if self.first_day > self.last_day:
            raise ValueError(
                say(
                    "default_due_on: {last_day} lies before starts_on, {first_day}; change one of them",
                    last_day=self.last_day,
                    first_day=self.first_day,
                )
            )
        if self.ends_on is not None and self.ends_on < self.last_day:
            raise ValueError(
                say(
                    "ends_on: {ends_on} lies before default_due_on, {last_day}; change one of them",
                    ends_on=self.ends_on,
                    last_day=self.last_day,
                )
            )
        if self.ends_on is not None and (self.ends_on - self.first_day).days > MOST_DAYS:
            raise ValueError(
                say(
                    "ends_on: {ends_on} is more than ten years after {first_day}; begin another checklist then",
                    ends_on=self.ends_on,
                    first_day=self.first_day,
                )
            )
        return self

    @property
    def first_day(self) -> date:
        return self.starts_on or date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        return self.default_due_on or date(self.year, 12, 31)


class ChecklistChange(InputShape):
    """What is left out stays."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"revision": 1, "title": "2026年政务公开重点工作清单(修订)"}]}
    )

    revision: Revision
    title: Name | None = None
    year: Annotated[
        Annotated[Year, Strict()] | None,
        Field(description="only before it is first published and reported on; its days move with it"),
    ] = None
    asks_for_review: AskForReview | None = None
    asks_for_release: AskForRelease | None = None
    yellow_days: YellowDays = None
    red_days: RedDays = None
    completion_template: CompletionTemplate = None


class ChecklistPublic(OutputShape):
    id: int
    jurisdiction: str
    title: str
    year: int
    starts_on: date
    default_due_on: date
    ends_on: date = Field(description="last day of its periods")
    state: ChecklistState
    audience: Audience | None
    published_at: Moment | None
    source_on: date | None = Field(description="date of the page that it was imported from")
    asks_for_review: bool = Field(description="审核: the office accepts or returns each claim of completion")
    asks_for_release: bool = Field(description="签发: a report waits inside its unit until it is released")
    yellow_days: int = Field(description="days before a last day from which it shows yellow")
    red_days: int | None = Field(description="days before a last day from which it shows red")
    completion_template: str | None = Field(
        description="完成情况 of an exported register where the office wrote none",
        examples=["已完成{completed}/{owed}"],
    )
    revision: int


class ChecklistSort(StrEnum):
    OLDEST = "id"
    NEWEST = "-id"


class ChecklistQuery(PageQuery):
    jurisdiction: Annotated[JurisdictionPrefix | None, Field(description="GB/T 2260 code or a prefix of it")] = None
    year: Year | None = None
    state: ChecklistState | None = None
    sort: ChecklistSort = ChecklistSort.NEWEST


Position = Annotated[int, Strict(), Field(ge=1, le=10_000, examples=[1])]


class SectionCreate(InputShape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "一、助力优化营商环境"}]})

    title: Name = Field(examples=["一、助力优化营商环境"])
    position: Annotated[Position | None, Field(description="its position; last without it")] = None


class SectionChange(InputShape):
    """What is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 1, "position": 3}]})

    revision: Revision
    title: Name | None = None
    position: Position | None = None


class SectionPublic(OutputShape):
    id: int
    checklist_id: int
    position: int
    title: str
    revision: int


class SectionQuery(PageQuery):
    pass
