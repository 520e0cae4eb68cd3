"""What the tests do with a real browser: open and sign in at the size of a desk or a phone, and ask axe."""

import os
import re
from itertools import pairwise
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

CHROMIUM = which("chromium") or which("chromium-browser") or which("google-chrome")
SIZES = {"desk": (1280, 900), "phone": (390, 800), "zoomed": (640, 450)}  # a desk at 200 %
PICTURES = os.environ.get("PAGE_PICTURES")  # a folder for pictures of each page, to be looked at
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
IN_CHROMIUM = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here; apt-get install chromium"),
    pytest.mark.parametrize("shared", ["sqlite"], indirect=True),
]


def opened(browser: Browser, url: str, size: str, **options: Any) -> Page:
    width, height = SIZES[size]
    page = browser.new_context(
        base_url=url, viewport={"width": width, "height": height}, locale="zh-CN", **options
    ).new_page()
    page.set_default_timeout(10_000)
    page.on("console", lambda message: pytest.fail(message.text) if "Content Security" in message.text else None)
    return page


def signed_in(browser: Browser, url: str, size: str, key: str | None) -> Page:
    page = opened(browser, url, size)
    page.goto("/desk")
    page.get_by_label("密钥").fill(str(key))
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.wait_for_url(re.compile("/(desk|office)$"))
    return page


def hold(page: Page, name: str) -> None:
    """What every page has to be: no violation of WCAG 2.2 A and AA, no wider than its window, one first heading."""
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    if PICTURES:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(full_page=True, path=Path(PICTURES) / f"{name}-{width}.png")
    levels = [int(tag[1]) for tag in page.locator("h1, h2, h3").evaluate_all("all => all.map(one => one.tagName)")]

    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} is too wide"
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), (name, levels)
