"""A search sees texts the same way on both databases and in Python."""

import pytest
from sqlalchemy import literal, select

from app.database.engine import Database
from app.database.folding import SKIPPED, Folded, folded
from tests.conftest import County

TEXTS = {
    "ＡＢｃ１２％": "abc12%",
    "公开 指南、目录。": "公开指南目录",
    "霍政办〔2026〕12号": "霍政办202612号",
    "《条例》“三审”—三校…": "条例三审三校",
    "100%_A-B/C\\D'E\"": "100%_abcde",
    "ｶﾞÄé①㎡": "ガÄé1m2",
    SKIPPED: "",
}


def test_both_databases_fold_as_python_does(database: Database) -> None:
    with database.session(writes=False) as session:
        seen = session.connection().execute(select(*(Folded(literal(text)) for text in TEXTS))).one()

    assert [*seen] == [folded(text) for text in TEXTS] == [*TEXTS.values()]


@pytest.mark.parametrize("path", ["/tasks", "/obligations"])
def test_a_search_sees_through_case_width_spaces_and_punctuation(county: County, path: str) -> None:
    office, task = county.as_role("coordinator"), county.task(2)
    words = "建设ＡＰＰ 2.0,覆盖率 100%(县_乡)。"
    office.patch(f"/tasks/{task['id']}", {"revision": task["revision"], "requirement": words})

    def found(q: str) -> set[int]:
        rows = office.all(path, q=q, limit=200)
        return {one["id"] if path == "/tasks" else one["task"]["id"] for one in rows}

    for q in ("app2.0", "App 20", "建设 ａｐｐ", "100%", "１００％", "县_乡", "覆盖率100%"):
        assert found(q) == {task["id"]}, q
    for q in ("a%p", "县__乡", "县%", "。", " "):
        assert found(q) == set(), q


def test_units_are_searched_the_same_way(county: County) -> None:
    office = county.as_role("coordinator")
    office.post("/units", {"jurisdiction": "341522", "kind": "department", "name": "Ｅ-办公室(筹)"})

    assert [one["name"] for one in office.all("/units", q="e办公室筹")] == ["Ｅ-办公室(筹)"]
    assert [one["name"] for one in office.all("/units", q="司 法局")] == ["司法局"]
    assert office.all("/units", q="%") == []
