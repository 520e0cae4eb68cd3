"""The shapes of questions and answers about a register's columns."""

from typing import Annotated

from pydantic import Field, Strict, TypeAdapter, ValidationError, field_validator, model_validator

from app.languages.messages import alternatives, say
from app.languages.validation import sentence
from app.registers.files.given import Given
from app.registers.files.limits import MOST_COLUMNS
from app.registers.files.reading import RegisterReading
from app.registers.files.table_heads import Columns
from app.shapes import InputShape, Name, OutputShape, Year

Place = Annotated[int, Strict(), Field(ge=1, le=MOST_COLUMNS)]
Places = Annotated[
    Place | Annotated[list[Place], Field(min_length=1, max_length=MOST_COLUMNS)] | None,
    Field(description="the column, counted from 1, or several that are read as one", examples=[2, [3, 4]]),
]


class NamedColumns(InputShape):
    """Which column of a register's table is which. What stands in the others is left out."""

    requirement: Places
    units: Places = None
    section: Places = None
    due: Places = None
    completion: Places = None
    number: Places = None

    @model_validator(mode="after")
    def each_once(self) -> "NamedColumns":
        places = [place for some in self.columns.values() for place in some]
        if len(places) != len(set(places)):
            raise ValueError(say("columns: one column cannot be two of them; give each once"))
        if "requirement" not in self.columns:
            raise ValueError(say("columns: say which column is the requirement"))
        return self

    @property
    def columns(self) -> Columns:
        """As the readers of tables know them, counted from 0."""
        said = {
            "section": self.section,
            "requirement": self.requirement,
            "units": self.units,
            "time": self.due,
            "completion": self.completion,
            "number": self.number,
        }
        lists = {name: [some] if isinstance(some, int) else some for name, some in said.items()}
        return {name: tuple(place - 1 for place in some) for name, some in lists.items() if some}  # type: ignore[misc]


class GivenOfFile(InputShape):
    """The title, year and columns that a sender gives, so that they are not read from the file."""

    title: Name | None = Field(default=None, description="the register's, whatever the file prints")
    year: Year | None = Field(default=None, description="the register's, whatever the file prints")
    columns: str | None = Field(
        default=None,
        max_length=200,
        description="which column of the table is which, counted from 1",
        examples=["requirement=2,units=3,units=4,due=5"],
    )

    @field_validator("columns")
    @classmethod
    def columns_are_named(cls, text: str | None) -> str | None:
        if text is not None:
            columns_from(text)
        return text

    @property
    def given(self) -> Given:
        return Given(self.title, self.year, columns_from(self.columns).columns if self.columns else None)


class AskedColumns(OutputShape):
    """The table whose columns have to be named."""

    heads: list[str] = Field(description="the row of heads, by column", examples=[["序号", "怎么做", "怎样算好"]])
    rows: list[list[str]] = Field(
        description="the first rows below it, by column", examples=[[["1", "打通断头路三条", "通车并且验收合格"]]]
    )


def asked_columns(register: RegisterReading) -> AskedColumns | None:
    """The question about a register's columns, or None."""
    if register.found is None or not register.is_asked:
        return None
    return AskedColumns(heads=register.found.heads, rows=register.found.first_rows)


def columns_from(text: str) -> NamedColumns:
    """Columns as a form or a command says them: `requirement=2,units=3,units=4,due=5`.

    Raises:
        ValueError: saying what would be right.
    """
    said: dict[str, list[int]] = {}
    for part in text.split(","):
        name, sign, place = (piece.strip() for piece in part.partition("="))
        if name not in NamedColumns.model_fields or not sign or not place.isascii() or not place.isdecimal():
            names = alternatives(NamedColumns.model_fields)
            raise ValueError(say("'{text}' names no column; write {names}, = and its place", text=part, names=names))
        said.setdefault(name, []).append(int(place[:4]))
    try:
        return _adapter.validate_python(said)
    except ValidationError as broken:
        raise ValueError(sentence(broken.errors()[0])) from broken


_adapter = TypeAdapter(NamedColumns)
