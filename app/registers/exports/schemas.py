from typing import Annotated

from pydantic import Field

from app.registers.exports.formats import FileFormat
from app.shapes import Day, InputShape


class RegisterQuery(InputShape):
    """Which file, and of which day."""

    format: Annotated[FileFormat, Field(description="form of the file")] = FileFormat.XLSX
    as_of: Annotated[
        Day | None, Field(description="as it stood at the end of this day in Shanghai; today without it")
    ] = None
