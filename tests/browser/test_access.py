from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import reports

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.opening import Opener


def _violations(page: Page) -> list[str]:
    results = Axe().run(page)
    return [
        f"{found['id']}: {node['html']} {node['failureSummary']}"
        for found in results.response["violations"]
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(opened: Opener, scheme: str, width: int) -> None:
    page = opened(
        reports.digest(), color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    )
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    assert _violations(page) == []
    page.locator("#story-1 .marker").nth(2).focus()
    page.keyboard.press("ArrowRight")
    page.locator("#hint").wait_for()
    assert _violations(page) == []
    page.keyboard.press("Enter")
    page.locator("#reader").wait_for()
    assert _violations(page) == []
    page.keyboard.press("Escape")
    page.locator("#source-1-2 .open").click()
    assert _violations(page) == []
