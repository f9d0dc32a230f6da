from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import settings as tuned
from lxml.etree import ParserError
from lxml.html import HTMLParser, document_fromstring

from service.markup.attributes import most_attributes
from tests.unit.service.pages import MARKUP, NEWS_PAGE


@pytest.mark.parametrize(
    ("html", "most"),
    [
        ("", 0),
        ("a < b, c > d", 0),
        ("<p>", 0),
        ("<p a b=c d='e f' g=\"h i\"j k = l>m n", 6),
        ("<p a><q b c><p d>", 2),
        ("<p/a/b=c/d>", 2),
        ("<p =a ==b =>", 2),
        ('<p a="> b c d e', 1),
        ("<html a b><body c><body d><html e>", 3),
        ("<!-- <p a b> --><p c>", 1),
        ("<script>i<a b c d</script><p e>", 1),
        ("<script><!--<script></script><a b c d></script><p e>", 1),
        ("<script><!-- <script> --></script><p a>", 1),
        ("<script><p a b>", 0),
        ("<style><p a b>", 0),
        ("<textarea><p a b></textareas></textarea><p c>", 1),
        ("<title><p a b c></title>", 0),
        ("<script src>", 1),
    ],
)  # fmt: skip
def test_attributes_are_counted_as_the_standard_cuts_them(html: str, most: int) -> None:
    assert most_attributes(html) == most


def test_a_news_page_has_few() -> None:
    assert most_attributes(NEWS_PAGE) == 2


@tuned(max_examples=500)
@given(MARKUP)
def test_the_count_is_never_below_that_of_the_parser(html: str) -> None:
    parser = HTMLParser(encoding="utf-8")
    try:
        root = document_fromstring(html.replace("\0", "").encode(), parser=parser)
    except ParserError:
        return
    fullest = max(len(element.attrib) for element in root.iter() if isinstance(element.tag, str))
    assert most_attributes(html.replace("\0", "")) >= fullest


@pytest.mark.parametrize(
    "scrap", ['<a b="', "<a b='", "<a b=", "<!--", "<script>", "<title>", "<a ", "= ", "a='", "<"]
)
def test_the_count_is_linear(scrap: str) -> None:
    html = "<p " + scrap * (300_000 // len(scrap))
    begin = time.process_time()
    most_attributes(html)
    assert time.process_time() - begin < 2
