"""The same on the pages: what is sent waits, whoever releases finds it on the desk, and one button releases it."""

import pytest

from tests.pages.browser import words
from tests.updates.releases.conftest import People, done

pytestmark = pytest.mark.long_on_postgresql
PDF = [("files", ("佐证.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf"))]
SAID = {"state": "completed", "narrative": "已全部公开。"}


def test_a_report_is_written_found_and_released_on_pages(two: People, owed: str) -> None:
    writer, releaser = two.browser("张三"), two.browser("李四")
    form = writer.get(owed).text
    sent = words(writer.send(f"{owed}/reports", PDF, **SAID).text)
    (waiting,) = two["张三"].all("/waiting-reports")
    action = f"{owed}/waiting-reports/{waiting['id']}"
    to_office = words(two.county.as_role("coordinator").get(owed).text)
    desk = words(releaser.get("/desk").text)
    releaser.get(owed)
    token = releaser.hidden(f"{action}/release")
    other = next(one["id"] for one in two["李四"].all("/obligations") if owed != f"/obligations/{one['id']}")
    elsewhere = releaser.post(action.replace(owed, f"/obligations/{other}") + "/release", token)
    after = words(releaser.send(f"{action}/release").text)
    (update,) = two["张三"].all(f"{owed}/updates")

    assert "reported_by" not in form
    assert elsewhere.status_code == 404
    assert "填报已收到,待本单位签发" in sent.replace("，", ",")
    assert f"{action}/release" not in writer.page, "it is their own"
    assert f'action="{owed}/reports' not in writer.page
    assert ("待签发" in desk, SAID["narrative"] in desk) == (True, True)
    assert SAID["narrative"] not in to_office
    assert "填报已签发" in after
    assert (update["reported_by"], update["approved_by"]) == ("张三", "李四")
    assert [one["file_name"] for one in update["evidence"]] == ["佐证.pdf"]


def test_a_report_is_given_back_with_words_on_a_page(two: People, owed: str) -> None:
    waiting = done(two["张三"].post(f"{owed}/updates", SAID))
    releaser, action = two.browser("李四"), f"{owed}/waiting-reports/{waiting['id']}"
    releaser.get(owed)
    unexplained = releaser.send(f"{action}/withdrawal")
    page = releaser.send(f"{action}/withdrawal", reason="请补充页面。")
    (shown,) = two["张三"].all("/waiting-reports")

    assert unexplained.status_code == 422
    assert "填报已撤回" in words(page.text)
    assert shown["withdrawal"]["reason"] == "请补充页面。"
