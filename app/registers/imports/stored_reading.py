"""The JSON form in which the database stores a reading between a file and its commit."""

from dataclasses import asdict
from datetime import date
from typing import Any

from app.languages.messages import as_json, from_json
from app.registers.files.found_tables import found_document
from app.registers.files.reading import LeftOut, LeftOutKind, RegisterReading, SectionReading, TaskReading


def as_stored(reading: RegisterReading) -> dict[str, Any]:
    """As JSON."""
    content = asdict(reading)
    content["published_on"] = reading.published_on and reading.published_on.isoformat()
    content["notes"] = [as_json(note) for note in reading.notes]
    return content


def restored(content: dict[str, Any]) -> RegisterReading:
    """The stored reading."""
    day = content["published_on"]
    return RegisterReading(
        title=content["title"],
        year=content["year"],
        published_on=date.fromisoformat(day) if day else None,
        sections=tuple(
            SectionReading(one["title"], tuple(TaskReading(**task) for task in one["tasks"]))
            for one in content["sections"]
        ),
        surroundings=tuple(content["surroundings"]),
        unread=tuple(content["unread"]),
        notes=tuple(from_json(note) for note in content["notes"]),
        rules=tuple(content.get("rules", [])),  # readings stored before there were rules
        left_out=tuple(
            LeftOut(LeftOutKind(one["kind"]), one["name"], tuple(one["texts"]), tuple(one["rows"]))
            for one in content.get("left_out", [])
        ),
        found=found_document(found) if (found := content.get("found")) else None,
    )
