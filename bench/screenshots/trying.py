"""The page to try it, used as a reader would, and pictures of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Page, ViewportSize

_DESK: ViewportSize = {"width": 1280, "height": 900}
_PHONE: ViewportSize = {"width": 390, "height": 844}
_VIEWS: tuple[tuple[str, Literal["light", "dark"], ViewportSize], ...] = (
    ("light", "light", _DESK),
    ("dark", "dark", _DESK),
    ("phone", "light", _PHONE),
)
_MILLISECONDS = 600_000


def tried(url: str, articles: Sequence[Path], program: str, folder: Path) -> Iterator[Path]:
    """Summarize files of articles in the page of a server, and return each picture as soon as it is there."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        for name, scheme, size in _VIEWS:
            page = browser.new_page(viewport=size, color_scheme=scheme, reduced_motion="reduce")
            page.goto(url)
            page.get_by_label("Open files").set_input_files(articles)
            expect(page.locator("#limits")).to_contain_text("up to")
            if name == "light":
                yield _shot(page, folder / "try-form.png")
            page.get_by_role("button", name="Summarize").click()
            expect(page.locator("#report-box")).to_be_visible(timeout=_MILLISECONDS)
            page.locator("#send").evaluate("button => { button.blur(); button.scrollIntoView(); }")
            yield _shot(page, folder / f"try-{name}.png")
            page.close()
        browser.close()


def _shot(page: Page, path: Path) -> Path:
    page.screenshot(path=path)
    return path
