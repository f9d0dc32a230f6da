from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from service.domain import Article
from service.errors import Cancelled, InvalidRequest
from service.markup.tree import MAX_ELEMENTS
from service.stages import extract as extract_module
from service.stages.extract import extract
from tests.unit.service.pages import HEADLINE, LEAD, NEWS_PAGE, PAGES, STORY, page

if TYPE_CHECKING:
    from collections.abc import Callable

DEEP = "<html><body>" + "<div>" * 300


def from_html(html: str, **told: object) -> Article:
    (article,) = extract([Article("a", "", html=html, **told)], lambda: None)  # type: ignore[arg-type]
    return article


def test_an_article_that_came_as_text_is_left_untouched() -> None:
    sent = Article("a", " <p>text\0", "t")
    (article,) = extract([sent], lambda: None)
    assert article is sent


def test_a_page_gives_its_text_and_what_it_says_about_itself() -> None:
    article = from_html(NEWS_PAGE)
    assert article.html == NEWS_PAGE
    assert set(STORY) <= set(article.text.splitlines())
    assert (article.title, article.publisher, article.uri, article.published_at) == (
        HEADLINE,
        "The Dale Courier",
        "https://courier.example/bridge",
        datetime(2024, 3, 4, 17, 20, tzinfo=UTC),
    )


def test_what_the_caller_says_wins() -> None:
    told = {"title": "T", "publisher": "P", "uri": "u", "published_at": datetime(2020, 1, 1, tzinfo=UTC)}
    article = from_html(NEWS_PAGE, **told)
    assert {name: getattr(article, name) for name in told} == told


def test_what_the_reader_of_a_page_cannot_see_is_no_text_but_may_be_meant_for_machines() -> None:
    unseen = "Nobody who reads this page can see that the bridge is said to have been sold to Mars."
    notes = '<script type="application/ld+json">{"@type": "Article", "headline": "Bridge"}</script>'
    html = page(*STORY).replace("</article>", f"<div hidden>{notes}<p>{unseen}</p></div></article>")
    article = from_html(html)
    assert (article.title, article.text) == ("Bridge", "\n".join(STORY))


@pytest.mark.parametrize("name", PAGES)
def test_every_paragraph_of_a_page_is_a_line(name: str) -> None:
    assert [line for line in from_html(PAGES[name]).text.splitlines() if line in STORY] == list(STORY)


def test_a_text_on_the_page_wins_over_a_teaser_for_machines() -> None:
    teaser = (
        '<script type="application/ld+json">{"@type": "Article", "articleBody": "The old bridge."}</script>'
    )
    html = page(*STORY).replace("<body>", f"<head>{teaser}</head><body>")
    assert from_html(html).text.splitlines() == list(STORY)


@pytest.mark.parametrize("html", ["<html></html>", "<!-- -->", "\0", "<script>x</script>"])
def test_a_page_without_text_has_an_empty_one(html: str) -> None:
    assert from_html(html).text == ""


def test_pages_that_cannot_be_read_are_all_told() -> None:
    pages = [
        Article(name, "", html=html)
        for name, html in (("a", DEEP), ("b", NEWS_PAGE), ("c", "<br>" * MAX_ELEMENTS))
    ]
    with pytest.raises(InvalidRequest) as told:
        extract(pages, lambda: None)
    assert [(item.field, item.reason) for item in told.value.violations] == [
        ("articles[0].html", "HTML_TOO_COMPLEX"),
        ("articles[2].html", "HTML_TOO_COMPLEX"),
    ]
    assert told.value.metadata == {"max_depth": "255", "max_elements": str(MAX_ELEMENTS)}


def test_a_page_that_multiplies_its_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract_module, "text_of", lambda _: f"{LEAD}\n" * 1_000)
    with pytest.raises(InvalidRequest, match="more text comes out of it than stands in it"):
        from_html(page(LEAD))


def test_nothing_is_read_for_nobody() -> None:
    calls: list[int] = []

    def patience() -> None:
        calls.append(1)
        if len(calls) > 1:
            message = "nobody waits"
            raise Cancelled(message)

    with pytest.raises(Cancelled):
        extract([Article("a", "", html=NEWS_PAGE)] * 3, patience)


def _filled(scrap: str) -> str:
    return "<html><body>" + scrap * (1_000_000 // len(scrap))


HOSTILE: dict[str, Callable[[], str]] = {
    "nested tags": lambda: _filled("<div>"),
    "tags nested as deep as they may": lambda: "<html><body>" + ("<div>" * 248 + LEAD + "</div>" * 248) * 40,
    "lists in lists": lambda: "<html><body>" + (f"<ul><li>{LEAD}" * 110 + "</ul>" * 110) * 40,
    "paragraphs that never close": lambda: _filled(f"<p>{LEAD}"),
    "links that never close": lambda: _filled(f"<a href=x>{LEAD}"),
    "one tag of many attributes": lambda: "<p " + " ".join(f"a{number}=1" for number in range(200_000)),
    "many tags of many attributes": lambda: _filled(
        "<p " + " ".join(f"a{n}" for n in range(990)) + f">{LEAD}"
    ),
    "entities": lambda: f"<!DOCTYPE x [<!ENTITY a '{'a' * 1_000}'>]>" + _filled("&a;&amp;&lt;"),
    "NUL bytes": lambda: _filled(f"<p>{LEAD}\0"),
    "line breaks": lambda: _filled(f"{LEAD}<br>"),
    "comments": lambda: _filled("<!-- "),
    "angle brackets": lambda: _filled("<"),
    "a word": lambda: _filled("x"),
    "notes for machines": lambda: _filled('<script type="application/ld+json">{"@graph": [[]]}</script>'),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_made_to_be_slow_is_read_or_refused_soon(name: str) -> None:
    begin = time.process_time()
    try:
        from_html(HOSTILE[name]())
    except InvalidRequest as refusal:
        assert refusal.reason == "HTML_TOO_COMPLEX"  # noqa: PT017  either end is right
    assert time.process_time() - begin < 20
