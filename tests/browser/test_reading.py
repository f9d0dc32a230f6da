from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from service.render.page.quotes import Quotes
from tests import reports

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.opening import Opener


def _highlighted(page: Page) -> str:
    mark = page.locator("#reader .current")
    expect(mark).to_have_count(1)
    expect(mark).to_be_in_viewport()
    return str(mark.evaluate("mark => mark.textContent"))


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.dataset.quote ?? document.activeElement.className"))


def test_every_marker_opens_its_article_at_the_words_that_it_quotes(opened: Opener) -> None:
    page = opened(reports.digest())
    quotes = {quote.number: quote.citation.quote for quote in Quotes.of(reports.summary()).by_place.values()}
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    seen = set()
    for marker in page.locator("#story-1 .marker:visible").all():
        number = int(marker.get_attribute("data-quote") or 0)
        marker.click()
        assert _highlighted(page) == quotes[number]
        page.keyboard.press("Escape")
        expect(page.locator("#reader")).to_be_hidden()
        assert _focused(page) == str(number)
        seen.add(number)
    assert seen == set(quotes)


def test_the_passage_is_scrolled_to_in_a_long_article(opened: Opener) -> None:
    text = (
        "Nothing happens in this line.\n\n" * 200 + "🌉 It happened here. " + "And nothing after it.\n" * 50
    )
    page = opened(reports.quoted(text, "It happened here."))
    page.locator(".marker").click()
    assert _highlighted(page) == "It happened here."
    assert page.locator("#reader-claim").inner_text() == "Supports: “It happened here.”"


def test_pointing_at_a_marker_shows_the_words_in_their_article(opened: Opener) -> None:
    page = opened(reports.digest())
    marker = page.locator('#story-1 .summary .marker[data-quote="5"]')
    marker.hover()
    hint = page.locator("#hint")
    expect(hint.locator("mark")).to_have_text("Repairs will cost three million pounds, the mayor said.")
    expect(hint.locator(".words")).to_contain_text("found cracks. Repairs")
    expect(marker).to_have_attribute("aria-describedby", "hint")
    hint.hover()
    page.wait_for_timeout(400)
    expect(hint).to_be_visible()
    page.keyboard.press("Escape")
    expect(hint).to_be_hidden()
    page.locator('#story-1 .summary .marker[data-quote="6"]').hover()
    expect(hint.locator(".where")).to_have_text("The Herald, which says otherwise")
    page.locator("h1").hover()
    expect(hint).to_be_hidden()


@pytest.mark.parametrize("size", [(360, 640), (1280, 500)])
def test_the_words_stay_with_a_marker_to_which_the_page_scrolls(
    opened: Opener, size: tuple[int, int]
) -> None:
    page = opened(reports.digest(), viewport={"width": size[0], "height": size[1]})
    hint, focused = page.locator("#hint"), page.locator(".marker:focus")
    scrolled = 0
    for _ in range(60):
        before = page.evaluate("window.scrollY")
        page.keyboard.press("Tab")
        if not focused.count():
            continue
        page.wait_for_timeout(400)  # twice the time after which words that nobody looks at vanish
        scrolled += page.evaluate("window.scrollY") != before
        expect(hint).to_be_visible()
        expect(focused).to_have_attribute("aria-describedby", "hint")
        target, shown = focused.bounding_box(), hint.bounding_box()
        assert target
        assert shown
        gaps = (shown["y"] - target["y"] - target["height"], target["y"] - shown["y"] - shown["height"])
        assert max(gaps) == pytest.approx(6, abs=2)
    assert scrolled


def test_all_can_be_done_by_keyboard(opened: Opener) -> None:
    page = opened(reports.digest())
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.summary .marker')"):
            break
    assert _focused(page) == "2"
    expect(page.locator("#hint mark")).to_have_text(
        "The old bridge in Dale was closed on Monday after engineers found cracks."
    )
    page.keyboard.press("ArrowRight")
    assert _focused(page) == "3"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert _highlighted(page).startswith("The old bridge in Dale")
    assert _focused(page) == "current"
    page.keyboard.press("ArrowRight")
    assert _highlighted(page) == "was closed on Monday"
    page.keyboard.press("ArrowRight")
    assert _highlighted(page) == "Repairs will cost three million pounds, the mayor said."
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert _highlighted(page) == "Bridge in Dale closed"
    page.keyboard.press("Escape")
    assert _focused(page) == "2"


def test_a_source_shows_what_became_of_its_passages(opened: Opener) -> None:
    page = opened(reports.digest())
    page.locator("#source-1-1 .open").click()
    text = page.locator("#reader-text")
    expect(text.locator(".removed").first).to_have_text("Home | Sport")
    expect(text.locator(".off-topic")).to_have_text("A cat was rescued from a tree in Ashby.")
    notes = text.locator(".why").all_inner_texts()
    assert notes[0] == "Removed: menus, buttons and lists of links"
    assert "Off topic: about another story" in notes
    expect(page.locator("#reader-about .relations")).to_have_text(
        "One origin with Post (nearly the same text)"
    )
    words = text.evaluate(
        "box => { box.querySelectorAll('.why').forEach(why => why.remove()); return box.textContent; }"
    )
    assert words == reports.GAZETTE
    page.get_by_role("button", name="Close", exact=True).click()
    assert _focused(page) == "open"


@pytest.mark.parametrize(
    ("within", "kind", "claim", "note"),
    [
        ("header", "quoted", "Supports the headline: “Bridge in Dale closed”", "quote 1"),
        (
            ".timeline",
            "dated",
            "In the timeline, 4 March 2024: “The bridge was closed.”",
            "quote 9, in the timeline",
        ),
        (
            ".known",
            "known",
            "Left out as known: “Lorries must use the northern road.”",
            "quote 10, left out as known",
        ),
        (
            ".dispute li:nth-child(2)",
            "disputed",
            "In a dispute: “The articles differ on a number: three million or five million.”",
            "quote 8, in a dispute",
        ),
    ],
)
def test_what_stands_beside_the_summary_opens_as_what_it_is(
    opened: Opener, within: str, kind: str, claim: str, note: str
) -> None:
    page = opened(reports.digest())
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    page.locator(f"#story-1 {within} .marker").click()
    quote = _highlighted(page)
    expect(page.locator("#reader-claim")).to_have_text(claim)
    expect(page.locator("#reader .current + .why")).to_have_text(note)
    page.keyboard.press("Escape")
    page.locator("#story-1 .source .open").nth(1 if kind in {"known", "disputed"} else 0).click()
    shown = page.locator(f"#reader mark.{kind}").all_text_contents()
    assert any(words in quote for words in shown) == (kind != "dated")  # these lie in quoted words


def test_the_reading_view_shows_what_was_asked_for(opened: Opener) -> None:
    page = opened(reports.digest())
    shown = page.locator("#story-1 .sentence:visible")
    for name, count, kind in (
        ("Agreed", 1, "agreed"),
        ("Disputed", 1, "disputed"),
        ("Only one", 1, "single"),
    ):
        page.get_by_role("radio", name=name).check(force=True)
        expect(shown).to_have_count(count)
        assert kind in (shown.first.get_attribute("class") or "")
        assert page.locator("#story-1 .disputes").is_visible() == (kind == "disputed")
    page.get_by_role("radio", name="Everything").check(force=True)
    expect(shown).to_have_count(3)


def test_colours_follow_the_reader(opened: Opener) -> None:
    page = opened(reports.digest(), color_scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(paper)
    page.get_by_role("radio", name="Light").check(force=True)
    light = page.evaluate(paper)
    page.emulate_media(color_scheme="light")
    page.get_by_role("radio", name="Auto").check(force=True)
    assert page.evaluate(paper) == light != dark
    page.get_by_role("radio", name="Dark").check(force=True)
    assert page.evaluate(paper) == dark


def test_a_phone_need_not_scroll_sideways(opened: Opener) -> None:
    long = "Donaudampfschifffahrtsgesellschaft" * 12 + "."
    phone = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    page = opened(reports.digest(), **phone)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator('#story-1 .summary .marker[data-quote="5"]').tap()
    assert _highlighted(page) == "Repairs will cost three million pounds, the mayor said."
    page = opened(reports.quoted(long, long, title=long, publisher=long, uri=long), **phone)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_without_a_script_markers_lead_to_their_quotes(opened: Opener) -> None:
    page = opened(reports.digest(), java_script_enabled=False)
    page.locator('#story-1 .summary .marker[data-quote="5"]').click()
    quote = page.locator("#quote-1-5 q")
    expect(quote).to_be_visible()
    expect(quote).to_be_in_viewport()
    expect(page.locator(".open").first).to_be_hidden()
    page.get_by_role("radio", name="Disputed").check(force=True)
    expect(page.locator("#story-1 .sentence:visible")).to_have_count(1)
