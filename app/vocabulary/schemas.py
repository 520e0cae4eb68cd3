from pydantic import Field

from app.shapes import OutputShape


class Term(OutputShape):
    """A word of a closed set, as answers carry it, and as people call it."""

    value: str = Field(examples=["in_progress"])
    label: str = Field(examples=["推进中"])
