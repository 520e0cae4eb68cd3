"""The shapes of suspensions."""

from typing import Annotated

from pydantic import ConfigDict, Field

from app.shapes import Day, Reason, WithReason


class SuspensionWrite(WithReason):
    """The reason and the first day of a suspension."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "项目选址调整,暂停实施。", "from_on": "2026-12-31"}]}
    )

    reason: Reason
    from_on: Annotated[Day | None, Field(description="the first day of rest, today or later; today without it")] = None
