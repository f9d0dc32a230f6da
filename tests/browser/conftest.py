"""The chromium of this machine, and reports opened in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from bench import chromium
from service.render.html import render
from tests.browser.opening import PATIENCE, Opener

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the browser once a module, and end it: while it runs, no asyncio loop can."""
    program = chromium.program()
    if program is None:
        pytest.skip(f"there is no browser here: none of {', '.join(chromium.NAMES)} is on the PATH")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program)
        yield started
        started.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Open reports, and make sure afterwards that they asked for nothing and complained of nothing."""
    opener = Opener(browser, tmp_path / "report.html", render)
    yield opener
    opener.close()
    assert opener.complaints == []
    assert [request.url for request in opener.requests] == []
