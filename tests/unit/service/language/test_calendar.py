from __future__ import annotations

import pytest

from service.language.calendar import dates


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He came on Monday.", {"monday"}),
        ("Tuesday’s talks and friday's", {"tuesday", "friday"}),
        ("On June 3, in Jun and in JUNE", {"jun"}),
        ("In Sept. or September", {"sep"}),
        ("It opens today and closes tomorrow.", {"today", "tomorrow"}),
        ("The mondays of sundry junes", set()),
    ],
)
def test_dates_are_compared_in_one_form(text: str, found: set[str]) -> None:
    assert {date[:3] for date in dates(text)} == {date[:3] for date in found}


@pytest.mark.parametrize("word", ["may", "march", "mar"])
def test_a_month_that_is_another_word_too_needs_a_capital(word: str) -> None:
    assert not dates(f"They {word} come.")
    assert dates(f"They come in {word.title()}.")


def test_months_and_days_stay_apart() -> None:
    assert dates("March") == dates("Mar") != dates("May")
    assert len(dates("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")) == 7
