from __future__ import annotations

import io
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsweave.v1 import newsweave_pb2 as pb
from service.reading.formats import Format
from service.reading.found import Limits
from service.reading.lines import lines as split_lines
from tests.unit.service.reading.files import PAGE, lines, read_bytes, reasons, told

WHOLE = {
    "id": "a",
    "title": "Bridge",
    "text": "It rained.",
    "uri": "https://gazette.example/1",
    "publisher": "The Gazette",
    "published_at": "2024-06-19T10:00:00+02:00",
}


def _article() -> pb.Article:
    article = pb.Article(id="a", title="Bridge", text="It rained.", publisher="The Gazette")
    article.uri = "https://gazette.example/1"
    article.published_at.FromJsonString("2024-06-19T08:00:00Z")
    article.utc_offset_minutes = 120
    return article


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(WHOLE),
        json.dumps([WHOLE]),
        json.dumps({"source": "desk", "articles": [WHOLE]}),
        json.dumps([WHOLE | {"url": WHOLE["uri"], "uri": None}], indent=2),
        "\ufeff" + json.dumps(WHOLE),
    ],
)
def test_an_object_an_array_and_an_object_with_articles_are_read(content: str) -> None:
    reading = read_bytes(content)
    assert reading.articles == (_article(),)
    assert reading.remarks == ()


@pytest.mark.parametrize(
    ("time", "offset"),
    [
        ("2025-06-18T22:00:00-05:00", -300),
        ("2025-06-18T22:00:00.123456789+05:45", 345),
        ("2025-06-18T22:00:00Z", 0),
        ("2025-06-18T22:00:00-24:00", None),
    ],
)
def test_a_time_keeps_its_zone(time: str, offset: int | None) -> None:
    reading = read_bytes(lines({"text": "It rained.", "published_at": time}), Format.JSONL)
    assert [article.utc_offset_minutes for article in reading.articles] == (
        [] if offset is None else [offset]
    )
    assert reasons(reading) == (["INVALID_TIMESTAMP"] if offset is None else [])


def test_lines_are_read_and_empty_ones_are_nothing() -> None:
    reading = read_bytes(lines(WHOLE) + "\n" + lines({"id": 7, "html": PAGE}), Format.JSONL)
    assert [(article.id, article.text, article.html) for article in reading.articles] == [
        ("a", "It rained.", ""),
        ("7", "", PAGE),
    ]
    assert reading.is_whole


def test_objects_one_behind_the_other_in_a_file_of_json_are_read() -> None:
    reading = read_bytes(lines(WHOLE, WHOLE | {"id": "b"}), Format.JSON)
    assert [article.id for article in reading.articles] == ["a", "b"]


def test_an_article_without_an_id_is_called_by_its_place_in_the_file() -> None:
    reading = read_bytes(json.dumps([{"text": "One."}, {"text": "Two."}]))
    assert [article.id for article in reading.articles] == ["stdin-1", "stdin-2"]


def test_unknown_fields_are_told_once() -> None:
    reading = read_bytes(json.dumps([WHOLE | {"author": "Ann"}, {"text": "Two.", "author": "B", "tags": []}]))
    assert told(reading) == [("UNKNOWN_FIELDS", "has fields that are ignored: author, tags", False)]
    assert len(reading.articles) == 2


def test_of_very_many_unknown_fields_the_first_are_named() -> None:
    reading = read_bytes(json.dumps({"text": "a", **{f"k{number}": 1 for number in range(100, 500)}}))
    (remark,) = reading.remarks
    assert remark.description.startswith("has fields that are ignored: k100, k101, ")
    assert remark.description.endswith("k119 and 380 more")


@pytest.mark.parametrize(
    ("fields", "reason", "description"),
    [
        ({"title": 7, "text": "One."}, "WRONG_TYPE", "title is a number, and must be a string"),
        ({"id": True, "text": "1"}, "WRONG_TYPE", "id is a boolean, and must be a string or a whole number"),
        ({"id": 1.5, "text": "1"}, "WRONG_TYPE", "id is a number, and must be a string or a whole number"),
        ({"text": ["One."]}, "WRONG_TYPE", "text is an array, and must be a string"),
        (7, "WRONG_TYPE", "is a number, and must be an object"),
        (None, "WRONG_TYPE", "is null, and must be an object"),
        ({"id": "a"}, "MISSING_CONTENT", "has neither text nor html, and must have one of them"),
        ({"text": "a", "html": "b"}, "MISSING_CONTENT", "has both text and html, and must have one of them"),
        (
            {"text": "a", "uri": "b", "url": "b"},
            "TWO_ADDRESSES",
            "has both uri and url, and may have one of them",
        ),
        ({"text": " \u200b "}, "EMPTY_TEXT", "holds no text"),
        ({"html": " "}, "EMPTY_HTML", "holds no text"),
        ({"text": PAGE}, "HTML_AS_TEXT", "is a page of HTML, and given as text"),
        ({"text": "\ud83d"}, "HALF_CHARACTER", "text has half of a surrogate pair, which is no character"),
        (
            {"text": "a", "published_at": "yesterday"},
            "INVALID_TIMESTAMP",
            "published_at is 'yesterday', and must be a time of RFC 3339, such as 2024-06-19T08:00:00+02:00",
        ),
    ],
)
def test_what_is_wrong_with_one_is_told_with_its_line_and_the_others_are_read(
    fields: object, reason: str, description: str
) -> None:
    reading = read_bytes(f"[\n{json.dumps(WHOLE)},\n\n{json.dumps(fields)},\n{json.dumps({'text': 'b'})}]")
    assert told(reading) == [(reason, description, True)]
    assert reading.remarks[0].place == "standard input, line 4"
    assert len(reading.articles) == 2


def test_the_line_stands_before_a_fault_of_an_object_a_line() -> None:
    reading = read_bytes(lines(WHOLE) + "{oops}\n" + lines([]) + lines({"text": "b"}), Format.JSONL)
    assert [(remark.place, remark.reason.value) for remark in reading.remarks] == [
        ("standard input", "NOT_JSON"),
        ("standard input, line 3", "WRONG_TYPE"),
    ]
    assert reading.remarks[0].description.startswith("line 2: is not JSON: ")
    assert len(reading.articles) == 2


@pytest.mark.parametrize(
    ("content", "description"),
    [
        ('[{"text": "a"},\n{"text": "b"', "line 2: is not JSON: "),
        ('[{"text": "a"},\n]', "line 2: is not JSON: a value is missing"),
        ('[{"text": "a"}\n{}]', "line 2: is not JSON: ',' is missing"),
        ('[{"text": "a"}]\n[]', "line 2: is not JSON: the end of the file is missing"),
        ('{"text": "a"}\n{1: 2}', "line 2: is not JSON: a name in quotation marks is missing"),
        ('{"text": "a"}\n{"b"}', "line 2: is not JSON: ':' is missing"),
        ('[{"text": "a"},\n' + "9" * 5000 + "]", "line 2: Exceeds the limit (4300 digits)"),
    ],
)
def test_what_comes_before_a_fault_of_the_whole_stays_read(content: str, description: str) -> None:
    reading = read_bytes(content, Format.JSON)
    assert [article.text for article in reading.articles] == ["a"]
    (remark,) = reading.remarks
    assert (remark.reason.value, remark.lost) == ("NOT_JSON", True)
    assert remark.description.startswith(description)


@pytest.mark.parametrize("nested", ["[" * 200_000, '{"a":' * 200_000, '[{"text": ' + "[" * 200_000])
def test_deep_nesting_is_told(nested: str) -> None:
    assert reasons(read_bytes(nested, Format.JSON)) == ["JSON_TOO_DEEP"]


@pytest.mark.parametrize("content", ['{"a": 1}', '"text"', "7", "", '{"articles": 3}'])
def test_json_that_holds_no_articles_is_told(content: str) -> None:
    assert reasons(read_bytes(content, Format.JSON)) == ["NO_ARTICLES"]


def test_a_file_full_of_faults_is_given_up() -> None:
    reading = read_bytes("[" + "1," * 50 + "1]", limits=Limits(faults=10))
    assert reasons(reading) == ["WRONG_TYPE"] * 11 + ["TOO_MANY_FAULTS"]


def test_a_long_file_of_lines_is_read_but_for_what_is_wrong_with_it() -> None:
    content = (lines(WHOLE) + f"{' ' * 300}{{oops}}\n").encode() + b'{"text": "Z\xfcrich"}\n' + b"7" * 900
    content += ("\n" + lines({"text": "b"}) * 9_000).encode()
    reading = read_bytes(content, Format.JSONL, Limits(file_bytes=900, line_bytes=500))
    assert len(reading.articles) == 9_001
    assert [(remark.reason.value, remark.description.partition(": ")[0]) for remark in reading.remarks] == [
        ("NOT_JSON", "line 2"),
        ("NOT_UTF8", "line 3"),
        ("TOO_LARGE", "line 4"),
    ]


def test_a_file_of_lines_without_end_is_given_up_and_what_came_before_stays() -> None:
    reading = read_bytes(lines(*[WHOLE] * 99), Format.JSONL, Limits(archive_bytes=9_000))
    assert told(reading)[-1] == ("TOO_LARGE", "has more than 9000 bytes: what follows is not read", True)
    assert len(read_bytes(lines(WHOLE) * 9, Format.JSONL, Limits(archive_bytes=9_000)).articles) == 1


def test_a_line_without_end_takes_no_memory() -> None:
    content = b'{"text": "' + b"x" * 50_000_000
    tracemalloc.start()
    reading = read_bytes(content, Format.JSONL, Limits(line_bytes=10_000))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told(reading) == [("TOO_LARGE", "line 1: has more than 10000 bytes", True)]
    assert most < 1_000_000


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_lines_in_every_encoding_of_unicode_are_read(codec: str) -> None:
    content = lines({"text": "Zürich."}, {"text": "Привет."}).replace("\\u00fc", "ü").encode(codec)
    assert [article.text for article in read_bytes(content, Format.JSONL).articles] == ["Zürich.", "Привет."]


@given(
    st.lists(st.sampled_from([b"", b" ", b'{"text": "a"}', b"7", b"\r", b"x" * 70_000])),
    st.integers(1, 9_000),
)
def test_lines_are_those_of_the_whole_wherever_it_is_cut(parts: list[bytes], place: int) -> None:
    content = b"\n".join(parts)
    found = list(split_lines(content[:place], io.BytesIO(content[place:]), Limits()))
    assert found == content.split(b"\n")
