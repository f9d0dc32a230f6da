from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import DateAnchor, Period
from service.language.dating import Setting, dated, setting
from tests.unit.service.fakes import TEXTS

WEDNESDAY = date(2024, 6, 19)
NOTHING = Setting(None, {})
TIMES = st.sampled_from(
    [
        "yesterday ",
        "on Tuesday ",
        "last week ",
        "two days ago ",
        "in June ",
        "on June 18 ",
        "in 2019 ",
        "on June 18, 2019 ",
        "will arrive ",
        "arrived ",
        "today ",
        "next year ",
    ]
)
TOLD = st.lists(st.one_of(TIMES, TEXTS), max_size=8).map("".join)


def told(text: str, published: date | None = WEDNESDAY, before: str = "") -> list[tuple[str, str, str]]:
    """Return the words that date a sentence, and the first and the last day as an answer writes them."""
    found = dated(text, before, Setting(published, {}))
    return [(text[item.start : item.end], item.period.text, item.period.last_text) for item in found]


def days(text: str, published: date | None = WEDNESDAY, before: str = "") -> list[str]:
    return [day for _, day, _ in told(text, published, before)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They signed the treaty on June 19, 2024, in Oslo.", ("June 19, 2024", "2024-06-19", "")),
        ("They signed the treaty on 19 June 2024.", ("19 June 2024", "2024-06-19", "")),
        ("It was signed on Wednesday, June 19, 2024.", ("Wednesday, June 19, 2024", "2024-06-19", "")),
        ("They met on the morning of June 19, 2024.", ("morning of June 19, 2024", "2024-06-19", "")),
        ("They met on June 18-19, 2024, in Oslo.", ("June 18-19, 2024", "2024-06-18", "2024-06-19")),
        ("The firm was founded in 1945.", ("1945", "1945", "")),
        ("In late 2016 the firm was sold.", ("2016", "2016", "")),
        ("It was sold in February 2022.", ("February 2022", "2022-02", "")),
        ("The vote will be held on May 5, 2031.", ("May 5, 2031", "2031-05-05", "")),
    ],
)
def test_words_with_a_year_need_no_day_of_publication(text: str, expected: tuple[str, str, str]) -> None:
    assert told(text, None) == [expected]
    (found,) = dated(text, "", NOTHING)
    assert found.anchor is DateAnchor.EXPLICIT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bridge fell yesterday.", ("yesterday", "2024-06-18", "")),
        ("The bridge fell today.", ("today", "2024-06-19", "")),
        ("He will speak tomorrow.", ("tomorrow", "2024-06-20", "")),
        ("The bridge fell on Tuesday.", ("Tuesday", "2024-06-18", "")),
        ("The bridge fell on Wednesday.", ("Wednesday", "2024-06-19", "")),
        ("The bridge fell on Friday.", ("Friday", "2024-06-14", "")),
        ("He will speak on Friday.", ("Friday", "2024-06-21", "")),
        ("He is due to speak on Monday.", ("Monday", "2024-06-24", "")),
        ("The bridge fell last week.", ("last week", "2024-06-10", "2024-06-16")),
        ("The bridge fell this week.", ("this week", "2024-06-17", "2024-06-23")),
        ("The bridge fell last month.", ("last month", "2024-05", "")),
        ("He will speak next year.", ("next year", "2025", "")),
        ("The bridge fell two days ago.", ("two days ago", "2024-06-17", "")),
        ("The bridge fell on June 3.", ("June 3", "2024-06-03", "")),
        ("The bridge fell in January.", ("January", "2024-01", "")),
        ("He will speak on Nov. 5 in Oslo.", ("Nov. 5", "2024-11-05", "")),
        ("The bridge fell on Dec. 30 in Oslo.", None),
    ],
)
def test_other_words_are_counted_from_the_day_of_publication(
    text: str, expected: tuple[str, str, str] | None
) -> None:
    assert told(text) == ([expected] if expected else [])
    assert told(text, None) == []
    assert all(found.anchor is DateAnchor.PUBLISHED_AT for found in dated(text, "", Setting(WEDNESDAY, {})))


def test_a_day_without_a_year_is_of_the_nearest_year() -> None:
    assert days("The bridge fell on Dec. 30 in Oslo.", date(2024, 1, 2)) == ["2023-12-30"]
    assert days("He will speak on Jan. 5 in Oslo.", date(2023, 12, 30)) == ["2024-01-05"]


@pytest.mark.parametrize(
    "text",
    [
        "He arrives in Oslo on Friday.",  # no tense that tells which one
        "The minister said that he would visit Oslo on Friday.",
        "The vote scheduled for Friday was the first.",
        "The bridge fell on Thursday.",  # six days ago, or today where the writer is
        "He will speak on Tuesday.",
        "The bridge fell in December.",  # six months away from both
        "He will speak on June 3.",  # over, so not of this year
        "The bridge fell on June 30.",  # yet to come
        "The bridge fell last Friday.",
        "The bridge fell on June 3 last year.",
        "He spoke on a Tuesday.",
        "The bridge fell on Good Friday.",
        "“I left on Tuesday,” said Berg.",  # counted from the day when he spoke
        "The firm employs 500 people today.",
        "Some of them made sounds in a manner much like that of birds today.",
        "The paper USA TODAY was told of it.",
        "The bridge fell on February 30.",
    ],
)
def test_nothing_is_guessed(text: str) -> None:
    assert days(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "He recalled the June 3, 2019 attack.",
        "They have met every year since 2012.",
        "The law holds until June 3, 2031.",
        "He ruled from 1999 to 2008.",
        "His pay fell to five million dollars compared with six million in 2014.",
        "The words were used by Anna Berg on Sunday talk shows.",
        "They met again after June 3, 2019, in Oslo.",
        "The 2016 election was lost.",
        "Some 2000 people fled.",
        "The song of the 1990s was sung.",
        "The mayor of Moss on Tuesday said that the port was closed.",
        "The warning came despite his invasion of the island in 2022.",
        "The bridge fell on Tuesday, June 19, 2024.",  # that was a Wednesday
        "Tuesday’s game was lost.",
        "Two men died, the police said on Tuesday.",
        "Both men died in the fire, police said in a statement issued Tuesday.",
        "Administration of the harbour (On April 3, 2014).",
    ],
)
def test_what_names_bounds_or_is_said_dates_nothing(text: str) -> None:
    assert days(text) == []


def test_what_is_announced_on_a_day_is_told() -> None:
    assert days("On Tuesday, the ministry said that it would close the port.") == ["2024-06-18"]
    assert days("The ministry announced on Tuesday that the port was closed.") == ["2024-06-18"]


@pytest.mark.parametrize(
    "text",
    [
        "On Tuesday sailors closed the port.",
        "The mayor of Moss on Tuesday closed the port.",
        "The port was closed Tuesday amid a strike.",
        "The port was closed on Tuesday following a strike.",
    ],
)
def test_what_stands_behind_a_time_need_not_be_named_by_it(text: str) -> None:
    assert days(text) == ["2024-06-18"]


def test_beside_another_year_a_day_without_one_is_left_open() -> None:
    text, before = "The bridge fell on June 3.", "He took office in 2011."
    assert days(text) == ["2024-06-03"]
    assert days(text, before=before) == []
    assert days("Berg, who took office in 2011, left on June 3.") == ["2011"]


def test_an_article_tells_the_year_of_a_day_once_for_all() -> None:
    text = "The bridge fell on June 3."
    known = setting(None, ["On June 3, 2019, it rained.", "On June 4, 2018, it snowed."])
    (found,) = dated(text, "", known)
    assert (found.period, found.anchor) == (
        Period(date(2019, 6, 3), date(2019, 6, 3)),
        DateAnchor.ARTICLE,
    )
    torn = setting(WEDNESDAY, ["On June 3, 2019, it rained.", "On June 3, 2018, it snowed."])
    assert dated(text, "", torn) == ()


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_are_no_fault(day: date) -> None:
    for text in (
        "It fell yesterday.",
        "It will fall tomorrow.",
        "It fell last week.",
        "It will fall next week.",
    ):
        assert all(found.period.first <= found.period.last for found in dated(text, "", Setting(day, {})))
    for text in (
        "It fell last month.",
        "It will fall next year.",
        "It fell last year.",
        "It fell in December.",
    ):
        dated(text, "", Setting(day, {}))


@given(TOLD, TOLD)
def test_without_a_day_of_publication_every_word_has_its_year(text: str, before: str) -> None:
    for found in dated(text, before, NOTHING):
        assert found.anchor is DateAnchor.EXPLICIT
        assert str(found.period.first.year) in text[found.start : found.end]


@given(TOLD, st.dates())
def test_words_stand_in_order_inside_the_sentence(text: str, published: date) -> None:
    found = dated(text, "", setting(published, [text]))
    assert [item.start for item in found] == sorted(item.start for item in found)
    for item in found:
        assert text[item.start : item.end].strip()


@given(st.dates(date(1000, 1, 1), date(3000, 1, 1)))
def test_a_weekday_is_near_the_day_of_publication_and_on_the_side_of_its_tense(published: date) -> None:
    for name in ("Monday", "Saturday"):
        for past in days(f"The bridge fell on {name}.", published):
            assert timedelta(0) <= published - date.fromisoformat(past) <= timedelta(5)
        for future in days(f"He will speak on {name}.", published):
            assert timedelta(1) <= date.fromisoformat(future) - published <= timedelta(5)
