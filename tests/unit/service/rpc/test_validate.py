from __future__ import annotations

import math
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from newsweave.v1 import newsweave_pb2 as pb
from service.domain import Article, Drafting, OffsetEncoding, Overflow, SummaryOptions
from service.errors import InvalidRequest
from service.rpc import validate
from service.rpc.article_rules import is_page
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

SETTINGS = Settings(
    max_articles=3,
    max_article_characters=100,
    max_request_characters=150,
    max_html_characters=200,
    max_request_html_characters=300,
    max_background_texts=3,
    max_background_characters=100,
    max_query_characters=20,
)
GOOD = pb.Article(id="a", text="text")


def faults(
    articles: Sequence[pb.Article] = (GOOD,), options: pb.SummaryOptions | None = None
) -> list[tuple[str, str]]:
    try:
        validate.job(articles, options or pb.SummaryOptions(), SETTINGS)
    except InvalidRequest as error:
        return [(violation.field, violation.reason) for violation in error.violations]
    return []


def options_of(**options: object) -> SummaryOptions:
    return validate.job([GOOD], pb.SummaryOptions(**options), SETTINGS).options  # type: ignore[arg-type]


def test_an_article_keeps_everything_that_the_caller_sent() -> None:
    published = datetime(2024, 6, 19, 12, 30, tzinfo=UTC)
    sent = pb.Article(id="a", title="t", text=" x\x00\n", uri="u", publisher="p")
    sent.published_at.FromDatetime(published)
    (article,) = validate.job([sent], pb.SummaryOptions(), SETTINGS).articles
    assert article == Article("a", " x\x00\n", "t", "u", "p", published)


def test_a_time_that_is_not_given_is_none() -> None:
    assert validate.job([GOOD], pb.SummaryOptions(), SETTINGS).articles[0].published_at is None


def test_options_left_out_are_the_defaults() -> None:
    assert options_of() == SummaryOptions()


def test_options_given_are_kept() -> None:
    given = options_of(
        max_words=50,
        max_sentences=3,
        max_share_per_source=1.0,
        drafting=pb.DRAFTING_EXTRACTIVE,
        overflow=pb.OVERFLOW_TRUNCATE,
        offset_encoding=pb.OFFSET_ENCODING_UTF8_BYTES,
        include_clusters=True,
        language="EN-gb",
    )
    assert given == SummaryOptions(
        50, 3, 1.0, Drafting.EXTRACTIVE, Overflow.TRUNCATE, OffsetEncoding.UTF8_BYTES, include_clusters=True
    )


def test_a_caller_who_counts_sentences_only_is_not_bound_by_the_default_of_words() -> None:
    assert options_of(max_sentences=2).max_words == SETTINGS.max_summary_words
    assert options_of(max_sentences=2, max_words=30).max_words == 30


@pytest.mark.parametrize(
    "text", ["", " \t\n", "\u200b\ufeff\u00ad", "\x00", "\u0301", "\u3164\u2800", "\u2028\u3000"]
)
def test_a_text_in_which_nothing_can_be_seen_is_empty(text: str) -> None:
    assert faults([pb.Article(id="a", text=text)]) == [("articles[0].text", "EMPTY_TEXT")]
    assert faults([pb.Article(id=text, text="text")]) == [("articles[0].id", "EMPTY_ID")]


@pytest.mark.parametrize("text", ["x", "\u200bx", "1", "!", "漢", "😀", "\ue000"])
def test_a_text_in_which_something_can_be_seen_is_not(text: str) -> None:
    assert faults([pb.Article(id=text, text=text)]) == []


def test_a_page_is_an_article_without_text_so_far() -> None:
    (article,) = validate.job([pb.Article(id="a", html=" <p>x\0")], pb.SummaryOptions(), SETTINGS).articles
    assert article == Article("a", "", html=" <p>x\0")


def test_html_has_limits_of_its_own_that_truncation_does_not_lift() -> None:
    assert faults([pb.Article(id="a", html=" \u200b")]) == [("articles[0].html", "EMPTY_HTML")]
    page, long = pb.Article(id="a", html="x" * 200), pb.Article(id="b", html="x" * 201)
    assert faults([page, pb.Article(id="b", text="x" * 100)]) == []
    told = [("articles", "INPUT_TOO_LARGE"), ("articles[1].html", "INPUT_TOO_LARGE")]
    assert faults([page, long]) == told
    assert faults([page, long], pb.SummaryOptions(overflow=pb.OVERFLOW_TRUNCATE)) == told
    with pytest.raises(InvalidRequest) as caught:
        validate.job([long], pb.SummaryOptions(), SETTINGS)
    assert caught.value.violations[0].limits == (("max_html_characters", "200"),)


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html>",
        "\n <!doctype  HTML PUBLIC>",
        "<html>",
        "<html lang=en>",
        "<?xml version='1.0'?>\n<html>",
        "\ufeff<!doctype html>",
        "\ufeff\n<?xml version='1.0'?><!-- a --><html>",
        "<!-- saved from\n a page -->\n<!-- > --><!DOCTYPE html>",
        "<head><title>x</title>",
        "<body class=x>",
    ],
)
def test_a_page_sent_as_text_is_told_the_right_field(text: str) -> None:
    assert faults([pb.Article(id="a", text=text)]) == [("articles[0].text", "HTML_AS_TEXT")]
    assert faults([pb.Article(id="a", html=text)]) == []


@pytest.mark.parametrize(
    "text", ["<!-- <html> -->", "x <html>", "<header>", "<!-- x <html>", "<p>", "\ufeffx"]
)
def test_a_text_that_does_not_begin_as_a_page_is_taken_as_it_is(text: str) -> None:
    assert faults([pb.Article(id="a", text=text)]) == []


def test_marks_of_comments_without_end_cost_no_more_than_other_text() -> None:
    start = time.process_time()
    assert not is_page("<!-- x -->" * 100_000 + "<!--" * 100_000)
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    "text", ["The <html> tag opens a page.", "<p>One.</p>", "<htmlx>", "<!doctype x>", "html"]
)
def test_text_that_merely_tells_of_markup_is_text(text: str) -> None:
    assert faults([pb.Article(id="a", text=text)]) == []


def test_a_text_that_is_not_set_differs_from_one_that_is_empty() -> None:
    assert faults([pb.Article(id="a")]) == [("articles[0]", "MISSING_CONTENT")]


def test_an_id_must_be_given_once_only() -> None:
    again = pb.Article(id="a", text="other")
    assert faults([GOOD, again, again]) == [
        ("articles[1].id", "DUPLICATE_ID"),
        ("articles[2].id", "DUPLICATE_ID"),
    ]


@pytest.mark.parametrize(
    ("name", "most"), [("id", 256), ("title", 1_000), ("uri", 2_048), ("publisher", 256)]
)
def test_fields_beside_the_text_are_bounded(name: str, most: int) -> None:
    fits, exceeds = ({"id": "a", "text": "t", name: "x" * count} for count in (most, most + 1))
    assert faults([pb.Article(**fits)]) == []  # type: ignore[arg-type]
    assert faults([pb.Article(**exceeds)]) == [(f"articles[0].{name}", "FIELD_TOO_LONG")]  # type: ignore[arg-type]


def test_characters_are_counted_in_each_article_and_in_all_together() -> None:
    first, second = pb.Article(id="a", text="é" * 100), pb.Article(id="b", text="x" * 50)
    assert faults([first, second]) == []
    first.text += "é"
    assert faults([first, second]) == [
        ("articles", "INPUT_TOO_LARGE"),
        ("articles[0].text", "INPUT_TOO_LARGE"),
    ]


def test_truncation_lets_an_article_be_too_long_and_the_request_not() -> None:
    truncate = pb.SummaryOptions(overflow=pb.OVERFLOW_TRUNCATE)
    assert faults([pb.Article(id="a", text="x" * 150)], truncate) == []
    assert faults([pb.Article(id="a", text="x" * 151)], truncate) == [("articles", "INPUT_TOO_LARGE")]


def test_articles_beyond_the_limit_are_told_once() -> None:
    bad = [pb.Article(id=str(index), text=" ") for index in range(1_000)]
    assert faults(bad)[0] == ("articles", "TOO_MANY_ARTICLES")
    assert len(faults(bad)) == 2 + SETTINGS.max_articles


@pytest.mark.parametrize(
    ("seconds", "nanos", "good"),
    [
        (0, 0, True),
        (-62_135_596_800, 0, True),
        (253_402_300_799, 999_999_999, True),
        (-62_135_596_801, 0, False),
        (253_402_300_800, 0, False),
        (0, -1, False),
        (0, 1_000_000_000, False),
    ],
)
def test_a_time_lies_in_the_range_of_timestamps(seconds: int, nanos: int, *, good: bool) -> None:
    article = pb.Article(id="a", text="t", published_at=Timestamp(seconds=seconds, nanos=nanos))
    assert faults([article]) == ([] if good else [("articles[0].published_at", "INVALID_TIMESTAMP")])


@pytest.mark.parametrize(("offset", "day"), [(-300, 18), (0, 19), (720, 19), (1439, 20)])
def test_the_day_of_an_article_is_that_of_its_clock(offset: int, day: int) -> None:
    sent = pb.Article(id="a", text="t", utc_offset_minutes=offset)
    sent.published_at.FromJsonString("2024-06-19T03:00:00Z")
    (article,) = validate.job([sent], pb.SummaryOptions(), SETTINGS).articles
    assert article.published_at
    assert article.published_at.date() == date(2024, 6, day)
    assert article.published_at == datetime(2024, 6, 19, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "offset", "fault"),
    [
        (0, 1440, "utc_offset_minutes"),
        (0, -1440, "utc_offset_minutes"),
        (None, 60, "utc_offset_minutes"),
        (-62_135_596_800, -1, "published_at"),
        (253_402_300_799, 1, "published_at"),
        (-62_135_596_800, 1, None),
        (253_402_300_799, -1, None),
    ],
)
def test_a_clock_is_less_than_a_day_away_and_of_a_time(
    seconds: int | None, offset: int, fault: str | None
) -> None:
    time = None if seconds is None else Timestamp(seconds=seconds)
    article = pb.Article(id="a", text="t", published_at=time, utc_offset_minutes=offset)
    assert faults([article]) == ([(f"articles[0].{fault}", "INVALID_TIMESTAMP")] if fault else [])
    if not fault:
        assert validate.job([article], pb.SummaryOptions(), SETTINGS).articles[0].published_at


@pytest.mark.parametrize("share", [-0.1, 1.01, math.nan, math.inf, -math.inf])
def test_a_share_lies_between_zero_and_one(share: float) -> None:
    options = pb.SummaryOptions(max_share_per_source=share)
    assert faults(options=options) == [("options.max_share_per_source", "INVALID_OPTION")]


@pytest.mark.parametrize("name", ["drafting", "overflow", "offset_encoding"])
def test_a_number_that_means_nothing_is_refused(name: str) -> None:
    assert faults(options=pb.SummaryOptions(**{name: 77})) == [(f"options.{name}", "INVALID_OPTION")]  # type: ignore[arg-type]


def test_words_are_bounded() -> None:
    assert faults(options=pb.SummaryOptions(max_words=1_000)) == []
    assert faults(options=pb.SummaryOptions(max_words=1_001)) == [("options.max_words", "INVALID_OPTION")]


@pytest.mark.parametrize(
    "tag", ["de", "eng", "english", "en_US", "en-", "xx-en", "en\n", "en-" + "x" * 9, "\uff45\uff4e"]
)
def test_other_languages_are_refused(tag: str) -> None:
    assert faults(options=pb.SummaryOptions(language=tag)) == [("options.language", "UNSUPPORTED_LANGUAGE")]


@pytest.mark.parametrize("tag", ["", "en", "EN", "en-US", "en-Latn-GB", "en-x-private"])
def test_english_and_its_variants_are_taken(tag: str) -> None:
    assert faults(options=pb.SummaryOptions(language=tag)) == []


def test_what_the_reader_asks_and_knows_is_kept_as_it_is() -> None:
    sent = options_of(focus_query=" who\x00\u202e? ", background=["", "A fire.", "A fire."])
    assert (sent.focus_query, sent.background) == (" who\x00\u202e? ", ("", "A fire.", "A fire."))


def test_what_the_reader_asks_and_knows_is_bounded() -> None:
    assert not faults(options=pb.SummaryOptions(focus_query="é" * 20, background=["é" * 50] * 2))
    assert faults(options=pb.SummaryOptions(focus_query="é" * 21)) == [
        ("options.focus_query", "INPUT_TOO_LARGE")
    ]
    assert faults(options=pb.SummaryOptions(background=["a"] * 4)) == [
        ("options.background", "INVALID_OPTION")
    ]
    assert faults(options=pb.SummaryOptions(background=["a" * 50, "a" * 51])) == [
        ("options.background", "INPUT_TOO_LARGE")
    ]


def test_the_background_of_a_digest_has_a_limit_of_its_own() -> None:
    settings = replace(SETTINGS, max_digest_background_characters=200)
    options = pb.SummaryOptions(background=["a" * 100, "b" * 100])
    request = pb.GenerateDigestRequest(articles=[GOOD], options=options)
    assert len(validate.pile(request, settings).options.background) == 2
    options.background.append("c")
    with pytest.raises(InvalidRequest) as told:
        validate.pile(pb.GenerateDigestRequest(articles=[GOOD], options=options), settings)
    (violation,) = told.value.violations
    assert dict(violation.limits) == {"max_digest_background_characters": "200"}
    assert violation.description == (
        "201 characters, and at most 200 are taken, as the setting max_digest_background_characters says"
    )


def test_each_text_of_the_background_has_its_day_or_none_has() -> None:
    times = [Timestamp(seconds=1_750_291_199), Timestamp()]  # a second before midnight
    options = pb.SummaryOptions(background=["A fire.", "A flood."], background_published_at=times)
    sent = validate.job([GOOD], options, SETTINGS).options
    assert sent.background_days == (date(2025, 6, 18), None)
    assert options_of(background=["A fire."]).background_days == ()
    options.background_published_at.add()
    assert faults(options=options) == [("options.background_published_at", "INVALID_OPTION")]
    del options.background_published_at[1:]
    assert faults(options=options) == [("options.background_published_at", "INVALID_OPTION")]
    options.background_published_at.add(seconds=1, nanos=-1)
    assert faults(options=options) == [("options.background_published_at[1]", "INVALID_TIMESTAMP")]


def test_the_background_of_a_batch_is_bounded_as_a_whole() -> None:
    item = pb.BatchSummarizeItem(articles=[GOOD], options=pb.SummaryOptions(background=["a" * 51]))
    validate.batch([item], SETTINGS)
    with pytest.raises(InvalidRequest) as told:
        validate.batch([item, item], SETTINGS)
    (violation,) = told.value.violations
    assert (violation.field, violation.reason) == ("items", "INPUT_TOO_LARGE")
    assert dict(violation.limits) == {"max_background_characters": "100"}
