"""Errors over HTTP, in English and in Chinese."""

from typing import Any, NamedTuple

from httpx import Response

from tests.conftest import Api, County


class Case(NamedTuple):
    """A request that is refused, and what the refusal says."""

    role: str
    method: str
    path: str
    body: Any
    code: str
    english: str
    chinese: str


REFUSALS = [
    Case(
        "coordinator", "POST", "/checklists?broken", b'{"title": ', "invalid_json",
        "what stands at character 10 is not JSON (Expecting value); check quotes, commas and brackets",
        "第 10 个字符处不符合 JSON 格式（Expecting value），请检查引号、逗号和括号",
    ),
    Case(
        "coordinator", "POST", "/checklists?latin", b'{"title": "\xff"}', "invalid_json",
        "byte 11 is not UTF-8; Chinese text in GBK has to be converted",
        "第 11 个字节不是 UTF-8 编码，GBK 编码的中文请先转换为 UTF-8",
    ),
    Case(
        "anonymous", "GET", "/keys", None, "missing_key",
        "This needs a key: send the header Authorization: Bearer <key>",
        "此操作需要密钥，请在请求头中提供 Authorization: Bearer <密钥>",
    ),
    Case(
        "auditor", "POST", "/checklists", {}, "role_not_allowed",
        "your key has the role auditor, which may not do this; ask whoever manages the keys",
        "您的密钥角色为督查员，无权执行此操作；如有需要，请联系密钥管理员",
    ),
    Case(
        "coordinator", "POST", "/units", {"jurisdiction": "34", "kind": "department", "name": "某局"}, "outside_scope",
        "your key covers 341522, not 34",
        "您的密钥权限范围为 341522，不含 34",
    ),
    Case(
        "anonymous", "GET", "/tasks/999999", None, "not_found",
        "there is no task 999999 that you may see; check the number",
        "没有编号为 999999 的任务，或您无权查看，请核对编号",
    ),
    Case(
        "anonymous", "GET", "/nothing/here", None, "no_such_route",
        "There is nothing at this address; see /docs",
        "此地址不存在，请查阅 /docs 中的接口说明",
    ),
    Case(
        "anonymous", "DELETE", "/checklists", None, "method_not_allowed",
        "This address does not take this method; the header Allow lists those it takes",
        "此地址不支持该请求方法，可用的方法见响应头 Allow",
    ),
    Case(
        "coordinator", "PATCH", "/checklists/1", {"revision": 999, "title": "另一个标题"}, "stale_revision",
        "Somebody changed this after you read it; look at `current` and change that",
        "您读取之后，内容已被他人修改；请查看 `current` 中的最新内容，在其基础上重新修改",
    ),
    Case(
        "coordinator", "PUT", "/units/1/members/2", {}, "not_a_collective",
        "the kind of 城关镇人民政府 is township; give a collective",
        "城关镇人民政府的单位类别是乡镇，不是集合单位，请选择集合单位",
    ),
    Case(
        "coordinator", "POST", "/checklists", b'"' + b"x" * 2_000_000 + b'"', "body_too_large",
        "it is announced with 2000002 bytes; send at most 1048576",
        "正文标明的大小为 2000002 字节，不得超过 1048576 字节",
    ),
    Case(
        "anonymous", "GET", "/checklists?cursor=nonsense", None, "invalid_cursor",
        "query.cursor: not a cursor that this server gave; start again without one",
        "query.cursor：不是本系统提供的游标，请去掉后从第一页重新查询",
    ),
    Case(
        "anonymous", "GET", "/tasks/first", None, "invalid_request",
        "path.task_id: is not a whole number; give digits only, such as 12",
        "path.task_id：应为整数，请只填数字，例如 12",
    ),
    Case(
        "auditor", "GET", "/overdue?as_of=2023-06-02", None, "as_of_in_future",
        "as_of is 2023-06-02, and today is 2023-06-01; give today or an earlier day",
        "查询日期 as_of 为 2023-06-02，而今天是 2023-06-01，请填写今天或更早的日期",
    ),
    Case(
        "auditor", "GET", "/journal/Nothing", None, "invalid_request",
        "path.stream: is not the name of a stream; GET /journal lists them",
        "path.stream：不是有效的流水名称，可通过 GET /journal 查询",
    ),
    Case(
        "admin", "POST", "/keys", {"name": "司法局", "role": "reporter", "jurisdiction": "341522"}, "invalid_request",
        "body: units: a reporter speaks for at least one unit, and nobody else for any",
        "body：units：填报角色至少对应一个单位，其他角色不对应单位",
    ),
]  # fmt: skip


def response_to(county: County, one: Case, language: str | None) -> Response:
    api = county.anonymous() if one.role == "anonymous" else county.as_role(one.role)
    return in_words(api, one.method, one.path, one.body, language)


def in_words(api: Api, method: str, path: str, body: Any = None, language: str | None = None) -> Response:
    headers = {"Accept-Language": language} if language is not None else {}
    if isinstance(body, bytes):
        return api.request(method, path, content=body, headers=headers | {"Content-Type": "application/json"})
    return api.request(method, path, json=body, headers=headers)


def answers(county: County, language: str | None) -> dict[tuple[str, str], tuple[str, str, str]]:
    """By method and path: code, detail and language of each refusal. None of them changes anything."""
    found = {(one.method, one.path): response_to(county, one, language) for one in REFUSALS}
    assert {answer.headers["vary"] for answer in found.values()} == {"Accept-Language"}
    return {
        request: (answer.json()["code"], answer.json()["detail"], answer.headers["content-language"])
        for request, answer in found.items()
    }


def test_an_error_is_english_unless_another_language_is_accepted(county: County) -> None:
    assert answers(county, None) == {(one.method, one.path): (one.code, one.english, "en") for one in REFUSALS}


def test_an_error_is_chinese_for_whoever_accepts_chinese(county: County) -> None:
    chinese = {(one.method, one.path): (one.code, one.chinese, "zh") for one in REFUSALS}

    assert answers(county, "zh-CN,zh;q=0.9,en;q=0.8") == chinese


def test_every_field_of_an_invalid_request_has_its_chinese(county: County) -> None:
    wanted = {"title": "", "year": 3000, "jurisdiction": "县", "colour": "red", "starts_on": "5月1日"}
    answer = in_words(county.as_role("coordinator"), "POST", "/checklists", wanted, "zh")
    problem = answer.json()

    assert problem["title"] == "提交的内容有误，具体字段见 `errors`"
    assert {one["field"]: one["detail"] for one in problem["errors"]} == {
        "body.jurisdiction": "不是有效的行政区划代码，应为 2 至 12 位数字（GB/T 2260），例如 341522",
        "body.title": "不能为空，请填写",
        "body.year": "数值过大，不得大于 2199",
        "body.starts_on": "日期有误，请按 2023-12-31 的格式填写",
        "body.colour": "此处没有这个字段，请去掉，或在 /docs 中查阅可用的字段名",
    }


def test_the_state_that_forbids_a_report_is_named_in_chinese(county: County) -> None:
    owed = county.obligation(1, "城关镇")["id"]
    api = county.as_unit("城关镇")
    api.post(f"/obligations/{owed}/updates", {"state": "completed", "narrative": "已公开。"})
    again = {"state": "in_progress", "narrative": "又有进展。"}
    answer = in_words(api, "POST", f"/obligations/{owed}/updates", again, "zh")

    assert answer.json()["title"] == "该应办事项已完成或已免办，不再接受填报"
    assert answer.json()["detail"] == f"应办事项 {owed} 的状态为已完成；如需继续办理，请联系政府办"


def test_what_people_wrote_stays_as_it_was_written(county: County) -> None:
    office = county.as_role("coordinator")
    office.put("/tasks/1/withdrawal", {"reason": "moved to {next} year"})
    answer = in_words(office, "PATCH", "/tasks/1", {"revision": 2, "summary": "x"}, "zh")

    assert answer.json()["detail"] == "任务 1 已于 2023-06-01 撤销，原因：moved to {next} year"


def test_the_weights_decide_and_an_unknown_language_is_answered_in_english(county: County) -> None:
    headers = {"fr": "en", "fr, zh;q=0.1": "zh", "zh;q=0.2, en;q=0.3": "en", "zh-Hans, en;q=0.9": "zh", "zh;q=0": "en"}
    titles = {one: in_words(county.anonymous(), "GET", "/keys", None, one).json()["title"][:4] for one in headers}

    assert titles == {one: "This" if language == "en" else "此操作需" for one, language in headers.items()}


def test_several_lines_of_the_header_count_together(county: County) -> None:
    lines = [("Accept-Language", "fr"), ("Accept-Language", "zh;q=0.5")]
    answer = county.client.get("/api/v1/keys", headers=lines)

    assert answer.headers["content-language"] == "zh"


def test_a_list_is_the_same_in_every_language(county: County) -> None:
    english, chinese = (in_words(county.anonymous(), "GET", "/tasks", None, one) for one in ("en", "zh"))

    assert english.content == chinese.content
    assert "content-language" not in chinese.headers
