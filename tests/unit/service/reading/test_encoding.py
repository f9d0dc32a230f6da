from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.reading.encoding import decode
from service.reading.formats import Format
from service.reading.found import Unreadable
from tests.unit.service.reading.files import read_bytes, reasons, told


@pytest.mark.parametrize(
    ("content", "declared", "text"),
    [
        ("Zürich".encode(), "", "Zürich"),
        ("\ufeffZürich".encode(), "", "\ufeffZürich"),
        ("Zürich".encode("utf-16"), "utf-8", "Zürich"),
        ("Zürich".encode("utf-32"), "", "Zürich"),
        ("Zürich".encode("latin-1"), "ISO-8859-1", "Zürich"),
        (b"\x93Yes\x94", "latin1", "“Yes”"),
        (b"\x93Yes\x94", " us-ascii ", "“Yes”"),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        ("日本".encode("shift_jis"), "Shift_JIS", "日本"),
        (b"plain", "no-such-encoding", "plain"),
        (b"plain", "utf-16", "plain"),
    ],
)
def test_what_is_declared_is_taken_at_its_word(content: bytes, declared: str, text: str) -> None:
    assert decode(content, declared).text == text
    assert decode(content, declared).wrongly_declared == ""


def test_what_is_valid_utf_8_is_not_taken_for_what_it_declares() -> None:
    found = decode("Zürich".encode(), "iso-8859-1")
    assert (found.text, found.wrongly_declared) == ("Zürich", "iso-8859-1")


@pytest.mark.parametrize(
    ("content", "declared", "reason", "about"),
    [
        (b"Z\xfcrich", "", "NOT_UTF8", "is not UTF-8: byte 1 is 0xfc; convert it first"),
        (b"Z\xfcrich", "utf-8", "NOT_UTF8", "is not UTF-8: byte 1 is 0xfc; convert it first"),
        (b"Z\xfcrich", "utf-16", "NOT_UTF8", "is not UTF-8: byte 1 is 0xfc; convert it first"),
        (b"Z\xfcrich", "klingon", "UNKNOWN_ENCODING", "is in 'klingon', which is not read; convert it first"),
        (b"Z\xfcrich", "rot13", "UNKNOWN_ENCODING", "is in 'rot13', which is not read; convert it first"),
        (b"Z\xfcrich", "unicode_escape", "UNKNOWN_ENCODING", "is in 'unicode_escape', which is not read"),
        (b"\x1b$B", "ISO-2022-JP", "UNKNOWN_ENCODING", "is in 'ISO-2022-JP', which is not read"),
        (b"+AGE-", "utf-7", "UNKNOWN_ENCODING", "is in 'utf-7', which is not read; convert it first"),
        (b"\x81", "windows-1252", "WRONG_ENCODING", "is not in windows-1252, as it says: byte 0 is 0x81"),
        (b"\xff\xfe\x00", "", "WRONG_ENCODING", "is not in UTF-16, as it says: byte 2 is 0x00"),
    ],
)
def test_what_cannot_be_known_is_never_guessed(
    content: bytes, declared: str, reason: str, about: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        decode(content, declared)
    assert caught.value.reason == reason
    assert str(caught.value).startswith(about)


@given(
    st.binary(max_size=40), st.text(max_size=12) | st.sampled_from(["latin-1", "gbk", "utf-8", "utf_7", "hz"])
)
def test_bytes_end_in_text_that_has_them_or_in_a_fault(content: bytes, declared: str) -> None:
    try:
        text = decode(content, declared).text
    except Unreadable:
        return
    assert "\ufffd" not in text or b"\xef\xbf\xbd" in content or not content.isascii()
    text.encode()  # no half of a surrogate pair


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="iso-8859-1">',
        "<meta charset=iso-8859-1>",
        '<META http-equiv="Content-Type" content="text/html; charset=iso-8859-1">',
        '<!-- <meta charset="utf-8"> --><meta charset="latin1">',
    ],
)
def test_a_page_declares_its_encoding_in_its_head(head: str) -> None:
    page = f"<html><head>{head}</head><p>Zürich</p></html>"
    reading = read_bytes(page.encode("latin-1"), Format.HTML)
    assert [article.html for article in reading.articles] == [page]
    assert reading.remarks == ()


def test_xhtml_declares_it_in_its_first_line() -> None:
    page = '<?xml version="1.0" encoding="iso-8859-1"?><html><p>Zürich</p></html>'
    assert read_bytes(page.encode("latin-1")).articles[0].html == page


def test_a_page_that_declares_the_wrong_encoding_is_read_and_told() -> None:
    reading = read_bytes("<html><meta charset=latin1><p>Zürich".encode())
    assert "Zürich" in reading.articles[0].html
    assert told(reading) == [("WRONG_DECLARATION", "declares latin1, and is UTF-8: read as UTF-8", False)]


def test_a_page_in_no_encoding_that_it_tells_is_not_read() -> None:
    assert reasons(read_bytes(b"<html><p>Z\xfcrich")) == ["NOT_UTF8"]


BEGINNING = "has a byte 0x00 at its beginning, as UTF-16 and UTF-32 do without their mark: convert it first"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("content", ["It rained.", "<html><p>It rained.", '{"text": "It rained."}', "<rss/>"])
@pytest.mark.parametrize("kind", [Format.TEXT, Format.HTML, Format.JSON, Format.FEED])
def test_wide_characters_without_a_mark_are_not_taken_for_utf_8(
    codec: str, content: str, kind: Format
) -> None:
    reading = read_bytes(content.encode(codec), kind)
    assert told(reading) == [("NOT_UTF8", BEGINNING, True)]
    assert reading.articles == ()


def test_a_text_has_no_nul() -> None:
    reading = read_bytes(b"It rained.\0\0PK", Format.TEXT)
    assert told(reading) == [("NOT_UTF8", "is no text: character 10 is NUL (U+0000)", True)]
    assert reading.articles == ()
