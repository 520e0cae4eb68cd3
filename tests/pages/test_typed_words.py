"""What people type into forms and send, once, twice, later, or too large."""

import re
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from tests.conftest import County
from tests.pages.browser import ONE_DATABASE, Browser, words


def test_a_form_that_is_filled_in_anew_after_the_back_button_is_explained(
    county: County, unit: Browser, owed: int
) -> None:
    path = f"/obligations/{owed}/reports"
    unit.get(f"/obligations/{owed}")
    before = unit.page
    unit.send(path, state="in_progress", narrative="第一次。")
    unit.page = before
    again = unit.send(path, state="in_progress", narrative="改过的。")
    sent = unit.send(path, state="in_progress", narrative="改过的。")
    said = [one["narrative"] for one in county.as_unit("城关镇").get(f"/obligations/{owed}/updates").json()["items"]]

    assert again.status_code == 409
    assert "此表单此前已提交过" in words(again.text)
    assert "Idempotency" not in again.text
    assert "改过的。</textarea>" in again.text
    assert sent.status_code == 200
    assert said == ["改过的。", "第一次。"]


@ONE_DATABASE
def test_what_is_wrong_with_several_fields_stands_beside_one_without_names_of_programs(
    county: County, unit: Browser, office: Browser, owed: int
) -> None:
    path = f"/obligations/{owed}"
    unit.get(path)
    percent = unit.send(f"{path}/reports", state="completed", narrative="做完了。", percent="40")
    unit.send(f"{path}/extensions", due_on="2024-01-31", reason="人手不足。")
    office.get(path)
    (asked,) = county.as_unit("城关镇").get(f"{path}/extensions").json()["items"]
    reason = office.send(f"{path}/extensions/{asked['id']}/decision", decision="refused")

    for answer, field in ((percent, "reports-percent"), (reason, f"extensions-{asked['id']}-decision-reason")):
        assert answer.status_code == 422
        assert f'id="obligations-{owed}-{field}-wrong"' in answer.text
        assert not re.search('in_progress[^"]|percent：|reason：', answer.text)


@ONE_DATABASE
def test_files_that_are_too_large_are_said_to_be_before_and_after(county: County, unit: Browser, owed: int) -> None:
    page = unit.get(f"/obligations/{owed}")
    form = unit.hidden(f"/obligations/{owed}/reports") | {"state": "in_progress", "narrative": "在办。"}
    large = [("files", ("大.pdf", b"%PDF-1.4" + b"0" * 20 * 1024**2, "application/pdf"))]
    answer = unit.post(f"/obligations/{owed}/reports", form, large)

    assert "合计不超过 20 MB" in words(page.text)
    assert answer.status_code == 413
    assert "您填写的内容仍在表单中" in words(answer.text)


@ONE_DATABASE
def test_who_is_signed_out_is_told_what_to_do_and_not_of_headers(county: County, unit: Browser, owed: int) -> None:
    large = [("files", ("大.pdf", b"%PDF-1.4" + b"0" * 200_000, "application/pdf"))]
    form = {"state": "in_progress", "narrative": "在办。"}
    answers = [
        Browser(county.client).post(f"/obligations/{owed}/reports", form, large),
        Browser(county.client).post(f"/obligations/{owed}/receipt", {}),
    ]

    for answer in answers:
        assert answer.status_code == 401
        assert "请在新窗口中登录，然后返回上一页再次提交" in words(answer.text)
        assert "Authorization" not in answer.text


def test_a_form_with_files_that_is_sent_twice_at_once_stops_nobody(county: County, unit: Browser, owed: int) -> None:
    """The second waits for the first to end, and must not wait where the first has to be worked on."""
    path, page = f"/obligations/{owed}/reports", unit.get(f"/obligations/{owed}")
    form = unit.hidden(path) | {"state": "in_progress", "narrative": "在办。"}
    files = [("files", ("公开.pdf", b"%PDF-1.4\n" + b"0" * 300_000, "application/pdf"))]
    began = monotonic()
    with ThreadPoolExecutor(4) as clicks:
        answers = [*clicks.map(lambda _: unit.post(path, form, files), range(4))]
    reports = county.as_unit("城关镇").get(f"/obligations/{owed}/updates").json()["items"]

    assert page.status_code == 200
    assert [one.status_code for one in answers] == [303] * 4
    assert len(reports) == 1
    assert monotonic() - began < 10


@ONE_DATABASE
def test_a_day_may_be_typed_as_people_write_it(county: County, unit: Browser, office: Browser, owed: int) -> None:
    path = f"/obligations/{owed}"
    for typed in ("2024年1月31日", "2024/1/31", "２０２４．０１．３１", "2024 年 1 月 31 日"):
        unit.get(path)
        refused = unit.send(f"{path}/extensions", due_on=typed, reason="")  # for its reason alone

        assert re.findall(r'id="[^"]*extensions-(\w+)-wrong"', refused.text) == ["reason"], typed
    for typed in ("1月31日", "31/1/2024", "2024年2月30日", "明年"):
        unit.get(path)
        refused = unit.send(f"{path}/extensions", due_on=typed, reason="人手不足。")

        assert "日期有误，请按 2023-12-31 的格式填写" in words(refused.text), typed
    unit.get(path)
    assert unit.send(f"{path}/extensions", due_on="2024年1月31日", reason="人手不足。").status_code == 200
    (asked,) = county.as_unit("城关镇").get(f"{path}/extensions").json()["items"]
    assert asked["asked_for"] == "2024-01-31"
    assert "截至 2023-05-01" in words(office.get("/overdue?as_of=2023年5月1日&known_on=").text)
