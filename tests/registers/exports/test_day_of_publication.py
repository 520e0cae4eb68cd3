"""An export prints the day of publication that is known, never the day on which it was exported."""

from app.journal.verification import verify
from tests.conftest import Api, County, FakeClock
from tests.registers.imports.editions import commit, page_of, sample_sections, sent

PUBLICATION = "/checklists/{}/publication"


def note_of(api: Api, checklist: int, **day: str) -> str:
    answer = api.get(f"/checklists/{checklist}/register", format="json", **day)
    assert answer.status_code == 200, answer.text
    note: str = answer.json()["note"]
    return note


def test_a_page_that_was_imported_keeps_its_own_day(county: County, now: FakeClock) -> None:
    now.set("2024-02-05")

    assert note_of(county.as_role("coordinator"), 1) == "2023年度 发布时间:2023-05-31 截至2024-02-05，按2024-02-05所知"


def test_what_was_made_here_has_the_day_on_which_it_was_published(county: County, now: FakeClock) -> None:
    office = county.as_role("coordinator")
    made = office.post("/checklists", {"jurisdiction": "341522", "title": "另一清单", "year": 2023}).json()["id"]
    draft = note_of(office, made)
    now.set("2023-07-03")
    office.put(PUBLICATION.format(made), {"audience": "units"})
    now.set("2023-09-01")

    assert draft == "2023年度 尚未发布 截至2023-06-01，按2023-06-01所知"
    assert note_of(office, made) == "2023年度 发布时间:2023-07-03 截至2023-09-01，按2023-09-01所知"


def test_a_file_of_a_past_day_names_the_publication_that_was_known_then(county: County, now: FakeClock) -> None:
    office = county.as_role("coordinator")
    made = office.post("/checklists", {"jurisdiction": "341522", "title": "另一清单", "year": 2023}).json()["id"]
    days = {"2023-06-01": "尚未发布", "2023-07-03": "发布时间:2023-07-03", "2023-08-01": "尚未发布"}
    now.set("2023-07-03")
    office.put(PUBLICATION.format(made), {"audience": "units"})
    now.set("2023-08-01")
    office.delete(PUBLICATION.format(made))
    now.set("2023-09-01")
    office.put(PUBLICATION.format(made), {"audience": "public"})

    for day, published in days.items():
        assert note_of(office, made, known_on=day) == f"2023年度 {published} 截至{day}，按{day}所知"


def test_a_newer_edition_leaves_the_page_of_a_past_day(county: County, now: FakeClock) -> None:
    office, pages = county.as_role("coordinator"), {"2023-07-12": "2023-07-10", "2023-09-30": "2023-09-28"}
    sections = sample_sections()
    for day, page in pages.items():
        now.set(day)
        sections[0][1][0][2] = f"{day}已公开。"
        assert commit(office, sent(office, page_of(sections, day=page))).status_code == 201
    now.set("2023-10-10")

    shown = {
        "2023-06-30": "2023-05-31",
        "2023-07-11": "2023-05-31",
        "2023-07-12": "2023-07-10",
        "2023-10-10": "2023-09-28",
    }
    for day, page in shown.items():
        assert note_of(office, 1, known_on=day) == f"2023年度 发布时间:{page} 截至{day}，按{day}所知"
    with county.database.session(writes=False) as session:
        assert verify(session).faults == []
