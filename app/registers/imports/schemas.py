"""The shapes of imports in requests and responses."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field, Strict, model_validator

from app.checklists.targets import TargetScope
from app.clock import Moment
from app.errors import DubanError
from app.languages.messages import alternatives, say
from app.paging import PageQuery
from app.registers.cells.document_rules import DocumentRule
from app.registers.imports.edition_schemas import SectionDifference, TaskCandidate, TaskDifference
from app.registers.imports.naming_schemas import AskedColumns, NamedColumns
from app.registers.imports.reading_schemas import SectionRowsPublic
from app.registers.requirements.proposals import DayOf
from app.registers.requirements.schemas import RequirementReadingPublic
from app.shapes import BodyId, Day, InputShape, Name, OutputShape, Prose, Sentence, Year
from app.tasks.period_schemas import ScheduleChange
from app.units.models import UnitKind


class QuestionKind(StrEnum):
    """What a file leaves open."""

    COLUMNS = "columns"  # blocks: which column is which
    TITLE = "title"  # blocks
    YEAR = "year"  # blocks
    UNKNOWN_UNIT = "unknown_unit"  # blocks
    WHICH_TASK = "which_task"  # blocks
    UNREAD_UNITS = "unread_units"
    NO_UNIT = "no_unit"
    UNREAD_DAY = "unread_day"
    DAYS_DISAGREE = "days_disagree"  # the last-day column says another day than the requirement
    LEFT_OUT_TABLE = "left_out_table"
    LEFT_OUT_COLUMN = "left_out_column"
    LEFT_OUT_TEXT = "left_out_text"
    OPEN_COLLECTIVE = "open_collective"
    UNFINISHED_LIST = "unfinished_list"
    UNREAD = "unread"  # lines outside the tables
    EDITION_TITLE = "edition_title"  # an edition prints another title than the checklist has, which stays
    PROPOSAL = "proposal"
    TARGET_SCOPE = "target_scope"  # several units owe a row with a target: each of them, or all together
    NO_TIME = "no_time"


UnreadKind = Literal[
    QuestionKind.UNREAD_UNITS,
    QuestionKind.NO_UNIT,
    QuestionKind.UNREAD_DAY,
    QuestionKind.DAYS_DISAGREE,
    QuestionKind.LEFT_OUT_TABLE,
    QuestionKind.LEFT_OUT_COLUMN,
    QuestionKind.LEFT_OUT_TEXT,
]
"""Questions about what was not read. Each blocks until somebody answers it, or leaves it as it is."""
UNREAD_KINDS: tuple[UnreadKind, ...] = get_args(UnreadKind)


NAMING_KINDS = (QuestionKind.COLUMNS, QuestionKind.TITLE, QuestionKind.YEAR)
"""The questions that have to be answered before a file is a register."""


class KnownUnit(OutputShape):
    id: int
    name: str


class ImportQuestion(OutputShape):
    kind: QuestionKind
    blocks: bool = Field(description="the import is not committed before it is answered")
    text: str = Field(description="what the question is about, as printed", examples=["数据资源局"])
    rows: list[int] = Field(description="numbers of the rows", examples=[[1, 4]])
    is_left: bool = Field(default=False, description="somebody answered that it is left: not read, or not taken")
    texts: list[str] = Field(
        default=[],
        description="what stands in a table or column that was left out, as printed",
        examples=[["联系人:张三"]],
    )
    nearest: list[KnownUnit] = Field(default=[], description="units of the directory that are spelt most like it")
    columns: AskedColumns | None = Field(default=None, description="the table whose columns are to be named")
    candidates: list[TaskCandidate] = Field(default=[], description="the tasks that a row may be, the likest first")
    proposal: RequirementReadingPublic | None = Field(
        default=None, description="schedules and targets that the requirement speaks of; not applied unasked"
    )
    due_proposal: RequirementReadingPublic | None = Field(
        default=None, description="what the row prints as its last day proposes; its places are those of `due_text`"
    )
    can_be_taken: bool = Field(
        default=False, description="both proposals together are one schedule at most, with nothing left open"
    )
    is_taken: bool = Field(default=False, description="the commit will apply the proposal, or the edition's title")
    day_of: DayOf | None = Field(
        default=None, description="of a row whose column and requirement disagree: whose day counts, as was answered"
    )
    target_scope: TargetScope | None = Field(
        default=None, description="of a row that several units owe: whose its targets will be; `each` unless answered"
    )


class ImportOption(OutputShape):
    """A rule that the document states for all its rows, and that is applied only on request."""

    rule: DocumentRule
    text: str = Field(description="the words that state it", examples=["列第一位者为牵头单位"])
    taken: bool


class ImportPreview(OutputShape):
    """A file as read, and its open questions. Nothing of it is a checklist before it is committed."""

    id: int
    file_name: str = Field(examples=["2023年政务公开重点工作清单.docx"])
    jurisdiction: str
    title: str | None = Field(
        description="as the file prints it; null where it cannot be read", examples=["霍邱县2023年政务公开重点任务清单"]
    )
    year: int | None = Field(description="null where it cannot be read")
    published_on: date | None
    sections: list[SectionRowsPublic]
    questions: list[ImportQuestion]
    options: list[ImportOption] = Field(description="rules of the document, to be taken by an answer")
    edition_of: int | None = Field(description="the checklist of which this is a newer edition; it will be updated")
    former_title: str | None = Field(
        description="the checklist's title, where the edition prints another; it stays unless `take_title` is answered",
        examples=["霍邱县2023年重点任务清单"],
    )
    section_changes: list[SectionDifference]
    changes: list[TaskDifference] = Field(description="what an edition changes; empty for a first import")
    unchanged: int = Field(description="tasks of the checklist that stay as they are", examples=[19])
    preview: str = Field(
        description="a token of all that is shown here: the commit of an edition names it",
        examples=["5f0c6e1b2a9d4c37"],
    )
    notes: list[Sentence] = Field(examples=[["the hidden sheet 草稿 was left out"]])
    is_ready: bool = Field(description="no question blocks any more")
    checklist_id: int | None = Field(description="the checklist that it was committed to")


class NewUnit(InputShape):
    kind: UnitKind
    is_open: Annotated[bool, Field(description="a collective whose members the office has yet to name")] = False
    members: Annotated[list[BodyId], Field(max_length=500, description="a collective's members")] = []


class ImportAnswer(InputShape):
    """What one unknown name means, what one row is, that a rule of the document is taken, or what is left unread.

    Also its title, its year and the columns of its table, where they cannot be read.

    A name is another spelling of a unit, or a unit that the directory does not have yet; text of a units cell that was
    not read may be no unit. A row is a task that the checklist has, or a new one; what its requirement proposes is
    taken, or not after all. What was not read is left by its `kind`, all that is asked of it now or one `text`.
    """

    name: Annotated[Name | None, Field(description="as the question says it", examples=["数据资源局"])] = None
    alias_of: BodyId | None = None
    new_unit: NewUnit | None = None
    not_a_unit: Annotated[Literal[True] | None, Field(description="of text in a units cell that was not read")] = None
    kind: Annotated[UnreadKind | None, Field(description="of what was not read", examples=["no_unit"])] = None
    text: Annotated[Prose | None, Field(description="of one question; all of the kind without it")] = None
    leave: Annotated[bool | None, Strict(), Field(description="false: open the question again")] = None
    row: Annotated[int | None, Strict(), Field(ge=1, le=100_000, description="number of a row", examples=[12])] = None
    is_task: Annotated[BodyId | None, Field(description="id of the task that the row is, reworded or moved")] = None
    is_new: Annotated[Literal[True] | None, Field(description="the row is none of the checklist's tasks")] = None
    take_proposal: Annotated[bool | None, Strict()] = None
    day_of: Annotated[
        DayOf | None,
        Field(description="whose last day counts, where column and requirement of a row disagree"),
    ] = None
    target_scope: Annotated[
        TargetScope | None, Field(description="whether each of a row's units reaches its targets, or all together")
    ] = None
    rule: Annotated[DocumentRule | None, Field(description="as `options` names it")] = None
    taken: Annotated[bool | None, Strict()] = None
    title: Annotated[Name | None, Field(description="the register's", examples=["霍邱县2026年重点工作清单"])] = None
    year: Annotated[Annotated[Year, Strict()] | None, Field(description="the register's")] = None
    columns: Annotated[NamedColumns | None, Field(description="which column of the table is which")] = None
    take_title: Annotated[
        bool | None, Strict(), Field(description="whether the checklist takes the title that its edition prints")
    ] = None

    @property
    def names_register(self) -> bool:
        return self.title is not None or self.year is not None or self.columns is not None

    @model_validator(mode="after")
    def one_of_each(self) -> "ImportAnswer":
        given = self.model_fields_set
        wanted = {
            "name": {"alias_of", "new_unit", "not_a_unit"},
            "kind": {"leave"},
            "row": {"is_task", "is_new", "take_proposal", "day_of", "target_scope"},
            "rule": {"taken"},
            "title": set(),
            "year": set(),
            "columns": set(),
            "take_title": set(),
        }
        about = [name for name in wanted if getattr(self, name) is not None]
        if len(about) != 1:
            raise ValueError(say("give {things}, and one of them only", things=alternatives(wanted)))
        said = [name for name in given - {about[0]} if getattr(self, name) is not None]
        if about == ["kind"] and self.text is not None:
            said.remove("text")
        if not wanted[about[0]] and not said:
            return self
        if len(said) != 1 or said[0] not in wanted[about[0]]:
            raise ValueError(say("say one thing of it: {things}", things=alternatives(sorted(wanted[about[0]]))))
        return self


class ImportAnswers(InputShape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "answers": [
                        {"name": "数据资源局", "alias_of": 31},
                        {"name": "大数据中心", "new_unit": {"kind": "department"}},
                        {"row": 12, "is_task": 345},
                        {"row": 13, "take_proposal": True},
                        {"row": 13, "target_scope": "together"},
                        {"row": 14, "day_of": "column"},
                        {"rule": "first_is_lead", "taken": True},
                        {"name": "张三", "not_a_unit": True},
                        {"kind": "no_unit", "leave": True},
                        {"columns": {"requirement": 2, "units": [3, 4], "due": 5}},
                        {"year": 2026},
                    ]
                }
            ]
        }
    )

    answers: Annotated[list[ImportAnswer], Field(min_length=1, max_length=500)]


Proposals = Literal["take", "leave"]


class CommitQuery(InputShape):
    preview: Annotated[
        str | None,
        Field(
            max_length=64,
            description="`preview` of what was read; an edition that changes anything needs it",
            examples=["5f0c6e1b2a9d4c37"],
        ),
    ] = None
    starts_on: Annotated[
        Day | None,
        Field(description="交办日: what is new is owed from this day; else the publication says, in an edition today"),
    ] = None
    proposals: Annotated[
        Proposals | None,
        Field(description="what becomes of the proposals of rows of which no answer says"),
    ] = None

    @contextmanager
    def named(self) -> Iterator[None]:
        """Let an error name a parameter, and not a member of the body: there is none."""
        try:
            yield
        except DubanError as error:
            error.move("query")
            raise


class TaskScheduleChange(ScheduleChange):
    task_id: int


class ImportCommitted(OutputShape):
    """What was made; of an edition what is new, and what it changed."""

    checklist_id: int
    sections: int
    tasks: int
    assignments: int
    obligations: int
    changed: int = Field(default=0, description="tasks that an edition changed")
    withdrawn: int = Field(default=0, description="tasks that an edition no longer has")
    schedule_changes: list[TaskScheduleChange] = Field(
        default=[], description="of an edition: what each schedule that was taken did to the periods of a task"
    )


class ImportQuery(PageQuery):
    committed: Annotated[bool | None, Field(description="whether it became a checklist")] = None


class ImportInList(OutputShape):
    id: int
    file_name: str = Field(examples=["2023年政务公开重点工作清单.docx"])
    jurisdiction: str
    title: str = Field(examples=["霍邱县2023年政务公开重点任务清单"])
    created_at: Moment
    by: str = Field(description="who sent it, as the journal names them", examples=["key:7"])
    is_committed: bool
    checklist_id: int | None
