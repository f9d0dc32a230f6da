"""The page to try it, served by a real server to a real browser."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FilePayload, expect

from service.render.safe import harmless
from service.rpc import callers_file, tokens
from service.settings import Settings
from tests.browser.opening import PATIENCE
from tests.browser.test_safety import HOSTILE
from tests.browser.trying import PATIENCE_SECONDS, Tried
from tests.rpc.conftest import Loader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Request

FIRST = "The old bridge in Dale was closed on Monday."
SECOND = "Engineers found cracks in the bridge in Dale."


@dataclass
class Visit:
    """Pages of a server, and what the browser said and asked for."""

    browser: Browser
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @contextmanager
    def __call__(self, tried: Tried, **options: object) -> Iterator[Page]:
        context = self.browser.new_context(**options)  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        context.on("request", self._requested)
        page.goto(f"http://{tried.address}/")
        try:
            yield page
        finally:
            context.close()

    def _requested(self, request: Request) -> None:
        self.requests.append(request.url)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Visit pages, and make sure afterwards that they complained of nothing and asked nobody else."""
    visit = Visit(browser)
    yield visit
    assert visit.complaints == []
    hosts = {url.split("/")[2] for url in visit.requests if not url.startswith(("blob:", "data:"))}
    assert len(hosts) == 1


@pytest.fixture
def tried() -> Iterator[Tried]:
    with Tried(Settings()) as tried:
        yield tried


def _write(page: Page, *texts: str, title: str = "") -> None:
    for number, text in enumerate(texts):
        page.get_by_label("Text").nth(number).fill(text)
        page.get_by_label("Title").nth(number).fill(title and f"{title} {number + 1}")


def _violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def test_sentences_arrive_with_their_citations_and_the_report_is_read(visit: Visit, tried: Tried) -> None:
    with visit(tried) as page:
        expect(page.locator("#limits")).to_contain_text("up to 50 articles")
        _write(page, FIRST, SECOND, title="Paper")
        page.get_by_role("button", name="Summarize").click()
        said = page.locator("#told > li")
        expect(page.locator("#progress")).to_have_text("The articles are being read")
        assert said.count() == 0
        tried.pace.go.release(3)
        expect(said).to_have_count(1)
        expect(said.locator("q")).to_have_text(FIRST[1:])
        expect(said.locator(".where")).to_have_text("Paper 1")
        expect(said.locator(".support")).to_have_text("1 article, 1 origin")
        expect(page.locator("#report-box")).to_be_hidden()
        tried.pace.go.release(2)
        expect(said).to_have_count(2)
        expect(page.locator("#progress")).to_have_text("Done: 2 sentences from 2 articles.")
        page.get_by_role("button", name="Read the report").click()
        report = page.frame_locator("#report")
        expect(report.locator(".said").first).to_have_text(FIRST[1:])
        report.locator(".marker").first.click()
        expect(report.locator("#reader .current")).to_have_text(FIRST[1:])


def test_the_report_can_be_saved_and_is_the_one_that_a_file_would_be(visit: Visit, tried: Tried) -> None:
    tried.at_full_speed()
    with visit(tried) as page:
        _write(page, FIRST, SECOND)
        page.get_by_role("button", name="Summarize").click()
        with page.expect_download() as saving:
            page.get_by_role("link", name="Save it as a file").click()
        assert saving.value.suggested_filename == "newsweave-report.html"
        saved = saving.value.path().read_text("utf-8")
    assert saved.startswith("<!doctype html>")
    assert FIRST in saved


def test_nothing_in_the_frame_can_reach_the_page(visit: Visit, tried: Tried) -> None:
    tried.at_full_speed()
    with visit(tried) as page:
        _write(page, FIRST)
        page.get_by_role("button", name="Summarize").click()
        page.get_by_role("button", name="Read the report").click()
        expect(page.frame_locator("#report").locator("h1")).to_be_visible()
        assert page.evaluate("document.getElementById('report').contentDocument") is None
        (frame,) = (frame for frame in page.frames if frame is not page.main_frame)
        assert frame.evaluate("self.origin") == "null"


def test_cancelling_stops_the_work(visit: Visit, tried: Tried) -> None:
    with visit(tried) as page:
        _write(page, FIRST, SECOND)
        page.get_by_role("button", name="Summarize").click()
        tried.pace.go.release(3)
        expect(page.locator("#told > li")).to_have_count(1)
        page.get_by_role("button", name="Cancel").click()
        expect(page.locator("#progress")).to_have_text("Cancelled: the server has been told to stop.")
        assert tried.pace.stopped.wait(PATIENCE_SECONDS)
        expect(page.get_by_role("button", name="Cancel")).to_be_hidden()
        expect(page.get_by_role("button", name="Summarize")).to_be_focused()
        tried.at_full_speed()
        page.get_by_role("button", name="Summarize").click()
        expect(page.locator("#told > li")).to_have_count(2)


def test_an_error_is_told_in_words_at_its_field(visit: Visit, tried: Tried) -> None:
    with visit(tried) as page:
        page.get_by_role("button", name="Add an article").click()
        page.get_by_label("Text").nth(1).fill(FIRST)
        page.get_by_label("Title").nth(2).fill("A title alone")
        page.get_by_role("button", name="Summarize").click()
        fault = page.get_by_role("alert")
        expect(fault.locator("h2")).to_have_text("Something must be changed first")
        expect(fault.locator("li")).to_have_text(["Article 3: the text has nothing that can be seen"])
        expect(fault).to_contain_text("EMPTY_TEXT")
        text = page.get_by_label("Text").nth(2)
        expect(text).to_have_attribute("aria-invalid", "true")
        expect(text).to_be_focused()
        expect(page.locator(".wrong").nth(2)).to_have_text("The text has nothing that can be seen")
        expect(page.locator("#outcome")).to_be_hidden()
        tried.at_full_speed()
        text.fill(SECOND)
        page.get_by_role("button", name="Summarize").click()
        expect(page.locator("#told > li")).to_have_count(2)
        expect(fault).to_be_hidden()


def test_a_hostile_article_stays_text(visit: Visit, tried: Tried) -> None:
    tried.at_full_speed()
    with visit(tried) as page:
        _write(page, HOSTILE.replace("\x00", ""), title=HOSTILE.replace("\x00", ""))
        page.get_by_role("button", name="Summarize").click()
        expect(page.locator("#told > li")).to_have_count(1)
        shown = harmless(page.get_by_label("Text").first.input_value())[1:]
        assert page.locator("#told q").text_content() == shown
        assert page.locator("#told :is(script, img, svg, b, a)").count() == 0
        page.get_by_role("button", name="Read the report").click()
        expect(page.frame_locator("#report").locator(".said")).to_be_visible()


def test_files_are_opened_and_dropped(visit: Visit, tried: Tried) -> None:
    with visit(tried) as page:
        page.get_by_label("Open files").set_input_files(
            [
                FilePayload(name="one.txt", mimeType="text/plain", buffer=FIRST.encode()),
                FilePayload(name="old.txt", mimeType="text/plain", buffer="Café".encode("latin-1")),
                FilePayload(name="three.pdf", mimeType="application/pdf", buffer=b"%PDF"),
            ]
        )
        expect(page.get_by_role("alert").locator("li")).to_have_text(
            ["old.txt: it cannot be read as UTF-8.", "three.pdf: only .txt and .html files are read here."]
        )
        dropped = f"<!doctype html><article><p>{SECOND}</p></article>"
        page.evaluate(
            """html => {
              const dataTransfer = new DataTransfer();
              dataTransfer.items.add(new File([html], "two.html", { type: "text/html" }));
              for (const kind of ["dragover", "drop"]) {
                const options = { dataTransfer, bubbles: true, cancelable: true };
                document.body.dispatchEvent(new DragEvent(kind, options));
              }
            }""",
            dropped,
        )
        expect(page.locator(".article")).to_have_count(2)
        expect(page.get_by_role("alert")).to_be_hidden()
        expect(page.locator(".article legend")).to_have_text(["Article 1, one.txt", "Article 2, two.html"])
        assert [box.is_checked() for box in page.locator(".is-html").all()] == [False, True]
        with page.expect_request("**/call/StreamSummarize") as asked:
            page.get_by_role("button", name="Summarize").click()
        first, second = json.loads(asked.value.post_data or "")["articles"]
        assert first == {"id": "Article 1, one.txt", "title": "", "text": FIRST}
        assert second == {"id": "Article 2, two.html", "title": "", "html": dropped}


def test_what_is_too_long_is_told_before_it_is_sent(visit: Visit) -> None:
    with Tried(Settings(max_article_characters=100, max_articles=1)) as tried, visit(tried) as page:
        expect(page.locator("#limits")).to_contain_text("up to 1 article")
        _write(page, "🌉" * 103, "b")
        expect(page.locator(".count").first).to_have_text("103 characters, 3 more than the server takes")
        expect(page.locator("#total")).to_have_text("2 articles, and the server takes 1")
        page.get_by_label("Words, at most").fill("5000")
        page.get_by_role("button", name="Summarize").click()
        assert page.evaluate("document.getElementById('words').matches(':invalid')")
        expect(page.locator("#outcome")).to_be_hidden()


def test_a_token_is_asked_for_only_where_one_is_needed(visit: Visit, tried: Tried, tmp_path: Path) -> None:
    with visit(tried) as page:
        expect(page.locator("#limits")).to_contain_text("50 articles")
        expect(page.get_by_label("Token")).to_be_hidden()
    token, path = tokens.new(), tmp_path / "callers.toml"
    path.write_text(callers_file.line("desk", token) + "\n", "utf-8")
    visit.requests.clear()
    with Tried(Settings(callers=str(path))) as guarded, visit(guarded) as page:
        guarded.at_full_speed()
        expect(page.locator("#limits")).to_contain_text("a bearer token is needed")
        page.get_by_label("Token").fill(tokens.new())
        _write(page, FIRST)
        page.get_by_role("button", name="Summarize").click()
        expect(page.get_by_role("alert").locator("h2")).to_have_text("The token is not known")
        page.get_by_label("Token").fill(token)
        page.get_by_role("button", name="Summarize").click()
        expect(page.locator("#told > li")).to_have_count(1)
        expect(page.locator("#limits")).to_contain_text("up to 50 articles")
        assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]


def test_a_server_whose_models_load_is_asked_again(visit: Visit) -> None:
    with Tried(Settings(), loader=Loader()) as tried, visit(tried) as page:
        expect(page.locator("#limits")).to_contain_text("is not known yet")
        tried.loader.go.set()
        expect(page.locator("#limits")).to_contain_text("up to 50 articles")


def test_all_can_be_done_by_keyboard(visit: Visit, tried: Tried) -> None:
    tried.at_full_speed()
    with visit(tried) as page:
        expect(page.locator("#limits")).to_contain_text("50 articles")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        for keys in ("Tab", "Tab"):
            page.keyboard.press(keys)
        expect(page.get_by_label("Title").first).to_be_focused()
        page.keyboard.type("Paper")
        page.keyboard.press("Tab")
        page.keyboard.type(FIRST)
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "send":
                break
        page.keyboard.press("Enter")
        expect(page.locator("#told > li")).to_have_count(1)
        page.get_by_role("button", name="Summarize").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.frame_locator("#report").locator("h1")).to_be_visible()


def test_articles_come_and_go(visit: Visit, tried: Tried) -> None:
    with visit(tried) as page:
        page.get_by_role("button", name="Add an article").click()
        expect(page.get_by_label("Title").nth(2)).to_be_focused()
        page.get_by_role("button", name="Remove article 1").click()
        expect(page.locator(".article legend")).to_have_text(["Article 1", "Article 2"])
        expect(page.get_by_label("Title").first).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(visit: Visit, tried: Tried, scheme: str, width: int) -> None:
    tried.at_full_speed()
    screen = {"width": width, "height": 900}
    with visit(tried, color_scheme=scheme, viewport=screen, bypass_csp=True, reduced_motion="reduce") as page:
        expect(page.locator("#limits")).to_contain_text("50 articles")
        assert _violations(page) == []
        page.get_by_label("Title").first.fill("A title alone")
        page.get_by_role("button", name="Summarize").click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert _violations(page) == []
        _write(page, FIRST, "long" * 300)
        page.get_by_role("button", name="Summarize").click()
        page.get_by_role("button", name="Read the report").click()
        expect(page.frame_locator("#report").locator("h1")).to_be_visible()
        assert _violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
