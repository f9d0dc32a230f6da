from __future__ import annotations

import io
import json
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.reading import formats
from service.reading.formats import Format
from service.reading.found import Limits
from service.reading.pile import read
from service.rpc import article_rules
from service.settings import Settings
from tests.unit.service.reading.files import (
    PAGE,
    STORY,
    URI,
    archive,
    atom,
    lines,
    read_bytes,
    reasons,
    rss,
    told,
    written,
)

if TYPE_CHECKING:
    from pathlib import Path

FEED = rss(f"<guid>g</guid><description>{STORY}</description>")


def _ids(*arguments: object) -> list[str]:
    return [article.id for article in read([str(argument) for argument in arguments]).articles]


def test_a_folder_is_read_in_one_order_with_all_that_is_in_it_but_what_is_hidden(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    written(desk, "b.txt", "Two.")
    written(desk, "a/z.html", PAGE)
    written(desk, "c.jsonl", lines({"id": "three", "text": "Three."}))
    written(desk, "d.rss", FEED)
    written(desk, "e.xml", atom(f"<id>f</id><content>{STORY}</content>"))
    written(desk, "f.warc.gz", archive(PAGE.encode()))
    written(desk, ".hidden/a.txt", "No.")
    written(desk, ".hidden.txt", "No.")
    assert _ids(desk) == ["desk/a/z", "desk/b", "three", "g", "f", f"{URI}/1"]
    assert _ids(f"{desk}/") == _ids(desk)


def test_in_the_folder_where_one_stands_names_need_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "a/b.txt", "One.")
    monkeypatch.chdir(tmp_path)
    assert _ids(".") == ["a/b"]
    assert _ids("a/b.txt") == ["b"]


def test_patterns_name_files_and_folders(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.html", "d/e.txt", "d/f/g.txt"):
        written(tmp_path, name, PAGE if name.endswith("html") else f"{name}.")
    assert _ids(tmp_path / "*.txt") == ["a", "b"]
    assert _ids(tmp_path / "**" / "*.txt") == ["a", "b", "e", "g"]
    assert _ids(tmp_path / "[d]") == ["d/e", "d/f/g"]
    reading = read([str(tmp_path / "d*")])
    assert (len(reading.articles), reading.remarks) == (2, ())


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    assert _ids(written(tmp_path, "what[1].txt", "One.")) == ["what[1]"]


def test_what_is_not_there_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    good = written(tmp_path, "a.txt", "One.")
    reading = read([f"{tmp_path}/no.txt", f"{tmp_path}/no*.txt", str(good)])
    assert told(reading) == [
        ("NO_SUCH_FILE", "is not there", True),
        ("NO_SUCH_FILE", "matches no file", True),
    ]
    assert [article.id for article in reading.articles] == ["a"]


def test_loops_of_links_end(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    written(desk, "a/one.txt", "One.")
    (desk / "a" / "loop").symlink_to(desk)
    (desk / "again").symlink_to(desk / "a")
    reading = read([str(desk)])
    assert [article.id for article in reading.articles] == ["desk/a/one"]
    assert reading.remarks == ()


def test_what_has_the_name_of_an_article_and_is_no_file_is_lost(tmp_path: Path) -> None:
    written(tmp_path, "a.txt", "One.")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nothing")
    (tmp_path / "loop.html").symlink_to(tmp_path / "loop.html")
    (tmp_path / "gone.pdf").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe.jsonl")
    reading = read([str(tmp_path)])
    assert len(reading.articles) == 1
    assert told(reading) == [
        ("UNREADABLE_FILE", "cannot be reached, or is a link to what is not there", True),
        ("UNREADABLE_FILE", "cannot be reached, or is a link to what is not there", True),
        ("UNREADABLE_FILE", "is no regular file", True),
        ("OTHER_FILES", "holds files that are passed over, 1 in all: .pdf", False),
    ]


def test_one_file_by_two_paths_is_read_once(tmp_path: Path) -> None:
    file = written(tmp_path, "a.txt", "One.")
    link = tmp_path / "b.txt"
    link.symlink_to(file)
    reading = read([str(file), str(link), str(tmp_path)])
    assert [article.id for article in reading.articles] == ["a"]
    assert told(reading) == [("SAME_FILE", f"is the same file as {file}", False)] * 3
    assert reading.is_whole


def test_the_same_id_twice_is_told(tmp_path: Path) -> None:
    one, two = written(tmp_path, "1/a.txt", "One."), written(tmp_path, "2/a.txt", "Two.")
    same = written(tmp_path, "3/a.txt", "One.")
    reading = read([str(one), str(two), str(same)])
    assert [(article.id, article.text) for article in reading.articles] == [("a", "One."), ("a-2", "Two.")]
    assert told(reading) == [
        ("DUPLICATE_ID", f"holds another 'a' than {one}: called 'a-2'", False),
        ("SAME_ARTICLE", f"holds 'a' word for word as {one} does: taken once", False),
    ]


def test_a_name_that_was_made_distinct_is_taken() -> None:
    reading = read_bytes(
        json.dumps([{"id": name, "text": f"{n}."} for n, name in enumerate(["a", "a-2", "a"])])
    )
    assert [article.id for article in reading.articles] == ["a", "a-2", "a-3"]


def test_files_of_other_kinds_are_passed_over_in_folders_and_read_as_text_if_named(tmp_path: Path) -> None:
    note = written(tmp_path, "note.me", "One.")
    written(tmp_path, "settings.json", '{"depth": 3}')
    written(tmp_path, "page.xml", "<html><p>One.</p></html>")
    written(tmp_path, "broken.json", "{")
    reading = read([str(tmp_path)])
    assert {(remark.reason.value, remark.lost) for remark in reading.remarks} == {
        ("NO_ARTICLES", False),
        ("NOT_A_FEED", False),
        ("NOT_JSON", True),
        ("OTHER_FILES", False),
    }
    assert _ids(note) == ["note"]
    assert not read([str(tmp_path / "settings.json")]).is_whole


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("It rained.", Format.TEXT),
        (PAGE, Format.HTML),
        ('\n {"text": "a"}', Format.JSON),
        ('[{"text": "a"}]', Format.JSON),
        ('{"text": "a"}\n{"text": "b"}\n', Format.JSONL),
        (FEED, Format.FEED),
        ("\ufeff<!-- made --><?a b?>" + atom(), Format.FEED),
        (archive(PAGE.encode()), Format.WARC),
        (archive(PAGE.encode(), packed=False), Format.WARC),
        ("", Format.TEXT),
    ],
)
def test_what_stands_on_standard_input_is_told_by_its_beginning(content: bytes | str, kind: Format) -> None:
    raw = content.encode() if isinstance(content, str) else content
    assert formats.by_beginning(raw) is kind
    given_kind, found = read_bytes(raw, kind), read_bytes(raw)
    assert given_kind == found


def test_the_kind_can_be_told_for_what_is_named_and_not_for_what_is_found(tmp_path: Path) -> None:
    odd = written(tmp_path, "odd/pile.txt", lines({"id": "a", "text": "One."}))
    assert [article.id for article in read([str(odd)], Format.JSONL).articles] == ["a"]
    assert [article.id for article in read([str(odd.parent)], Format.JSONL).articles] == ["odd/pile"]


@pytest.mark.parametrize("content", ["[]", '{"articles": []}', "<rss/>"])
def test_a_file_that_holds_nothing_is_told(content: str) -> None:
    assert told(read_bytes(content)) == [("NO_ARTICLES", "holds no articles", True)]


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.json", "a.xml"])
def test_a_huge_file_is_told_and_not_read(tmp_path: Path, name: str) -> None:
    huge = tmp_path / name
    with huge.open("wb") as file:
        file.truncate(2**40)
    reading = read([str(huge)], limits=Limits(file_bytes=9_000))
    assert told(reading) == [("TOO_LARGE", "has more than 9000 bytes", True)]


def test_a_pile_ends_where_no_more_is_taken() -> None:
    content = lines(*({"text": f"{n:04}"} for n in range(9)))
    for limits in (Limits(articles=4), Limits(characters=16)):
        reading = read_bytes(content, limits=limits)
        assert len(reading.articles) == 4
        assert reasons(reading) == ["TOO_MUCH"]


def test_names_in_no_encoding_can_be_read(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/Z\xfcrich.txt"
    with open(path, "wb") as file:  # noqa: PTH123  a name of bytes
        file.write(b"One.")
    (article,) = read([str(tmp_path)]).articles
    assert article.id == f"{tmp_path.name}/Z\\xfcrich"


def test_a_folder_that_cannot_be_looked_into_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> list[str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "listdir", refuse)
    assert told(read([str(tmp_path)])) == [("UNREADABLE_FILE", "cannot be read: Permission denied", True)]


def test_long_fields_are_left_out_and_told() -> None:
    reading = read_bytes(json.dumps({"id": "a", "text": "One.", "title": "t" * 1_001}))
    assert reading.articles[0].title == ""
    about = "its title is left out: 1001 characters, and at most 1000 are taken"
    assert told(reading) == [("FIELD_TOO_LONG", about, False)]


def _json_text() -> st.SearchStrategy[str]:
    return st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELD, inner, max_size=4),
        max_leaves=12,
    ).map(json.dumps)


FIELD = st.sampled_from(["id", "title", "text", "html", "uri", "url", "published_at", "articles", "more"])
PIECES = st.one_of(
    st.sampled_from(
        ["<rss>", "</rss>", "<item>", "</item>", "<feed>", "<entry>", "<!DOCTYPE", "]>", "&amp;"]
    ),
    st.sampled_from(["&x;", "<![CDATA[", "]]>", "<description>", "<content>", "<guid>", "<p>", "<html>"]),
    st.sampled_from([STORY, "WARC/1.0\r\n", "\r\n\r\n", "\x00", "\ud83d"]),
)
CONTENTS = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")),
    _json_text().map(str.encode),
    st.lists(PIECES, max_size=12).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass")),
)


@given(CONTENTS, st.sampled_from([None, *Format]))
def test_whatever_a_file_holds_ends_in_articles_that_the_contract_takes_or_in_remarks(
    content: bytes, kind: Format | None
) -> None:
    reading = read(["-"], kind, standard_input=io.BytesIO(content))
    assert not list(article_rules.violations(reading.articles, Settings(), truncate=False))
    assert reading.articles or reading.remarks
    for remark in reading.remarks:
        remark.description.encode()


@given(
    st.binary(min_size=1, max_size=30).filter(
        lambda name: not {0, 47} & set(name) and name not in {b".", b".."}
    )
)
def test_every_name_of_a_file_becomes_an_id_that_the_contract_takes(
    tmp_path_factory: pytest.TempPathFactory, name: bytes
) -> None:
    folder = os.fsencode(tmp_path_factory.mktemp("names"))
    path = os.path.join(folder, name)  # noqa: PTH118  names of bytes
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(b"It rained.")
    reading = read([os.fsdecode(path)], Format.TEXT)
    assert len(reading.articles) == 1
    assert not list(article_rules.violations(reading.articles, Settings(), truncate=False))
