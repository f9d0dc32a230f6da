from __future__ import annotations

from datetime import UTC, datetime
from html import escape, unescape
from typing import TYPE_CHECKING

import pytest

from service.reading.formats import Format
from tests.unit.service.reading.files import STORY, atom, read_bytes, reasons, rss, told

if TYPE_CHECKING:
    from pathlib import Path

TIME = datetime(2024, 6, 19, 8, tzinfo=UTC)
FULL = f"""<title>Bridge &amp;amp; road</title><link>https://gazette.example/1</link><guid>g1</guid>
<pubDate>Wed, 19 Jun 2024 10:00:00 +0200</pubDate><description>A teaser.</description>
<content:encoded><![CDATA[<p>{STORY}</p>]]></content:encoded>"""


def test_an_item_with_its_whole_content_is_an_article() -> None:
    reading = read_bytes(rss(FULL))
    (article,) = reading.articles
    assert (article.id, article.title, article.uri) == ("g1", "Bridge & road", "https://gazette.example/1")
    assert (article.publisher, article.html) == ("The Gazette", f"<p>{STORY}</p>")
    assert article.published_at.ToDatetime(UTC) == TIME
    assert reading.remarks == ()


def test_a_teaser_is_told_and_a_long_description_is_an_article() -> None:
    reading = read_bytes(
        rss(
            "<title>One</title><guid>1</guid><description>The bridge was closed.</description>",
            f"<guid>2</guid><description>{STORY}</description>",
            f"<guid>3</guid><description>{STORY} [...]</description>",
            f"<guid>4</guid><description>{STORY} … Continue reading this story</description>",
            "<guid>5</guid>",
        )
    )
    assert [(article.id, article.text) for article in reading.articles] == [("2", STORY.strip())]
    assert [remark.place for remark in reading.remarks] == [
        f"standard input, entry {n}" for n in (1, 3, 4, 5)
    ]
    assert told(reading)[0] == ("ONLY_A_TEASER", "is only a teaser, of 4 words: One", True)
    assert set(reasons(reading)) == {"ONLY_A_TEASER"}


@pytest.mark.parametrize(
    ("item", "name", "uri"),
    [
        ("<link>https://a.example/1</link>", "https://a.example/1", "https://a.example/1"),
        ("<guid>https://a.example/2</guid>", "https://a.example/2", "https://a.example/2"),
        ('<guid isPermaLink="false">tag:2</guid>', "tag:2", ""),
        ("", "stdin-1", ""),
        ("<guid>g3</guid>", "g3", ""),
        (f"<guid>{'g' * 300}</guid>", "g" * 243 + "-" + "f" * 12, ""),
    ],
)
def test_the_id_is_the_guid_or_the_link(item: str, name: str, uri: str) -> None:
    (article,) = read_bytes(rss(f"{item}<content:encoded>Short.</content:encoded>")).articles
    assert article.id[:243] == name[:243]
    assert len(article.id) == len(name)
    assert article.uri == uri


def test_who_published_it_is_the_source_of_an_item_before_its_feed() -> None:
    content = "<content:encoded>Short.</content:encoded>"
    reading = read_bytes(
        rss(
            f"<guid>1</guid>{content}<source url='https://b.example/'>The Herald</source>",
            f"<guid>2</guid>{content}<dc:publisher>The Post</dc:publisher>"
            "<dc:date>2024-06-19T08:00:00Z</dc:date>",
        )
    )
    assert [article.publisher for article in reading.articles] == ["The Herald", "The Post"]
    assert reading.articles[1].published_at.ToDatetime(UTC) == TIME


@pytest.mark.parametrize(
    ("date", "offset"),
    [
        ("<pubDate>Wed, 18 Jun 2025 22:00:00 -0500</pubDate>", -300),
        ("<pubDate>Wed, 18 Jun 2025 22:00:00 EST</pubDate>", -300),
        ("<dc:date>2025-06-18T22:00:00-05:00</dc:date>", -300),
        ("<pubDate>Thu, 19 Jun 2025 03:00:00 GMT</pubDate>", 0),
        ("<dc:date>2025-06-19T03:00:00</dc:date>", 0),
    ],
)
def test_a_date_keeps_its_zone(date: str, offset: int) -> None:
    (article,) = read_bytes(rss(f"<guid>1</guid>{date}<content:encoded>A.</content:encoded>")).articles
    assert article.published_at.ToJsonString() == "2025-06-19T03:00:00Z"
    assert article.utc_offset_minutes == offset


def test_a_date_that_cannot_be_read_is_left_out_and_told() -> None:
    reading = read_bytes(rss("<guid>1</guid><pubDate>soon</pubDate><content:encoded>A.</content:encoded>"))
    assert told(reading) == [
        ("INVALID_TIMESTAMP", "its date is left out, since it cannot be read: 'soon'", False)
    ]
    assert not reading.articles[0].HasField("published_at")


def test_rss_1_has_its_items_beside_the_channel() -> None:
    feed = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:c="http://purl.org/rss/1.0/modules/content/"><channel><title>Old</title></channel>'
        '<item rdf:about="https://o.example/1"><title>T</title><c:encoded>Short.</c:encoded></item></rdf:RDF>'
    )
    (article,) = read_bytes(feed).articles
    assert (article.id, article.title, article.publisher) == ("https://o.example/1", "T", "Old")


ENTRY = '<id>e{0}</id><title>T</title><link href="https://h.example/{0}"/><published>2024-06-19T08:00:00Z</published>'


@pytest.mark.parametrize(
    ("content", "field", "value"),
    [
        (
            '<content type="html">&lt;p&gt;One &amp;amp; two.&lt;/p&gt;</content>',
            "html",
            "<p>One &amp; two.</p>",
        ),
        ("<content>1 &lt; 2, and &amp;amp; stays.</content>", "text", "1 < 2, and &amp; stays."),
        (
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One<br/>two.</p></div></content>',
            "html",
            "<div><p>One<br>two.</p></div>",
        ),
        (f"<content src='https://x.example/'/><summary>{STORY}</summary>", "text", STORY.strip()),
    ],
)
def test_atom_content_is_text_html_or_xhtml(content: str, field: str, value: str) -> None:
    reading = read_bytes(atom(ENTRY.format(1) + content))
    (article,) = reading.articles
    assert getattr(article, field) == value
    assert (article.id, article.uri, article.publisher) == ("e1", "https://h.example/1", "The Herald")
    assert article.published_at.ToDatetime(UTC) == TIME


@pytest.mark.parametrize("tag", ["p", "div", "h2"])
def test_markup_that_was_escaped_twice_is_read_as_markup_and_told(tag: str) -> None:
    body = escape(escape(f"<{tag}>One &amp; two.</{tag}><{tag}>Three.</{tag}>"))
    item = f"<guid>1</guid><title>Ferry &amp;amp;amp; rocks</title><content:encoded>{body}</content:encoded>"
    reading = read_bytes(rss(item))
    (article,) = reading.articles
    assert article.html == f"<{tag}>One &amp; two.</{tag}><{tag}>Three.</{tag}>"
    assert article.title == "Ferry & rocks"
    about = "its markup is written as text would be, and is read as markup"
    assert told(reading) == [("MARKUP_AS_TEXT", about, False)]


def test_a_description_that_was_escaped_twice_is_measured_without_its_tags() -> None:
    words = "&amp;lt;p&amp;gt; one &amp;lt;/p&amp;gt; " * 40
    assert reasons(read_bytes(rss(f"<guid>1</guid><description>{words}</description>"))) == ["ONLY_A_TEASER"]


def test_plain_content_of_atom_that_is_laid_out_is_read_as_markup_and_told() -> None:
    reading = read_bytes(atom(ENTRY.format(1) + "<content>&lt;p&gt;One.&lt;/p&gt;</content>"))
    assert [article.html for article in reading.articles] == ["<p>One.</p>"]
    assert reasons(reading) == ["MARKUP_AS_TEXT"]


@pytest.mark.parametrize("text", ["1 &amp;lt; 2 &amp;amp; so on.", "Write &amp;lt;b&amp;gt; for bold."])
def test_what_only_speaks_of_markup_stays_what_it_is(text: str) -> None:
    reading = read_bytes(rss(f"<guid>1</guid><content:encoded>{text}</content:encoded>"))
    assert reading.articles[0].html == unescape(text)
    assert reading.remarks == ()


def test_atom_content_that_stands_elsewhere_is_not_fetched() -> None:
    reading = read_bytes(
        atom(ENTRY.format(1) + "<content src='https://x.example/'/><summary>Short.</summary>")
    )
    assert (reading.articles, reasons(reading)) == ((), ["ONLY_A_TEASER"])


def test_a_feed_in_latin_1_says_so() -> None:
    feed = rss("<guid>1</guid><content:encoded>Zürich.</content:encoded>")
    latin = feed.replace("?>", ' encoding="iso-8859-1"?>').encode("latin-1")
    assert read_bytes(latin).articles[0].text == "Zürich."
    assert reasons(read_bytes(feed.encode("latin-1"))) == ["NOT_UTF8"]


BOMB = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{BOMB}]><rss>&l9;</rss>', "XML_DECLARES"),
        ('<!--c--><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>', "XML_DECLARES"),
        ('<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd"><rss><item>&x;</item></rss>', "UNKNOWN_ENTITY"),
        ('<!DOCTYPE rss PUBLIC "-//["  "a" [<!ENTITY x "y">]><rss>&x;</rss>', "XML_DECLARES"),
        ("<rss>&nbsp;</rss>", "NOT_XML"),
        ("<rss>" + "<a>" * 5_000, "NOT_XML"),
        ("<rss>" + "x" * 11_000_000 + "</rss>", "NOT_XML"),
        ("<rss><channel>", "NOT_XML"),
        ("", "NOT_XML"),
        ("<html><p>One.</p></html>", "NOT_A_FEED"),
        ("<rss/>", "NO_ARTICLES"),
    ],
)
def test_hostile_and_broken_feeds_are_told(content: str, reason: str) -> None:
    reading = read_bytes(content, Format.FEED)
    assert (reading.articles, reasons(reading)) == ((), [reason])


def test_no_file_is_read_for_a_feed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET " * 200, "utf-8")
    item = f"<item><description>{STORY}</description></item>"
    feed = f'<!DOCTYPE rss SYSTEM "{secret}"><rss><channel>{item}</channel></rss>'
    reading = read_bytes(feed, Format.FEED)
    assert "SECRET" not in str(reading)
    assert len(reading.articles) == 1


def test_control_characters_do_not_spoil_a_feed() -> None:
    assert (
        read_bytes(rss("<guid>1</guid><content:encoded>A\x0bB.</content:encoded>")).articles[0].text == "AB."
    )
