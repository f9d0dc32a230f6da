from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml.html import tostring

from service.markup import text as text_module
from service.markup.text import text_of
from service.markup.tree import Unreadable, parse
from tests.unit.service.pages import (
    ARABIC,
    BUILT,
    FURNITURE,
    HEADLINE,
    LEAD,
    MAYOR,
    MIXED_SCRIPTS,
    NEWS_PAGE,
    PAGES,
    QUOTE,
    ROAD,
    RULES,
    SHORT_WITH_TABLE,
    STORY,
    page,
)


def lines(html: str) -> list[str]:
    root = parse(html)
    assert root is not None
    return text_of(root).splitlines()


def test_a_news_page_gives_its_article_and_nothing_else() -> None:
    assert lines(NEWS_PAGE) == [
        HEADLINE,
        LEAD,
        MAYOR,
        QUOTE,
        "What drivers should do",
        ROAD,
        *(f"- {rule}" for rule in RULES),
        BUILT,
    ]
    assert not [part for part in FURNITURE if part in "\n".join(lines(NEWS_PAGE))]


@pytest.mark.parametrize("name", sorted(PAGES.keys() - {"news", "for machines"}))
def test_paragraphs_come_one_a_line_however_the_page_marks_them(name: str) -> None:
    assert [line for line in lines(PAGES[name]) if line in STORY] == list(STORY)


def test_a_short_article_is_not_run_together_with_its_table() -> None:
    assert lines(SHORT_WITH_TABLE) == ["Votes in Dale", LEAD, MAYOR]


def test_right_to_left_text_and_other_scripts_are_kept_as_they_are() -> None:
    assert lines(MIXED_SCRIPTS) == [LEAD, ARABIC, MAYOR, f"{ROAD} 桥梁已关闭。"]


@pytest.mark.parametrize(
    "html", ["<html></html>", "<html><body><script>var x;</script>", "<img src=x>", "<svg></svg>"]
)
def test_a_page_without_text_gives_none(html: str) -> None:
    assert lines(html) == []


def test_a_fragment_is_enough() -> None:
    assert lines(f"<p>{LEAD}</p>") == [LEAD]


def test_a_page_gives_the_same_text_however_often_it_was_seen() -> None:
    assert [lines(page(*STORY)) for _ in range(5)] == [list(STORY)] * 5


def test_a_tree_is_left_as_it_is() -> None:
    root = parse(NEWS_PAGE)
    assert root is not None
    before = tostring(root)
    text_of(root)
    assert tostring(root) == before


def test_threads_do_not_disturb_each_other() -> None:
    alone = {name: lines(html) for name, html in PAGES.items()}
    with ThreadPoolExecutor(4) as threads:
        jobs = [(name, threads.submit(lines, PAGES[name])) for _ in range(8) for name in PAGES]
    assert all(job.result() == alone[name] for name, job in jobs)


def test_nothing_of_a_page_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        lines("<html></html>")
        lines(NEWS_PAGE)
    assert not [record for record in caplog.records if record.name.startswith("trafilatura")]


def test_a_failure_of_the_extractor_is_told_as_a_page_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise LookupError

    monkeypatch.setattr(text_module, "bare_extraction", fail)
    with pytest.raises(Unreadable, match="send its text"):
        lines(NEWS_PAGE)
