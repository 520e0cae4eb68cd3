"""The query parameters of exports."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from app.obligations.stands import Stand, stand_on
from app.registers.exports.formats import FileFormat
from app.shapes import Day, InputShape


class UnitsShown(StrEnum):
    """The content of the column 责任单位."""

    PRINTED = "printed"  # as the register printed it
    ASSIGNED = "assigned"  # the units that have a part today, also those assigned by hand


class RegisterQuery(InputShape):
    """The format, the day and the content of an export."""

    format: Annotated[FileFormat, Field(description="form of the file")] = FileFormat.XLSX
    as_of: Annotated[
        Day | None, Field(description="as it stood at the end of this day in Shanghai; known_on or today without it")
    ] = None
    known_on: Annotated[
        Day | None, Field(description="only what had been recorded by the end of this day; today without it")
    ] = None

    def stand(self, today: date) -> Stand:
        """Raises:
        AsOfInFuture, KnownOnInFuture, KnownBeforeAsOf.
        """
        return stand_on(self.as_of, self.known_on, today=today)


class PrintedRegisterQuery(RegisterQuery):
    units: Annotated[UnitsShown, Field(description="责任单位: as printed, or who has a part in the task today")] = (
        UnitsShown.PRINTED
    )
