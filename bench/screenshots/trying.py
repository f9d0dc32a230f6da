"""The page to try it, used as a reader would use it, and pictures of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

_WIDE = {"width": 1200, "height": 900}
_PHONE = {"width": 390, "height": 844}
_MILLISECONDS = 600_000


def tried(url: str, articles: list[Path], program: str, folder: Path) -> Iterator[Path]:
    """Summarize files of articles in the page of a server, and yield each picture as it is written.

    Args:
        url: Where the page is.
        articles: Files of text.
        program: The browser.
        folder: Where the pictures go.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        for name, scheme, screen in (
            ("light", "light", _WIDE),
            ("dark", "dark", _WIDE),
            ("phone", "light", _PHONE),
        ):
            with_summary = _summarized(browser, url, articles, color_scheme=scheme, viewport=screen)
            path = folder / f"try-{name}.png"
            with_summary.screenshot(path=path, animations="disabled")
            yield path
            with_summary.context.close()
        browser.close()


def _summarized(browser: Browser, url: str, articles: list[Path], **options: object) -> Page:
    """Return the page with a summary in it, at the button that sends."""
    page = browser.new_context(device_scale_factor=2, **options).new_page()  # type: ignore[arg-type]
    page.goto(url)
    page.get_by_label("Open files").set_input_files(articles)
    expect(page.locator("#limits")).to_contain_text("up to")
    page.get_by_role("button", name="Summarize").click()
    expect(page.locator("#report-box")).to_be_visible(timeout=_MILLISECONDS)
    page.evaluate("document.activeElement.blur()")
    page.locator("#limits").evaluate("line => line.scrollIntoView()")
    return page
