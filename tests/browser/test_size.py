from __future__ import annotations

import io
import time
import unicodedata
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from service.render.html import render
from service.render.page.quotes import Quotes
from tests import reports

if TYPE_CHECKING:
    from tests.browser.opening import Opener

STORIES, EACH = 200, 5
# The promise is two seconds; a machine that does other work beside may take several times as long.
_GENEROUS = 10.0
_PAINTED = "new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"


def test_two_hundred_stories_open_at_once(opened: Opener) -> None:
    started = time.perf_counter()
    html = render(reports.large(STORIES, EACH))
    rendered = time.perf_counter() - started
    page = opened.html(html)
    seconds = page.evaluate(_PAINTED) / 1000
    print(f"{STORIES} stories: {len(html) / 1e6:.1f} MB, made in {rendered:.2f} s, shown in {seconds:.2f} s")
    assert seconds < _GENEROUS
    assert page.locator(".story").count() == STORIES
    assert page.locator("#reader-text").text_content() == ""
    started = time.perf_counter()
    page.locator("#story-200 .marker").nth(3).click()
    expect(page.locator("#reader .current")).to_have_text("Town 200 has opened school 0.")
    print(f"the last article of them was opened in {time.perf_counter() - started:.2f} s")
    page.keyboard.press("Escape")
    page.locator(".contents a").nth(149).click()
    expect(page.locator("#headline-150")).to_be_in_viewport()


def _letters(text: str) -> str:
    """Return a text without spaces, and with the letters that a font draws as one apart."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.mark.parametrize("script", [True, False])
def test_paper_holds_every_quote(opened: Opener, *, script: bool) -> None:
    page = opened(reports.digest(), java_script_enabled=script)
    paper = PdfReader(io.BytesIO(page.pdf(format="A4")))
    printed = _letters(" ".join(sheet.extract_text() for sheet in paper.pages))
    for quote in Quotes.of(reports.summary()).by_place.values():
        assert _letters(quote.citation.quote) in printed
    assert "https://gazette.example/bridge" in printed
    assert "Readitwithmarks" not in printed
    assert "Onlyonesourcesays" not in printed
