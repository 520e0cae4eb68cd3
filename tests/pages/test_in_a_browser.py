"""The pages in a real browser, at the sizes of a desk and of a phone, and what axe says of each of them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pydantic import SecretStr

from app.config import Settings
from app.main import create_app
from tests.access.accounts import CALLBACK, PASSWORD, SECRET, serving_provider
from tests.access.sign_ins import of
from tests.access.test_tokens import enter
from tests.conftest import County, FakeClock
from tests.county import sample_page
from tests.pages.chromium import IN_CHROMIUM, hold, opened, signed_in
from tests.serving import serving

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
AT_A_DESK_AND_A_PHONE = pytest.mark.parametrize("size", ["desk", "phone"])

pytestmark = IN_CHROMIUM


def test_the_board_in_a_browser(county: County, browser: Browser, url: str) -> None:
    page = opened(browser, url, "phone")
    page.goto("/board/1")

    hold(page, "board")
    assert page.evaluate("getComputedStyle(document.querySelector('.light')).color") == "rgb(255, 255, 255)"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"


def test_words_without_a_gap_do_not_widen_a_page(county: County, browser: Browser, url: str) -> None:
    long, owed = "https://www.huoqiu.gov.cn/" + "a" * 300, county.obligation(10, "城关镇")["id"]
    report = {"state": "in_progress", "narrative": long, "evidence": [{"url": long}]}
    assert county.as_unit("城关镇").post(f"/obligations/{owed}/updates", report).status_code == 201
    urging = {"items": [{"obligation_id": owed}], "words": long, "answer_by": "2023-06-09"}
    assert county.as_role("coordinator").post("/urgings", urging).status_code == 201
    page = signed_in(browser, url, "phone", county.as_unit("城关镇").key)

    for path in ("/desk", f"/obligations/{owed}"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


@pytest.mark.long
@AT_A_DESK_AND_A_PHONE
def test_a_month_of_a_township_and_its_office(
    county: County, browser: Browser, url: str, size: str, tmp_path: Path
) -> None:
    county.as_role("coordinator").patch("/checklists/1", {"revision": 2, "asks_for_review": True})
    owed, file = county.obligation(10, "城关镇")["id"], tmp_path / "公开截图.pdf"
    file.write_bytes(PDF)
    unit = signed_in(browser, url, size, county.as_unit("城关镇").key)
    hold(unit, "desk")
    unit.goto(f"/obligations/{owed}")
    hold(unit, "obligation")

    def report(words: str) -> None:
        form = unit.locator(f"#obligations-{owed}-reports")
        form.get_by_label("已完成").check()
        form.get_by_label("进展情况").fill(words)
        form.get_by_label("佐证文件").set_input_files(file)
        form.get_by_role("button", name="提交填报").dblclick()
        unit.get_by_role("status").wait_for()

    unit.locator(f"#obligations-{owed}-reports").get_by_role("button", name="提交填报").click()
    unit.get_by_role("alert").wait_for()
    hold(unit, "report-refused")
    report("已按月公开。")
    hold(unit, "reported")
    office = signed_in(browser, url, size, county.as_role("coordinator").key)
    office.goto("/office")
    hold(office, "office")

    def judge(word: str, reason: str) -> None:
        office.goto("/office")
        office.get_by_role("link", name="已按月公开").or_(office.get_by_role("link", name="已补充")).first.click()
        hold(office, "review")
        office.get_by_label(word).check()
        office.get_by_label("理由").first.fill(reason)
        office.get_by_role("button", name="提交审核意见").click()
        office.get_by_role("status").wait_for()

    judge("退回", "佐证不足")
    unit.goto("/desk")
    hold(unit, "returned")
    unit.get_by_role("link", name="10.").first.click()
    assert "佐证不足" in unit.content()
    report("已补充。")
    judge("通过", "")
    unit.goto("/desk")
    unit.get_by_role("button", name="退出登录").click()
    unit.goto("/desk")

    assert county.obligation(10, "城关镇")["state"] == "completed"
    assert len(county.as_unit("城关镇").get(f"/obligations/{owed}/updates").json()["items"]) == 2
    assert "/sign-in" in unit.url
    hold(unit, "sign-in")


@pytest.mark.long
@AT_A_DESK_AND_A_PHONE
def test_an_import_with_two_misspelt_units(
    county: County, browser: Browser, url: str, size: str, tmp_path: Path
) -> None:
    file = tmp_path / "清单.txt"
    file.write_text(sample_page(2026).decode().replace("税务局", "税物局").replace("人社局", "人设局"), "utf-8")
    office = signed_in(browser, url, size, county.as_role("coordinator").key)
    office.goto("/imports")
    hold(office, "imports")
    office.get_by_label("文件").set_input_files(file)
    office.get_by_role("button", name="读取文件").click()
    hold(office, "import")
    for wrong, right in (("税物局", "税务局"), ("人设局", "人社局")):
        office.get_by_label(wrong, exact=True).select_option(label=f"{right}的别名")
    for choice in office.locator("select", has_text="不读取").all():
        choice.select_option(label="不读取")
    office.get_by_role("button", name="提交答复").click()
    office.get_by_role("button", name="生成", exact=True).click()
    office.get_by_role("status").wait_for()
    hold(office, "draft")
    office.goto("/overdue")
    hold(office, "overdue")

    assert county.as_role("coordinator").get("/checklists").json()["items"][0]["year"] == 2026


@pytest.mark.long
@AT_A_DESK_AND_A_PHONE
def test_signing_in_and_out_with_an_account(
    county: County, browser: Browser, settings: Settings, size: str, now: FakeClock
) -> None:
    now.moment = datetime.now(UTC)  # the provider has its own clock
    with serving_provider() as provider:
        oidc = of(provider.url, oidc_client_secret=SecretStr(SECRET))
        with serving(create_app(settings.model_copy(update=oidc), county.database)) as url:
            provider.enter_client(f"{url}{CALLBACK}")
            provider.enter_account("zhangsan", "张三")
            provider.enter_account("lisi", "李四")
            enter(county, issuer=provider.url, subject="zhangsan")
            page, stranger = opened(browser, url, size), opened(browser, url, size)
            for one, name in ((page, "zhangsan"), (stranger, "lisi")):
                one.goto("/desk?lang=zh")
                one.get_by_role("link", name="使用账号登录").wait_for()
                hold(one, "sign-in-accounts")
                one.get_by_role("link", name="使用账号登录").press("Enter")
                for field, typed in (("login", name), ("password", PASSWORD)):
                    one.locator(f"[name={field}]").fill(typed)
                    one.locator(f"[name={field}]").press("Enter")
                if one is page:  # in memory the provider takes one account's consent for all
                    one.locator("#accept").click()
                one.wait_for_url(f"{url}/**")
            hold(page, "desk-of-a-person")
            hold(stranger, "person-unknown")
            landed = page.url
            page.get_by_role("button", name="退出登录").click()
            page.get_by_role("status").wait_for()
            hold(page, "signed-out")
            page.goto("/desk")

            assert landed == f"{url}/desk?lang=zh"
            assert "person_unknown" in stranger.content()
            assert "/sign-in" in page.url
            stranger.reload()
            assert "sign_in_expired" in stranger.content()
            hold(stranger, "sign-in-expired")
