"""时限: the rule that says when a task is due, as it is stored with the task and shown in OpenAPI.

Each kind of rule is a shape of its own, told apart by `kind`. A new kind is a new class in `Schedule`.
"""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from app.shapes import Day, InputShape


def _kind_is_required(schema: dict[str, Any]) -> None:
    """Whoever sends a schedule has to name its kind, whatever Python code may leave out."""
    schema["required"] = ["kind", *schema.get("required", [])]


class _Rule(InputShape):
    model_config = ConfigDict(json_schema_extra=_kind_is_required)


class OnDay(_Rule):
    """The register states the last day."""

    kind: Literal["on"] = "on"
    due_on: Day


class ByDefault(_Rule):
    """The register states none: the checklist's default last day holds, and answers say that it is the default."""

    kind: Literal["default"] = "default"


class Standing(_Rule):
    """长期推进: without a last day; never overdue."""

    kind: Literal["standing"] = "standing"


Schedule = Annotated[OnDay | ByDefault | Standing, Field(discriminator="kind")]

_adapter: TypeAdapter[OnDay | ByDefault | Standing] = TypeAdapter(Schedule)


def stored(schedule: OnDay | ByDefault | Standing) -> dict[str, Any]:
    """The schedule as the database keeps it."""
    content: dict[str, Any] = schedule.model_dump(mode="json")
    return content


def loaded(content: dict[str, Any]) -> OnDay | ByDefault | Standing:
    """The schedule that was stored."""
    return _adapter.validate_python(content)
