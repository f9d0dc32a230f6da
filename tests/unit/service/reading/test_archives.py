from __future__ import annotations

import gzip
import io
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.warcwriter import WARCWriter

from service.reading.formats import Format
from service.reading.found import Limits
from tests.unit.service.reading.files import PAGE, URI, archive, read_bytes, reasons, record, told

DATED = PAGE.replace(
    "<title>", '<meta property="article:published_time" content="2024-06-18T00:00:00Z"><title>'
)


def _one(body: bytes, **parts: str) -> bytes:
    output = io.BytesIO()
    record(WARCWriter(output, gzip=True), body, **parts)
    return output.getvalue()


@pytest.mark.parametrize("packed", [True, False])
def test_pages_come_with_their_address_and_no_date_but_their_own(packed: bool) -> None:  # noqa: FBT001  a parameter
    reading = read_bytes(archive(PAGE.encode(), DATED.encode(), packed=packed))
    assert [(article.id, article.uri, article.html) for article in reading.articles] == [
        (f"{URI}/1", f"{URI}/1", PAGE),
        (f"{URI}/2", f"{URI}/2", DATED),
    ]
    assert not any(article.HasField("published_at") for article in reading.articles)
    assert reading.remarks == ()


def test_what_is_no_page_is_passed_over_and_counted() -> None:
    output = io.BytesIO()
    writer = WARCWriter(output, gzip=True)
    writer.write_record(writer.create_warcinfo_record("a.warc.gz", {"software": "test"}))
    record(writer, b"gone", status="404 Not Found")
    record(writer, b"{}", kind="application/json")
    record(writer, DATED.encode(), kind="Text/HTML")
    reading = read_bytes(output.getvalue())
    assert [article.html for article in reading.articles] == [DATED]
    about = "2 records are passed over: they are no pages of HTML with status 200"
    assert told(reading) == [("OTHER_RECORDS", about, False)]


def test_the_encoding_of_the_header_wins() -> None:
    page = DATED.replace("Bridge", "Zürich").replace("<title>", "<meta charset=koi8-r><title>")
    reading = read_bytes(_one(page.encode("latin-1"), kind='text/html; Charset="latin1"'))
    assert [article.html for article in reading.articles] == [page]


def _chunked(body: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:9], body[9:])) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(DATED.encode()), {"Content_Encoding": "gzip"}),
        (zlib.compress(DATED.encode()), {"Content_Encoding": "deflate"}),
        (zlib.compress(DATED.encode())[2:-4], {"Content_Encoding": "deflate"}),
        (DATED.encode(), {"Content_Encoding": "gzip"}),
        (DATED.encode(), {"Content_Encoding": "br"}),
        (_chunked(DATED.encode()), {"Transfer_Encoding": "chunked"}),
        (DATED.encode(), {"Transfer_Encoding": "chunked"}),
        (
            _chunked(gzip.compress(DATED.encode())),
            {"Transfer_Encoding": "Chunked", "Content_Encoding": "x-gzip"},
        ),
    ],
)
def test_bodies_are_unpacked_whatever_their_headers_say(body: bytes, headers: dict[str, str]) -> None:
    reading = read_bytes(_one(body, **headers))
    assert [article.html for article in reading.articles] == [DATED]
    assert reading.remarks == ()


@pytest.mark.parametrize(
    ("body", "headers", "reason", "about"),
    [
        (
            b"\x0b\x00",
            {"Content_Encoding": "br"},
            "UNKNOWN_PACKING",
            "is packed with 'br', which is not read",
        ),
        (gzip.compress(DATED.encode())[:-9], {"Content_Encoding": "gzip"}, "CUT_OFF", "is cut off"),
        (b"\x1f\x8b\x08oops oops oops", {"Content_Encoding": "gzip"}, "DAMAGED", "cannot be unpacked: "),
        (
            _chunked(DATED.encode())[:-20],
            {"Transfer_Encoding": "chunked"},
            "CUT_OFF",
            "is cut off: its chunks",
        ),
        (gzip.compress(b"x" * 5_000), {"Content_Encoding": "gzip"}, "TOO_LARGE", "has more than 4000 bytes"),
        (b"<p>" + b"x" * 5_000, {}, "TOO_LARGE", "has more than 4000 bytes"),
        (b"<p>Z\xfcrich", {"kind": "text/html"}, "NOT_UTF8", "is not UTF-8: byte 4 is 0xfc"),
        (b" ", {}, "EMPTY_HTML", "holds no text"),
    ],
)
def test_a_page_that_cannot_be_read_is_told_and_the_next_is_read(
    body: bytes, headers: dict[str, str], reason: str, about: str
) -> None:
    reading = read_bytes(_one(body, **headers) + archive(DATED.encode()), limits=Limits(page_bytes=4_000))
    assert [article.id for article in reading.articles] == [f"{URI}/1"]
    (remark,) = reading.remarks
    assert (remark.reason.value, remark.lost) == (reason, True)
    assert remark.description.startswith(about)
    assert "record 1" in remark.place


def test_a_bomb_of_gzip_is_given_up() -> None:
    bomb = gzip.compress(b"WARC/1.0\r\nA: " + b"a" * 30_000_000, 9)
    reading = read_bytes(bomb, limits=Limits(line_bytes=1_000_000))
    assert reasons(reading) == ["TOO_LARGE"]
    reading = read_bytes(
        gzip.compress(b"WARC/1.0\r\n" + b"A: a\r\n" * 900_000), limits=Limits(archive_bytes=10**6)
    )
    assert reasons(reading) == ["TOO_LARGE"]


@pytest.mark.parametrize("packed", [True, False])
def test_an_archive_that_is_cut_off_keeps_what_came_before(packed: bool) -> None:  # noqa: FBT001  a parameter
    whole = archive(DATED.encode(), DATED.encode() * 20, packed=packed)
    reading = read_bytes(whole[:-60])
    assert [article.id for article in reading.articles] == [f"{URI}/1"]
    assert reasons(reading) == ["CUT_OFF"]


def test_an_archive_whose_packing_is_cut_off_behind_the_last_record_is_told() -> None:
    reading = read_bytes(archive(DATED.encode(), DATED.encode())[:-4])
    assert len(reading.articles) == 2
    assert told(reading) == [("CUT_OFF", "ends in the middle of what is packed", True)]


def test_a_bomb_in_a_body_is_not_unpacked() -> None:
    bomb = _one(gzip.compress(b"x" * 50_000_000), Content_Encoding="gzip")
    tracemalloc.start()
    assert reasons(read_bytes(bomb, limits=Limits(page_bytes=200_000))) == ["TOO_LARGE"]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10_000_000


def test_what_is_no_archive_is_told() -> None:
    for content in (b"", b"oops", gzip.compress(b"oops\n" * 9)):
        reading = read_bytes(content, Format.WARC)
        assert set(reasons(reading)) <= {"NO_ARTICLES", "DAMAGED"}
        assert not reading.is_whole


def test_one_member_of_gzip_with_many_records_is_read() -> None:
    plain = archive(DATED.encode(), DATED.encode(), packed=False)
    reading = read_bytes(gzip.compress(plain))
    assert len(reading.articles) == 2
    assert reading.remarks == ()


ARCHIVE = archive(DATED.encode(), DATED.encode(), packed=False)


@given(st.integers(0, len(ARCHIVE) - 1), st.binary(min_size=1, max_size=4))
def test_no_damage_ends_in_an_exception(place: int, patch: bytes) -> None:
    damaged = ARCHIVE[:place] + patch + ARCHIVE[place + len(patch) :]
    reading = read_bytes(damaged, Format.WARC)
    assert len(reading.articles) == 2 or reading.remarks


@given(st.integers(0, 900), st.binary(min_size=1, max_size=4))
def test_no_damage_of_what_is_packed_ends_in_an_exception(place: int, patch: bytes) -> None:
    packed = archive(DATED.encode(), DATED.encode())
    place %= len(packed)
    damaged = packed[:place] + patch + packed[place + len(patch) :]
    reading = read_bytes(damaged, Format.WARC)
    assert len(reading.articles) == 2 or not reading.is_whole
