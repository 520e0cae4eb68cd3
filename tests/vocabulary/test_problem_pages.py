"""The addresses that problem documents name as their `type`."""

import re

from app.errors import every_error
from tests.client import Client
from tests.conftest import County


def test_the_type_of_a_problem_is_a_page_that_explains_it_in_both_languages(county: County) -> None:
    problem = county.anonymous().get("/keys").json()
    page = county.client.get(problem["type"])

    assert problem["type"] == "/problems/missing_key"
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "missing_key</a> (401 Unauthorized)" in page.text
    assert "<dd>This needs a key: send the header Authorization: Bearer &lt;key&gt;" in page.text
    assert '<dd lang="zh-CN">此操作需要密钥' in page.text


def test_one_page_lists_every_code(client: Client) -> None:
    listed = re.findall(r'<a href="/problems/([a-z_]+)">\1</a> \((\d+) ', client.get("/problems").text)

    assert sorted(listed) == sorted((error.code, str(error.status)) for error in every_error())


def test_an_unknown_code_has_no_page(client: Client) -> None:
    answer = client.get("/problems/no_such_code")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
