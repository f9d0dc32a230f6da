from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import TYPE_CHECKING

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsweave.v1 import newsweave_pb2 as pb
from service.render.html import Report, render
from service.render.page.texts import QuoteMismatch
from service.render.safe import harmless
from tests import reports

if TYPE_CHECKING:
    from lxml.html import HtmlElement

HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> </script></style></title><!-- --> "
    "{{ 7 * 7 }} {% raw %} &amp; \" ' ` \u202egnihtyna\u2066 \u2028 \u2029 \x00 \x1b[2J ]]> \ufeff"
)


def _page(report: Report) -> HtmlElement:
    return lxml.html.document_fromstring(
        render(report).encode(), parser=lxml.html.HTMLParser(encoding="utf-8")
    )


def _words(element: HtmlElement, css: str) -> list[str]:
    return [" ".join(found.text_content().split()) for found in element.cssselect(css)]


def _outline(page: HtmlElement) -> list[str]:
    return [element.tag for element in page.iter() if isinstance(element.tag, str)]


def test_every_sentence_has_numbered_markers_that_lead_to_its_quotes() -> None:
    page = _page(reports.digest())
    for number, citation in enumerate(reports.summary().sentences[0].citations, 2):
        (marker,) = page.cssselect(f'#story-1 .summary .marker[data-quote="{number}"]')
        target = page.get_element_by_id(marker.get("href").removeprefix("#"))
        assert target.cssselect("q")[0].text_content() == citation.quote


def test_how_many_support_a_sentence_is_told_in_dots_and_in_words() -> None:
    page = _page(reports.digest())
    assert _words(page, "#story-1 .summary .support") == [
        "●●○(3 articles, 2 origins)",
        "●(1 article, 1 origin)",
        "●(1 article, 1 origin)",
    ]


def test_sentences_are_agreed_disputed_or_of_one_source() -> None:
    page = _page(reports.digest())
    kinds = [sentence.get("class") for sentence in page.cssselect("#story-1 .sentence")]
    assert kinds == ["sentence agreed", "sentence disputed", "sentence single"]
    story = page.get_element_by_id("story-1")
    assert [story.get(f"data-{kind}") for kind in ("agreed", "disputed", "single")] == ["1", "1", "1"]


def test_copies_of_one_story_are_one_source() -> None:
    report = reports.digest()
    report.stories[2].summary.sentences[0].independent_origins = 1
    page = _page(report)
    assert _words(page, "#story-1 .single .said")[0].startswith("The old bridge in Dale was closed")
    assert _words(page, "#story-1 .single .support")[0] == "●○○(3 articles, 1 origin)"


def test_disputes_stand_side_by_side_with_their_sources() -> None:
    page = _page(reports.digest())
    assert _words(page, "#dispute-1-1 .value") == [
        "three million ●(1 article, 1 origin)",
        "five million ●(1 article, 1 origin)",
    ]
    assert _words(page, "#dispute-1-1 footer") == ["Bridge in Dale closed", "The Herald"]
    assert _words(page, "#dispute-1-1 .about") == ["Number cannot all be true"]


def test_disputes_within_one_origin_say_so_and_call_nothing_a_copy() -> None:
    report = reports.digest()
    report.stories[2].summary.conflicts[0].independent_origins = 1
    assert _words(_page(report), "#dispute-1-1 .about") == ["Number cannot all be true · all of one origin"]


def test_what_else_a_story_has_is_told() -> None:
    page = _page(reports.digest())
    assert _words(page, "#story-1 h2") == ["Bridge in Dale closed"]
    assert _words(page, "#story-1 .timeline time") == ["4 March 2024"]
    assert "“Monday” is counted from the day of publication" in _words(page, "#story-1 .timeline li")[0]
    (known,) = _words(page, "#story-1 .known li")
    assert known.startswith("Lorries must use the northern road.")
    assert _words(page, "#story-1 .warnings li") == ["The articles gave 40 of the 200 words"]
    assert _words(page, "#story-1 .checks small")[0] == (
        "written from the quoted passages; cosine and guards: 0.80, at least 0.60"
    )
    (dropped,) = _words(page, "#story-1 .dropped li")
    assert dropped.startswith(
        "The bridge fell. words that are foreign to the quoted passages (fell); a sentence"
    )


def test_a_source_tells_what_became_of_it() -> None:
    page = _page(reports.digest())
    assert _words(page, "#source-1-1 .counts li") == [
        "4 quoted",
        "1 quoted in the timeline",
        "1 off topic",
        "2 removed",
    ]
    assert _words(page, "#source-1-1 .relations") == ["One origin with Post (nearly the same text)"]
    assert _words(page, "#source-1-1 details p") == [
        "menus, buttons and lists of links (1); a title or heading (1); about another story (1)"
    ]
    assert page.get_element_by_id("source-1-1").cssselect("time")[0].get("datetime") == "2024-03-04"


def test_stories_stand_in_their_order_and_failures_in_their_place() -> None:
    page = _page(reports.digest())
    assert _words(page, ".contents a") == [
        "Bridge in Dale closed",
        "The old bridge in Dale was closed on Monday because of cracks.",
        "Story 3 has no summary",
    ]
    assert _words(page, ".failed") == [
        "This story could not be summarized. Nothing was left of the articles NO_CONTENT"
    ]
    assert _words(page, ".unassigned li") == ["menu nothing was left of it after cleaning"]
    assert "c0ffee" in page.cssselect(".colophon")[0].text_content()
    assert "the least score that passes is 0.60" in page.cssselect(".colophon")[0].text_content()


def test_stories_without_news_stand_last_and_show_what_is_known() -> None:
    report = reports.digest()
    told = report.stories[2].summary
    for field in ("sentences", "headline", "timeline", "clusters"):
        told.ClearField(field)
    told.warnings.add(code=pb.WARNING_CODE_NOTHING_NEW)
    page = _page(report)
    assert _words(page, ".contents a")[-1] == "Lorries must use the northern road."
    assert "nothing new" in _words(page, ".contents .count")[-1]
    assert _words(page, "#story-3 .kicker")[0].startswith("Story 1 · 3 articles · 2 origins · nothing new")
    assert page.cssselect("#story-3 .known[open]")
    assert not page.cssselect("#story-1 .known[open]")


def test_one_summary_is_a_digest_of_one_story() -> None:
    page = _page(Report.of_summary(reports.articles(), reports.summary(), reports.OPTIONS))
    assert _words(page, "h1") == ["One story from 3 articles"]
    assert not page.cssselect(".contents")


def test_bullets_and_the_question_are_shown() -> None:
    options = pb.SummaryOptions(style=pb.STYLE_BULLETS, focus_query="What will it cost?")
    page = _page(Report.of_summary(reports.articles(), reports.summary(), options))
    assert len(page.cssselect("ul.summary > li.sentence")) == len(reports.summary().sentences)
    assert _words(page, ".focus") == ["Asked: “What will it cost?”"]


def test_only_addresses_of_the_web_are_links() -> None:
    page = _page(reports.digest())
    outside = [link for link in page.cssselect("a[href]") if not link.get("href").startswith("#")]
    assert {link.get("href") for link in outside} == {
        "https://gazette.example/bridge",
        "http://herald.example/bridge?a=1&b=2",
    }
    assert {link.get("rel") for link in outside} == {"noopener noreferrer nofollow"}
    assert _words(page, "#source-1-3 .address") == ["javascript:alert(1)"]


def test_nothing_is_fetched_and_only_the_script_and_the_style_of_the_page_run() -> None:
    page = _page(reports.digest())
    policy = page.cssselect('meta[http-equiv="Content-Security-Policy"]')[0].get("content")
    style, script = page.cssselect("style")[0], page.cssselect('script[type="module"]')[0]
    for kind, element in (("style", style), ("script", script)):
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert not page.cssselect("[style], [onclick], [onload], [src], iframe, object, embed")
    assert "url(" not in style.text
    assert "@import" not in style.text
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|fetch|import", script.text
    )


def test_an_article_that_is_not_at_hand_is_quoted_and_not_opened() -> None:
    page = _page(Report.of_summary([], reports.summary()))
    assert not page.cssselect(".open")
    assert len(page.cssselect(".quotes li")) == len(page.cssselect(".quotes q")) > 0


def test_other_articles_or_another_unit_are_refused() -> None:
    wrong = pb.SummaryOptions(offset_encoding=pb.OFFSET_ENCODING_UTF8_BYTES)
    with pytest.raises(QuoteMismatch):
        render(Report.of_summary(reports.articles(), reports.summary(), wrong))


_PIECES = [
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<img src=x onerror=x>",
    "&lt;",
    "'",
    '"',
    "{{ 1 }}",
    "]]>",
    "\r",
]
_TEXTS = st.lists(st.sampled_from(_PIECES) | st.text()).map("".join)


@settings(max_examples=60)
@given(_TEXTS.map(lambda text: text + "."), _TEXTS, _TEXTS)
def test_any_text_comes_out_as_text(quote: str, before: str, title: str) -> None:
    report = reports.quoted(before + quote, quote, title=title, publisher=title, uri=title)
    page = _page(report)
    name = "t" if title else ""
    plain = _page(reports.quoted("One. Two.", "Two.", title=name, publisher=name, uri=name))
    assert sorted(_outline(page)) == sorted(_outline(plain))
    assert page.cssselect(".quotes q")[0].text_content() == harmless(quote)
    (block,) = page.cssselect('script[type="application/json"]')
    assert json.loads(block.text)["texts"] == [harmless(before + quote)]


def test_a_hostile_article_stays_text() -> None:
    page = _page(reports.quoted(HOSTILE, HOSTILE, title=HOSTILE, publisher=HOSTILE, uri=HOSTILE))
    assert [element.tag for element in page.cssselect("script, img, style, title")] == [
        "title",
        "style",
        "script",
        "script",
    ]
    assert page.cssselect(".quotes q")[0].text_content() == harmless(HOSTILE)
    assert "{{ 7 * 7 }}" in page.cssselect(".said")[0].text_content()
    rendered = render(reports.quoted(HOSTILE, HOSTILE))
    assert not set(rendered) & set("\u202e\u2066\u2028\u2029\x00\x1b")
