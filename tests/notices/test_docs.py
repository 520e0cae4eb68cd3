"""docs/notices.md names settings that there are, and all verbs that tell somebody."""

import re
from pathlib import Path

from app.config import Settings
from app.notices.told import REMINDER, TOLD

PAGE = (Path(__file__).parents[2] / "docs" / "notices.md").read_text("utf-8")


def test_every_setting_on_the_page_is_one() -> None:
    named = set(re.findall(r"DUBAN_[A-Z_]+", PAGE))

    assert named
    assert named <= {f"DUBAN_{name.upper()}" for name in Settings.model_fields}


def test_the_page_says_who_is_told_of_each_verb() -> None:
    section = PAGE.split("## Who is told")[1].split("\nNobody is told")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    said = {
        verb: [kind for kind, cell in zip(("unit", "office", "auditors"), cells, strict=True) if cell.strip()]
        for verbs, *cells in rows
        for verb in re.findall(r"`([a-z_]+\.?[a-z_]*)`", verbs)
    }

    assert said.pop(REMINDER) == ["unit", "office", "auditors"]
    assert said == {verb: [*told.receivers] for verb, told in TOLD.items()}
