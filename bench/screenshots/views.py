"""What the pictures show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, ViewportSize

_DESK: ViewportSize = {"width": 1280, "height": 900}
_PHONE: ViewportSize = {"width": 390, "height": 844}


def taken(report: Path, program: str, folder: Path) -> Iterator[Path]:
    """Take the pictures of a report, and return each as soon as it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        for take in (_light, _dark, _phone):
            yield from take(browser, report.as_uri(), folder)
        browser.close()


def _light(browser: Browser, address: str, folder: Path) -> Iterator[Path]:
    page = browser.new_page(viewport=_DESK, color_scheme="light")
    page.goto(address)
    page.locator(".summary .marker").nth(1).hover()
    yield _shot(page, folder / "report-light.png")
    page.mouse.move(0, 0)
    page.locator("#hint").wait_for(state="hidden")
    if page.locator(".disputes").count():
        _top(page, ".disputes")
        yield _shot(page, folder / "report-disputes.png")
    _top(page, ".sources")
    yield _shot(page, folder / "report-sources.png")


def _dark(browser: Browser, address: str, folder: Path) -> Iterator[Path]:
    page = browser.new_page(viewport=_DESK, color_scheme="dark")
    page.goto(address)
    page.locator(".summary .marker").nth(1).click()
    yield _shot(page, folder / "report-dark.png")


def _phone(browser: Browser, address: str, folder: Path) -> Iterator[Path]:
    page = browser.new_page(
        viewport=_PHONE, device_scale_factor=2, is_mobile=True, has_touch=True, color_scheme="light"
    )
    page.goto(address)
    _top(page, ".story")
    yield _shot(page, folder / "report-phone.png")


def _top(page: Page, css: str) -> None:
    page.locator(css).first.evaluate("element => element.scrollIntoView()")


def _shot(page: Page, path: Path) -> Path:
    page.screenshot(path=path)
    return path
