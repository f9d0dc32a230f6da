from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newsweave.v1 import newsweave_pb2 as pb
from service.cli.articles import read, taken
from service.errors import InvalidRequest
from service.reading.found import Reading

if TYPE_CHECKING:
    from pathlib import Path


def test_an_id_is_the_file_name_without_the_ending_and_a_text_is_every_character(tmp_path: Path) -> None:
    file = tmp_path / "the.gazette.txt"
    file.write_bytes("\ufeffOne.\r\nTwo – “три”.\n\n".encode())
    (article,) = read([str(file)])
    assert (article.id, article.text) == ("the.gazette", "\ufeffOne.\r\nTwo – “три”.\n\n")


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.HTML", "a.xhtml"])
def test_a_page_is_sent_as_html(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text("<p>One.", "utf-8")
    (article,) = read([str(file)])
    assert (article.id, article.WhichOneof("content"), article.html) == ("a", "html", "<p>One.")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    good, latin, missing = tmp_path / "a.txt", tmp_path / "b.txt", tmp_path / "c.txt"
    good.write_text("One.", "utf-8")
    latin.write_bytes("Zürich".encode("latin-1"))
    page = tmp_path / "page.txt"
    page.write_text("<!doctype html><p>One.", "utf-8")
    empty = tmp_path / "d.txt"
    empty.write_text(" \n", "utf-8")
    with pytest.raises(InvalidRequest) as caught:
        read([str(path) for path in (good, latin, missing, page, empty)])
    told = [(item.field, item.reason, item.description) for item in caught.value.violations]
    assert told == [
        (str(latin), "NOT_UTF8", "is not UTF-8: byte 1 is 0xfc; convert it first"),
        (str(missing), "NO_SUCH_FILE", "is not there"),
        (str(page), "HTML_AS_TEXT", "is a page of HTML, and its name must end with .html"),
        (str(empty), "EMPTY_TEXT", "holds no text"),
    ]


def test_the_same_file_twice_is_taken_once_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("One.", "utf-8")
    assert len(read([str(file), str(file)])) == 1
    assert capsys.readouterr().err == f"newsweave: {file}: is the same file as {file} [SAME_FILE]\n"


def test_folders_and_patterns_are_read_as_a_digest_reads_them(tmp_path: Path) -> None:
    for name in ("desk/a.txt", "desk/more/b.txt", "c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{name}.", "utf-8")
    assert [article.id for article in read([str(tmp_path / "desk")])] == ["desk/a", "desk/more/b"]
    assert [article.id for article in read([str(tmp_path / "*.txt")])] == ["c"]


def test_where_nothing_is_read_what_was_named_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read([str(tmp_path)])
    assert [(item.field, item.reason) for item in caught.value.violations] == [(str(tmp_path), "NO_ARTICLES")]


@pytest.mark.parametrize(
    ("limits", "inside"),
    [
        (pb.Limits(), "abcd"),
        (pb.Limits(max_digest_articles=3), "abc"),
        (pb.Limits(max_digest_characters=8), "abcd"),
        (pb.Limits(max_digest_characters=7), "acd"),
        (pb.Limits(max_digest_html_characters=5), "abc"),
        (pb.Limits(max_digest_html_characters=4), "abd"),
        (pb.Limits(max_digest_articles=4, max_digest_characters=12, max_digest_html_characters=6), "abcd"),
    ],
)
def test_a_digest_takes_all_articles_that_fit_from_the_first_on(limits: pb.Limits, inside: str) -> None:
    given = (
        pb.Article(id="a", text="four"),
        pb.Article(id="b", text="four"),
        pb.Article(id="c", html="<p>5."),
        pb.Article(id="d", html="6"),
    )
    reading = Reading(given, ())
    found = taken(reading, limits)
    assert "".join(article.id for article in found.articles) == inside
    assert found.is_whole is (len(inside) == len(given))
