from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from app.languages.messages import say
from app.registers.schemas import SectionRowsPublic
from app.shapes import BodyId, InputShape, Name, OutputShape
from app.units.models import UnitKind


class QuestionKind(StrEnum):
    """What a file leaves open."""

    UNKNOWN_UNIT = "unknown_unit"  # blocks
    OPEN_COLLECTIVE = "open_collective"
    NO_UNIT = "no_unit"
    UNFINISHED_LIST = "unfinished_list"
    UNREAD = "unread"


class KnownUnit(OutputShape):
    id: int
    name: str


class ImportQuestion(OutputShape):
    kind: QuestionKind
    blocks: bool = Field(description="the import is not committed before it is answered")
    text: str = Field(description="what the question is about, as printed", examples=["数据资源局"])
    rows: list[int] = Field(description="numbers of the rows", examples=[[1, 4]])
    nearest: list[KnownUnit] = Field(description="units of the directory that are spelt most like it")


class ImportPreview(OutputShape):
    """A file as it was read, and what it leaves open. Nothing of it is a checklist before it is committed."""

    id: int
    file_name: str = Field(examples=["2023年政务公开重点工作清单.docx"])
    jurisdiction: str
    title: str = Field(examples=["霍邱县2023年政务公开重点任务清单"])
    year: int
    published_on: date | None
    sections: list[SectionRowsPublic]
    questions: list[ImportQuestion]
    notes: list[str] = Field(examples=[["the hidden sheet 草稿 was left out"]])
    is_ready: bool = Field(description="no question blocks any more")
    checklist_id: int | None = Field(description="the checklist that it was committed to")


class NewUnit(InputShape):
    kind: UnitKind
    is_open: Annotated[bool, Field(description="a collective whose members the office has yet to name")] = False
    members: Annotated[list[BodyId], Field(max_length=500, description="a collective's members")] = []


class ImportAnswer(InputShape):
    """What one unknown name means: another spelling of a unit, or a unit that the directory does not have yet."""

    name: Name = Field(description="as the question says it", examples=["数据资源局"])
    alias_of: BodyId | None = None
    new_unit: NewUnit | None = None

    @model_validator(mode="after")
    def one_of_two(self) -> "ImportAnswer":
        if (self.alias_of is None) == (self.new_unit is None):
            raise ValueError(say("give alias_of, the id of a unit, or new_unit, and not both"))
        return self


class ImportAnswers(InputShape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "answers": [
                        {"name": "数据资源局", "alias_of": 31},
                        {"name": "大数据中心", "new_unit": {"kind": "department"}},
                    ]
                }
            ]
        }
    )

    answers: Annotated[list[ImportAnswer], Field(min_length=1, max_length=500)]


class ImportCommitted(OutputShape):
    checklist_id: int
    sections: int
    tasks: int
    assignments: int
    obligations: int
