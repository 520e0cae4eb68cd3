"""Every page for every caller, compared with a table that is written by hand."""

import re
from collections.abc import Iterator

from httpx import Response

from app.access.declared import declared
from app.access.one_thread import OneThreadRoute
from tests.access.page_table import PAGES
from tests.access.rows import Rows, done, enter_rows
from tests.access.test_permissions import ALLOWS, CALLERS, NEIGHBOUR, OFFICERS, callers
from tests.conftest import COUNTY, County
from tests.county import sample_page
from tests.document import described
from tests.pages.browser import Browser
from tests.shared import Shared

WITHOUT_PERMISSION = {
    "GET /sign-in",
    "POST /sign-in",
    "GET /sign-in/with-account",
    "GET /sign-in/callback",
    "POST /sign-out",
}
FORMS = {
    "reports": {"state": "in_progress", "narrative": "正在办理。"},
    "extensions": {"due_on": "2024-01-31", "reason": "人手不足"},
    "answers": {"answer": "已恢复。"},
    "answer": {"answer": "周五报送。"},
    "import answers": {"answer": '{"row": 10, "take_proposal": true}'},
    "review": {"judgement": "accepted"},
    "withdrawal": {"reason": "数据有误。"},
    "decision": {"decision": "granted"},
    "urgings": {"words": "请报送。", "answer_by": "2023-06-30"},
    "findings": {"kind": "spot_check", "narrative": "页面打不开。", "due_on": "2023-06-30"},
    "extension": {"due_on": "2023-07-31", "reason": "还缺两项。"},
    "publication": {"audience": "public"},
    "closure": {"conclusion": "合格。"},
    "imports": {"jurisdiction": COUNTY},
    "commit": {"proposals": "leave"},
}
FILES = {"imports": [("file", ("清单.txt", sample_page(2026), "text/plain"))]}
ROWS = {"{finding_id}": "found", "closure": "answered", "updates": "claimed", "decision": "asked"}  # whose obligation


def lines() -> Iterator[tuple[str, str, list[str]]]:
    """Method, path and cells of each line of the table."""
    for line in PAGES.splitlines():
        method, _, rest = line.partition(" ")
        if method.isupper():
            path, *cells = rest.split()
            yield method, path, cells


def test_every_page_has_its_line_in_the_table_and_declares_its_permission() -> None:
    pages = {
        f"{method} {route.path}": route
        for route in described().routes
        if isinstance(route, OneThreadRoute) and not route.path.startswith("/api/")
        for method in route.methods or ()
    }
    written = {f"{method} {path}" for method, path, _ in lines()}

    assert written == pages.keys() - WITHOUT_PERMISSION
    assert all(declared(pages[name]).permissions for name in written)
    assert {len(cells) for _, _, cells in lines()} == {len(CALLERS)}


def short(answer: Response) -> str:
    if answer.status_code == 303:
        return "in" if answer.headers["location"].startswith("/sign-in") else "ok"
    if answer.is_success:
        return "ok"
    return "role" if "role_not_allowed" in answer.text else str(answer.status_code)


def test_every_caller_sees_and_does_on_pages_what_the_table_says(shared: Shared, county: County) -> None:
    done(county.as_role("coordinator").patch("/checklists/1", {"revision": 2, "asks_for_review": True}))
    made: dict[str, Rows] = {unit: enter_rows(county, unit) for unit in ("城关镇", "河口镇")}
    for role in OFFICERS:
        county.as_role(role, NEIGHBOUR)
    browsers = [(Browser(county.client, api.key), rows) for api, rows in callers(county, made)]
    tokens = [form_token(browser) for browser, _ in browsers]
    shared.templates.save("pages")
    differences = {}
    for method, path, cells in lines():
        for name, (browser, rows), token, cell in zip(CALLERS, browsers, tokens, cells, strict=True):
            answer = send_form(browser, method, path, rows, token)
            if (got := short(answer)) not in ALLOWS.get(cell, {cell}):
                differences[f"{method} {path} for {name}"] = f"{got}, not {cell}"
            if method == "POST" and got == "ok":
                shared.templates.restore("pages")

    assert differences == {}


def form_token(browser: Browser) -> dict[str, str]:
    """The hidden field of every form, the same on each page; nobody has none."""
    found = re.search(r'name="form_token" value="(\w+)"', browser.get("/").text)
    return {"form_token": found[1]} if found else {}


def send_form(browser: Browser, method: str, path: str, rows: Rows, token: dict[str, str]) -> Response:
    """A form as a program would send it, so that what is refused has its code."""
    ids = dict(rows.ids)
    if path.startswith("/obligations/{obligation_id}/"):
        words = [word for word in path.split("/") if word in ROWS]
        ids["obligation_id"] = rows.owed[ROWS[words[-1]] if words else "plain"]
        ids["finding_id"] = ids["answered"] if path.endswith("/closure") else ids["finding_id"]
    address = path.format(**ids)
    if method == "GET":
        return browser.get(address)
    form = "import answers" if path.startswith("/imports/{import_id}/answers") else path.rpartition("/")[2]
    data = FORMS.get(form, {}) | token | {"obligation": rows.owed["plain"]}
    return browser.post(address, data, FILES.get(form), Accept="*/*")
