"""Every page with everything on it, in a real browser: at a desk, on a phone, at 200 %, printed, without its style."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import County, FakeClock
from tests.pages.chromium import IN_CHROMIUM, SIZES, hold, opened, signed_in
from tests.registers.files.drawn_tables import WRITERS
from tests.registers.imports.editions import page_of
from tests.registers.imports.test_naming import ROWS as UNCLEAR

CLAIM = {"state": "completed", "narrative": "做完了。" * 20, "next_steps": "每月巡查。"}
FINDING = {"kind": "look_back", "narrative": "页面打不开,也没有说明原因。", "due_on": "2024-01-31"}
LABELLED = """all => all.filter(one => !['radio', 'checkbox', 'hidden'].includes(one.type) && one.labels.length
    && !(one.labels[0].compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING)).map(one => one.id)"""
NAMELESS = "all => all.filter(one => one.type != 'hidden' && !one.labels.length && !one.ariaLabel).map(one => one.id)"

pytestmark = [*IN_CHROMIUM, pytest.mark.long]
Walk = list[tuple[str, str, Any]]


@pytest.fixture
def pages(county: County, now: FakeClock) -> Walk:
    """Name, address and key of each, on a day when much is overdue."""
    office, auditor, unit = county.as_role("coordinator"), county.as_role("auditor"), county.as_unit("城关镇")
    office.patch("/checklists/1", {"revision": 2, "asks_for_review": True})
    waiting, found, returned, plain = (county.obligation(number, "城关镇")["id"] for number in (10, 11, 1, 2))
    pdf = {"file": ("公开截图.pdf", b"%PDF-1.7")}
    for owed in (waiting, found, returned):
        update = unit.post(f"/obligations/{owed}/updates", CLAIM).json()["id"]
        unit.post(f"/updates/{update}/evidence", files=pdf)
        if owed != waiting:
            judged = (
                {"judgement": "returned", "reason": "佐证不足。"} if owed == returned else {"judgement": "accepted"}
            )
            office.post(f"/updates/{update}/review", judged)
    now.set("2024-01-05")
    office, auditor, unit = county.as_role("coordinator"), county.as_role("auditor"), county.as_unit("城关镇")
    urging = {"items": [{"obligation_id": one} for one in (waiting, plain)], "words": "请本周报送。"}
    assert office.post("/urgings", urging | {"answer_by": "2024-01-09"}).is_success
    opened = auditor.post(f"/obligations/{found}/findings", FINDING)
    assert unit.post(f"/findings/{opened.json()['id']}/answers", {"narrative": "已恢复,并每日巡查。"}).is_success
    form = {"jurisdiction": "341522"}
    sent = [
        ("清单.html", page_of([("一、试点", [["6月底前完成改造。", "司法局、税物局", ""]])])),
        ("表.xlsx", WRITERS["xlsx"](UNCLEAR)),
    ]
    imports = [office.post("/registers/imports", files={"file": one}, data=form).json()["id"] for one in sent]
    draft = {"jurisdiction": "341522", "year": 2024, "title": "霍邱县2024年重点工作清单"}
    assert office.post("/checklists", draft).is_success
    return [
        ("registers", "/", None),
        ("board", "/board/1", None),
        ("board-of-a-day", "/board/1?as_of=2023-06-01&known_on=2023-06-01", None),
        ("nowhere", "/nowhere", None),
        ("sign-in", "/sign-in", None),
        ("unit-desk", "/desk", unit),
        ("unit-obligations", "/obligations", unit),
        ("unit-urged", f"/obligations/{plain}", unit),
        ("unit-returned", f"/obligations/{returned}", unit),
        ("unit-found", f"/obligations/{found}", unit),
        ("office", "/office", office),
        ("office-desk", "/desk", office),
        ("office-overdue", "/overdue", office),
        ("office-review", f"/obligations/{waiting}", office),
        ("office-imports", "/imports", office),
        ("office-import", f"/imports/{imports[0]}", office),
        ("office-import-columns", f"/imports/{imports[1]}", office),
        ("office-draft", "/board/2", office),
        ("auditor", "/office", auditor),
        ("auditor-found", f"/obligations/{found}", auditor),
        ("auditor-plain", f"/obligations/{plain}", auditor),
    ]


def walked(browser: Browser, url: str, size: str, pages: Walk) -> Iterator[tuple[str, Page]]:
    """Each page, opened by its reader."""
    readers = {api.key: api for _, _, api in pages if api is not None}
    windows = {key: signed_in(browser, url, size, key) for key in readers} | {None: opened(browser, url, size)}
    for name, path, api in pages:
        window = windows[api and api.key]
        window.goto(path)
        yield name, window


@pytest.mark.parametrize("size", SIZES)
def test_every_page_is_in_order_at_every_size(browser: Browser, url: str, size: str, pages: Walk) -> None:
    for name, page in walked(browser, url, size, pages):
        hold(page, name)


def test_without_style_every_page_is_in_order(browser: Browser, url: str, pages: Walk) -> None:
    for name, page in walked(browser, url, "desk", pages):
        page.route("**/style.css*", lambda route: route.abort())
        page.reload()
        fields = page.locator("input, select, textarea")

        assert fields.evaluate_all(LABELLED) == [], name
        assert fields.evaluate_all(NAMELESS) == [], name
        assert page.locator("h1, main h2, nav").evaluate_all("all => all.map(one => one.tagName)")[:2] == ["NAV", "H1"]
        page.unroute("**/style.css*")


def test_a_board_prints_its_tasks_and_nothing_to_press(browser: Browser, url: str, pages: Walk) -> None:
    for name, page in walked(browser, url, "desk", [one for one in pages if one[0] in ("board", "office-draft")]):
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 700, "height": 1000})  # as wide as A4 within its margins
        shown = "all => all.filter(one => one.offsetParent !== null).length"

        assert page.locator("form, nav, .skip").evaluate_all(shown) == 0, name
        assert page.locator("h1").is_visible()
        narrow = "all => all.filter(one => one.offsetWidth < 70).length"
        assert page.locator(".board td:nth-child(3)").evaluate_all(narrow) == 0, f"{name} has no room for its units"
        cells = page.locator("tbody td").evaluate_all("all => all.map(one => getComputedStyle(one).display)")
        assert {*cells} <= {"table-cell"}, f"{name} prints as on a phone"
