"""Who an import names as the members of a collective that the directory did not have."""

from tests.conftest import County
from tests.registers.imports.editions import answered, commit, page_of, sent

PAGE = page_of([("一、试点", [["公开办事指南。", "各派出所", ""]])], title="霍邱县2023年试点任务清单")


def test_the_members_of_a_collective_that_an_import_brings_owe_the_register_from_its_first_day(
    county: County,
) -> None:
    office = county.as_role("coordinator")
    members = [county.units["城关镇"], county.units["河口镇"]]
    shown = answered(
        office, sent(office, PAGE), {"name": "各派出所", "new_unit": {"kind": "collective", "members": members}}
    )
    checklist = commit(office, shown).json()["checklist_id"]
    [collective] = office.all("/units", q="各派出所")

    assert [one["from_on"] for one in office.all(f"/units/{collective['id']}/members")] == [None, None]
    assert {one["unit"]["id"] for one in office.all("/obligations", checklist=checklist)} == {*members}
