"""A browser without a screen: it stores its cookies, fills in the forms of pages and sends them."""

import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any

import pytest
from httpx import Response

from tests.client import Client

ONE_DATABASE = pytest.mark.parametrize("shared", ["sqlite"], indirect=True)  # what no database decides
SEE_OTHER = 303
HIDDEN = r'type="hidden" name="(\w+)" value="([^"]*)"'
Files = Sequence[tuple[str, tuple[str, bytes, str]]] | None
HEADERS = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "zh-CN,zh;q=0.9"}


class Browser:
    """Looks at a page, then fills in one of its forms: `browser.send("/obligations/7/reports", narrative="…")`."""

    def __init__(self, client: Client, key: str | None = None) -> None:
        self.client, self.page = client, ""
        self.headers = HEADERS
        if key is not None:
            cookie = client.post("/sign-in", data={"key": key}).headers["set-cookie"].partition(";")[0]
            client.cookies.clear()  # each browser has its own
            self.headers = HEADERS | {"Cookie": cookie}

    def get(self, path: str) -> Response:
        answer = self.client.get(path, headers=self.headers)
        self.page = answer.text
        return answer

    def post(self, action: str, data: Mapping[str, Any], files: Files = None, /, **headers: str) -> Response:
        return self.client.post(action, data=data, files=files, headers=self.headers | headers)

    def send(self, action: str, files: Files = None, /, **typed: str) -> Response:
        """The page that follows."""
        answer = self.post(action, self.hidden(action) | typed, files)
        if answer.status_code == SEE_OTHER:
            return self.get(answer.headers["location"])
        self.page = answer.text
        return answer

    def hidden(self, action: str) -> dict[str, str]:
        """The hidden fields of a form."""
        form = re.search(rf'<form[^>]*action="{re.escape(action)}[#"].*?</form>', self.page, re.DOTALL)
        assert form, f"no form for {action} on this page"
        return {
            name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0])
        }


def words(page: str) -> str:
    """The text of a page, without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", page)))
