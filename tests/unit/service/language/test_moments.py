from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.language.calendar import MONTH_NAMES
from service.language.moments import Moment, moments
from service.language.quantities import Agreement
from tests.unit.service.fakes import TEXTS

THURSDAY = date(2024, 6, 20)


def only(text: str) -> Moment:
    (found,) = moments(text)
    return found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("He came in 2000.", {"years": (2000, 2000)}),
        ("founded in the 1950s", {"years": (1950, 1959)}),
        ("founded in the late 1940s", {"years": (1946, 1949)}),
        ("on 31 July 2014", {"years": (2014, 2014), "month": 7, "day": 31}),
        ("on July 31st", {"month": 7, "day": 31}),
        ("in September", {"month": 9}),
        ("in March 2014", {"years": (2014, 2014), "month": 3}),
        ("in March they left", {"month": 3}),
        ("In early May they left", {"month": 5}),
        ("in May, 2014", {"years": (2014, 2014), "month": 5}),
        ("on 2014-07-31", {"years": (2014, 2014), "month": 7, "day": 31}),
        ("on the 31st of July 2014", {"years": (2014, 2014), "month": 7, "day": 31}),
        ("on Tuesday evening", {"weekday": 1, "hours": (17, 24)}),
        ("early on Wednesday morning", {"weekday": 2, "hours": (0, 9)}),
        ("very late at night", {"hours": (23, 30)}),
        ("late Wednesday", {"weekday": 2, "hours": (15, 28)}),
        (
            "at 4:30 p.m. local time on Friday",
            {"weekday": 4, "hours": (16.5, 16.5), "clock": True, "zoned": True},
        ),
        ("at about 12 a.m.", {"hours": (0, 0), "clock": True, "rough": True}),
        ("at 16:30 they left", {"hours": (16.5, 16.5), "clock": True}),
        ("yesterday", {"relative": -1}),
        ("Late on Wednesday", {"weekday": 2, "hours": (15, 28)}),
    ],
)
def test_an_expression_of_time_is_one_moment(text: str, told: dict[str, object]) -> None:
    found = only(text)
    assert found == Moment(found.start, found.end, text[found.start : found.end], **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "He may go.",
        "They march on.",
        "May said no.",
        "They lost confidence in May.",
        "It cost $1950.",
        "13 a.m.",
        "a score of 4:30",
    ],
)
def test_words_and_numbers_that_only_look_like_times_are_none(text: str) -> None:
    assert not moments(text)


def test_two_times_are_two_moments() -> None:
    assert [item.text for item in moments("from 4 p.m. to 6 p.m., on Monday and Tuesday")] == [
        "4 p.m.",
        "6 p.m., on Monday",
        "Tuesday",
    ]


@pytest.mark.parametrize(
    ("one", "other", "agreement"),
    [
        ("Tuesday evening", "on Wednesday morning", Agreement.RECONCILABLE),
        ("Tuesday evening", "on Thursday morning", Agreement.DIFFERENT),
        ("Tuesday morning", "on Wednesday morning", Agreement.DIFFERENT),
        ("Tuesday evening", "late at night", Agreement.SAME),
        ("Wednesday morning", "late at night", Agreement.SAME),
        ("Wednesday morning", "in the afternoon", Agreement.DIFFERENT),
        ("Tuesday", "Tuesday", Agreement.SAME),
        ("Tuesday", "in 2000", None),
        ("Tuesday", "on June 18", None),
        ("at 4 p.m.", "at 5 p.m.", Agreement.RECONCILABLE),
        ("at 4:20 p.m.", "at 4:30 p.m.", Agreement.DIFFERENT),
        ("about 4:20 p.m.", "at 4:30 p.m.", Agreement.RECONCILABLE),
        ("at 4:30 p.m. local time", "at 11 a.m. GMT", Agreement.RECONCILABLE),
        ("at 4:30 p.m.", "at 11 a.m. Kathmandu time", Agreement.RECONCILABLE),
        ("at 16:45", "at 4:30 p.m. EST", Agreement.RECONCILABLE),
        ("at 4:20 p.m.", "at 4:30 p.m. GMT", Agreement.DIFFERENT),
        ("at 4:30 p.m.", "at 5 p.m.", Agreement.DIFFERENT),
        ("at 4 p.m.", "in the afternoon", Agreement.SAME),
        ("the late 1940s", "the 1950s", Agreement.DIFFERENT),
        ("the late 1940s", "1948", Agreement.SAME),
        ("May 6", "June 6", Agreement.DIFFERENT),
        ("May 6, 2024", "May 6", Agreement.SAME),
    ],
)
def test_moments_are_compared_by_what_both_tell(one: str, other: str, agreement: Agreement | None) -> None:
    assert only(one).agreement(only(other)) is agreement
    assert only(other).agreement(only(one)) is agreement


def test_a_day_becomes_a_date_only_by_the_day_of_writing() -> None:
    tuesday = only("on Tuesday").anchored(THURSDAY)
    assert tuesday.on == (date(2024, 6, 18), date(2024, 6, 25))
    assert tuesday.agreement(only("on June 18")) is Agreement.SAME
    assert tuesday.agreement(only("on June 19")) is Agreement.DIFFERENT
    assert tuesday.agreement(only("on June 11")) is Agreement.DIFFERENT
    assert (
        only("yesterday").anchored(THURSDAY).agreement(only("Wednesday").anchored(THURSDAY)) is Agreement.SAME
    )
    assert date(2024, 6, 20) in only("on Thursday").anchored(THURSDAY).on
    assert only("on Tuesday").anchored(None) == only("on Tuesday")
    assert only("in 2000").anchored(THURSDAY) == only("in 2000")


@pytest.mark.parametrize("word", ["yesterday", "today", "tonight", "tomorrow", "Monday"])
@pytest.mark.parametrize("published", [date.min, date.max])
def test_at_the_ends_of_the_calendar_nothing_is_dated(word: str, published: date) -> None:
    assert only(word).anchored(published) == only(word)


@given(st.dates(), st.sampled_from(["yesterday", "today", "tonight", "tomorrow"]), st.integers(-1, 1))
def test_a_relative_day_may_be_told_in_any_zone(published: date, word: str, zone: int) -> None:
    dated = only(word).anchored(published)
    if dated.on:
        day = dated.on[1] + timedelta(days=zone)
        told = only(f"on {day.day} {MONTH_NAMES[day.month - 1]}")
        assert dated.agreement(told) is Agreement.SAME
        day = dated.on[1] + timedelta(days=2)
        assert dated.agreement(only(f"on {day.day} {MONTH_NAMES[day.month - 1]}")) is Agreement.DIFFERENT


def test_a_weekday_can_be_before_or_after_the_day_of_writing() -> None:
    friday = only("on Friday").anchored(THURSDAY)
    assert friday.agreement(only("on June 21")) is friday.agreement(only("on June 14")) is Agreement.SAME
    assert friday.agreement(only("on June 20")) is Agreement.DIFFERENT


def test_the_days_of_two_writers_cannot_be_compared_unless_it_is_known_when_they_wrote() -> None:
    assert only("today").agreement(only("today")) is None
    assert only("today").anchored(THURSDAY).agreement(only("today").anchored(THURSDAY)) is Agreement.SAME


@given(TEXTS)
def test_every_moment_stands_where_it_says_and_agrees_with_itself_once_it_is_dated(text: str) -> None:
    for item in moments(text):
        assert text[item.start : item.end] == item.text
        dated = item.anchored(THURSDAY)
        assert dated.agreement(dated) is Agreement.SAME
