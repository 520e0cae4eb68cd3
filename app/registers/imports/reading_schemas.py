"""The shapes of a register as read."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from app.obligations.roles import Role
from app.registers.files.given import NOTHING_GIVEN, Given
from app.registers.imports.naming_schemas import AskedColumns, GivenOfFile
from app.shapes import InputShape, JurisdictionCode, OutputShape, PageText, Prose, Sentence

JurisdictionToReadWith = Annotated[
    JurisdictionCode | None,
    Field(
        description="GB/T 2260 code of the jurisdiction whose directory of units is used; an empty one without it",
        examples=["341522"],
    ),
]


class CellToRead(InputShape):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "教体局牵头,财政局、卫健委等直有关单位配合;6月底前完成"}]}
    )

    jurisdiction: JurisdictionToReadWith = None
    text: Prose = Field(
        description="a cell of responsible units (责任单位), as printed",
        examples=["教体局牵头,财政局、卫健委等直有关单位配合;6月底前完成"],
    )


class PageToRead(InputShape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "jurisdiction": "341522",
                    "page": "<h1>霍邱县2026年政务公开重点工作清单</h1><table><tr><th>工作内容</th><th>工作要求</th>"
                    "<th>责任单位</th></tr><tr><td>一、优化营商环境</td><td>按月公开动态信息。</td><td>司法局</td></tr></table>",
                }
            ]
        }
    )

    jurisdiction: JurisdictionToReadWith = None
    page: PageText = Field(
        description="the page of a register, its HTML or its text", examples=["<table><tr><th>工作内容</th>…</table>"]
    )


class ReadingQuery(GivenOfFile):
    jurisdiction: JurisdictionToReadWith = None


@dataclass(frozen=True)
class SentPage:
    """A page as it was sent: text, or bytes with what their Content-Type says of them."""

    page: str | bytes
    form: Literal["html", "text"] | None = None
    charset: str | None = None
    jurisdiction: str | None = None
    given: Given = NOTHING_GIVEN


class UnitReadingPublic(OutputShape):
    text: str = Field(description="as printed, an office in brackets included", examples=["县教体局"])
    name: str = Field(description="the directory's name or, where it has none, as printed", examples=["教体局"])
    role: Role
    collective: bool = Field(description="stands for its members: 各乡镇人民政府")
    open: bool = Field(description="a collective under which the office has to name units: 县直有关单位")
    unit_id: int | None = Field(description="null where the directory does not have the name", examples=[24])


class CellReadingPublic(OutputShape):
    """A cell as read. Nothing of it is lost: what is neither unit nor grammar is in `times` or `unread`."""

    units: list[UnitReadingPublic]
    open: bool = Field(description="the list is unfinished (等), or an open collective stands in it")
    times: list[str] = Field(description="times that stand in the cell, as printed", examples=[["6月底前完成"]])
    unread: list[str] = Field(description="what could not be placed, as printed", examples=[["张三"]])
    persons: list[str] = Field(
        description="who stands in or behind a unit's name, as printed; they owe nothing", examples=[["李四"]]
    )


class RowPublic(OutputShape):
    number: int = Field(description="counts through the whole register, from 1", examples=[2])
    requirement: str = Field(description="工作要求, as printed", examples=["办事大厅和网上大厅使用同一份指南。"])
    units_text: str = Field(description="责任单位, as printed", examples=["数管局等直有关单位,各乡镇人民政府"])
    due_text: str = Field(description="完成时限 and times among the units, as printed", examples=["6月底前"])
    reading: CellReadingPublic
    completion: str = Field(description="完成情况, as printed", examples=["两处指南已核对一遍。"])


class SectionRowsPublic(OutputShape):
    title: str = Field(examples=["一、助力优化营商环境"])
    rows: list[RowPublic]


class QuestionPublic(OutputShape):
    number: int | None = Field(description="the row; null where it stands outside the rows", examples=[2])
    text: str = Field(examples=["张三"])


class ReadingPublic(OutputShape):
    """A register as read, and the questions before an import. The lists of numbers name rows."""

    title: str | None = Field(
        description="null where it cannot be read: an import asks it", examples=["霍邱县2023年政务公开重点任务清单"]
    )
    year: int | None = Field(description="null where it cannot be read: an import asks it", examples=[2023])
    published_on: date | None = Field(description="the page's date, where it states one")
    columns: AskedColumns | None = Field(description="the table, where it is not clear which column is which")
    sections: list[SectionRowsPublic]
    unknown_units: list[str] = Field(description="an import enters them as unconfirmed", examples=[["数据资源局"]])
    nobody: list[int] = Field(description="rows that name nobody", examples=[[14]])
    open_collectives: list[int] = Field(
        description="rows with an open collective, under which units are to be named", examples=[[1, 2]]
    )
    unfinished: list[int] = Field(description="rows whose list of units ends in 等", examples=[[13]])
    unread: list[QuestionPublic] = Field(
        description="what could not be placed, and words of last days that were not understood"
    )
    notes: list[Sentence] = Field(
        description="where the reading rests on a judgement that somebody should look at",
        examples=[["2 hidden rows were not read"]],
    )
    surroundings: list[str] = Field(
        description="lines that belong to the site: navigation, counters, downloads", examples=[["浏览次数:128"]]
    )
