from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.cli.articles import read
from service.errors import InvalidRequest

if TYPE_CHECKING:
    from pathlib import Path


def test_an_id_is_the_file_name_without_the_ending_and_a_text_is_every_character(tmp_path: Path) -> None:
    file = tmp_path / "the.gazette.txt"
    file.write_bytes("\ufeffOne.\r\nTwo – “три”.\n\n".encode())
    (article,) = read([file])
    assert (article.id, article.text) == ("the.gazette", "\ufeffOne.\r\nTwo – “три”.\n\n")


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.HTML", "a.xhtml"])
def test_a_page_is_sent_as_html(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text("<p>One.", "utf-8")
    (article,) = read([file])
    assert (article.id, article.WhichOneof("content"), article.html) == ("a", "html", "<p>One.")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    good, latin, missing = tmp_path / "a.txt", tmp_path / "b.txt", tmp_path / "c.txt"
    good.write_text("One.", "utf-8")
    latin.write_bytes("Zürich".encode("latin-1"))
    page = tmp_path / "page.txt"
    page.write_text("<!doctype html><p>One.", "utf-8")
    again = tmp_path / "a.md"
    again.write_text("One.", "utf-8")
    empty = tmp_path / "d.txt"
    empty.write_text(" \n", "utf-8")
    with pytest.raises(InvalidRequest) as caught:
        read([good, latin, missing, page, again, empty])
    told = [(item.field, item.reason, item.description) for item in caught.value.violations]
    assert told == [
        (str(latin), "NOT_UTF8", "is not UTF-8: byte 1 is 0xfc; convert it first"),
        (str(missing), "UNREADABLE_FILE", "cannot be read: No such file or directory"),
        (str(page), "HTML_AS_TEXT", "is a page of HTML, and its name must end with .html"),
        (str(again), "DUPLICATE_ID", f"has the same id, 'a', as {good}; rename one of them"),
        (str(empty), "EMPTY_TEXT", "holds no text"),
    ]


def test_the_same_file_twice_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("One.", "utf-8")
    with pytest.raises(InvalidRequest, match="has the same id"):
        read([file, tmp_path / "a.txt"])


def test_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="cannot be read: Is a directory"):
        read([tmp_path])
