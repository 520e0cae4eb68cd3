"""A township's report with a file, and its acceptance, by the keyboard alone: Tab, Enter and Space.

Tab stops once at a group of choices, in every browser; an arrow leads to the next choice."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.conftest import County
from tests.pages.chromium import IN_CHROMIUM, opened

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
OUTLINE = """() => {
    const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
    const isOutlined = style.outlineStyle != 'none' && parseFloat(style.outlineWidth) >= 2;
    return isOutlined && box.bottom > 0 && box.top < innerHeight;
}"""

pytestmark = [*IN_CHROMIUM, pytest.mark.long]


def go_to(page: Page, field: Locator) -> None:
    """Press Tab until a field has the focus. Wherever the focus is meanwhile, it shows."""
    for _ in range(200):
        page.keyboard.press("Tab")
        assert page.evaluate(OUTLINE), page.evaluate("document.activeElement.outerHTML")
        if field.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"no way to {field}")


def type_in(page: Page, field: Locator, words: str) -> None:
    go_to(page, field)
    page.keyboard.insert_text(words)


def signed_in(browser: Browser, url: str, key: str | None) -> Page:
    page = opened(browser, url, "desk")
    page.goto("/desk")
    type_in(page, page.get_by_label("密钥"), str(key))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/(desk|office)$"))
    return page


def test_a_report_and_its_acceptance_by_the_keyboard_alone(
    county: County, browser: Browser, url: str, tmp_path: Path
) -> None:
    county.as_role("coordinator").patch("/checklists/1", {"revision": 2, "asks_for_review": True})
    file = tmp_path / "公开截图.pdf"
    file.write_bytes(PDF)

    unit = signed_in(browser, url, county.as_unit("城关镇").key)
    unit.keyboard.press("Tab")
    unit.keyboard.press("Enter")  # skips the links at the top
    assert unit.evaluate("document.activeElement.id") == "content"
    go_to(unit, unit.get_by_role("link", name="1. ").first)
    unit.keyboard.press("Enter")
    unit.wait_for_url("**/obligations/*")
    form = unit.locator("form[id$=reports]")
    go_to(unit, form.get_by_label("推进中"))
    unit.keyboard.press("ArrowDown")
    type_in(unit, form.get_by_label("进展情况"), "已按月公开。")
    go_to(unit, form.get_by_label("佐证文件"))
    with unit.expect_file_chooser() as chooser:
        unit.keyboard.press("Space")
    chooser.value.set_files(file)
    go_to(unit, form.get_by_role("button", name="提交填报"))
    unit.keyboard.press("Space")
    unit.get_by_role("status").wait_for()
    assert unit.evaluate("document.activeElement.id") in ("done", "")

    office = signed_in(browser, url, county.as_role("coordinator").key)
    office.goto("/office")
    go_to(office, office.get_by_role("link", name="已按月公开"))
    office.keyboard.press("Enter")
    office.wait_for_url("**/obligations/*")
    go_to(office, office.get_by_label("通过"))
    office.keyboard.press("Space")
    go_to(office, office.get_by_role("button", name="提交审核意见"))
    office.keyboard.press("Enter")
    office.get_by_role("status").wait_for()
    (update,) = county.as_role("coordinator").get("/updates").json()["items"]

    assert (update["review"]["judgement"], update["evidence"][0]["file_name"]) == ("accepted", "公开截图.pdf")
