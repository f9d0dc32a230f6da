from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsweave.v1 import newsweave_pb2 as pb
from service.render.page.texts import QuoteMismatch, Text, texts

CODECS = {
    pb.OFFSET_ENCODING_UNSPECIFIED: ("utf-32-le", 4),
    pb.OFFSET_ENCODING_CODE_POINTS: ("utf-32-le", 4),
    pb.OFFSET_ENCODING_UTF8_BYTES: ("utf-8", 1),
    pb.OFFSET_ENCODING_UTF16_UNITS: ("utf-16-le", 2),
}


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(st.text(), st.text(), st.text(), st.sampled_from(sorted(CODECS)))
def test_a_span_of_any_unit_is_found_where_a_browser_counts(
    before: str, quote: str, after: str, encoding: pb.OffsetEncoding.ValueType
) -> None:
    codec, width = CODECS[encoding]
    start = len(before.encode(codec)) // width
    span = pb.Span(start=start, end=start + len(quote.encode(codec)) // width)
    text = Text.of(before + quote + after, encoding)
    assert text.place(span) == (_utf16(before), _utf16(before + quote))
    assert text.length == _utf16(text.shown)
    text.require(pb.Citation(span=span, quote=quote))


def test_a_quote_that_is_not_its_span_is_refused() -> None:
    text = Text.of("🌉 The bridge", pb.OFFSET_ENCODING_CODE_POINTS)
    wrong = pb.Citation(article_id="gazette", span=pb.Span(start=3, end=13), quote="The bridge")
    with pytest.raises(QuoteMismatch, match="the span 3-13 of article 'gazette' is not its quote"):
        text.require(wrong)


def test_a_span_beyond_the_text_is_cut() -> None:
    text = Text.of("abc", pb.OFFSET_ENCODING_UTF8_BYTES)
    assert text.place(pb.Span(start=2, end=9)) == (2, 3)


def test_the_text_of_a_page_is_what_was_extracted() -> None:
    articles = [pb.Article(id="page", html="<p>no</p>"), pb.Article(id="plain", text="own")]
    report = pb.SourceReport(article_id="page", extracted_text="yes")
    found = texts(articles, [report], pb.OFFSET_ENCODING_CODE_POINTS)
    assert {name: text.shown for name, text in found.items()} == {"page": "yes", "plain": "own"}


def test_a_page_without_a_report_has_no_text() -> None:
    assert texts([pb.Article(id="page", html="<p>no</p>")], [], pb.OFFSET_ENCODING_CODE_POINTS) == {}
