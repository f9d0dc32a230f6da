from __future__ import annotations

import math
import time

import pytest
from hypothesis import given

from service.language.numbers import numbers
from service.language.quantities import Agreement, Precision, quantities
from tests.unit.service.fakes import TEXTS


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("It cost 12 dollars", 12, 12, "$"),
        ("$1.2 million was paid", 1.2e6, 1.2e6, "$"),
        ("a €5.58m salary", 5.58e6, 5.58e6, "€"),
        ("some 10,000 people came", 9_000, 11_000, ""),
        ("at least twelve people died", 12, math.inf, ""),
        ("more than 180 were hurt", 180, math.inf, ""),
        ("30 or more were hurt", 30, math.inf, ""),
        ("up to 40 of them", 0, 40, ""),
        ("a dozen people", 12, 12, ""),
        ("two dozen people", 24, 24, ""),
        ("one hundred and twenty people", 120, 120, ""),
        ("A hundred twenty-five people", 125, 125, ""),
        ("a hundred and twenty thousand people", 120_000, 120_000, ""),
        ("two thousand five hundred people", 2_500, 2_500, ""),
        ("one million two hundred thousand people", 1_200_000, 1_200_000, ""),
        ("three million two hundred thousand and forty people", 3_200_040, 3_200_040, ""),
        ("between one hundred and two hundred people", 100, 200, ""),
        ("between one thousand and two thousand people", 1_000, 2_000, ""),
        ("two hundred people", 200, 200, ""),
        ("half a million people", 500_000, 500_000, ""),
        ("three and a half million people", 3.5e6, 3.5e6, ""),
        ("sixty-two guests", 62, 62, ""),
        ("3.5 percent of all", 3.5, 3.5, "%"),
        ("3.5% of all", 3.5, 3.5, "%"),
        ("10 to 12 people", 10, 12, ""),
        ("between 10 and 12 people", 10, 12, ""),
        ("260,000 metric tons of shells", 260e6, 260e6, "mass"),
        ("two kilometres away", 2_000, 2_000, "length"),
        ("10 to 12 km away", 10_000, 12_000, "length"),
        ("the 22-year-old driver", 22, 22, "age"),
    ],
)
def test_a_quantity_is_read_with_its_qualifier_and_its_unit(
    text: str, low: float, high: float, unit: str
) -> None:
    (found,) = quantities(text)
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.unit == unit
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize(
    "text", ["in 2000 he came", "at 4:30 they left", "the 3rd time", "room A12", "10.4.2024"]
)
def test_years_times_ordinals_and_codes_are_no_quantities(text: str) -> None:
    assert not quantities(text)


def test_a_change_and_a_pair_are_two_numbers() -> None:
    assert [item.number for item in quantities("It rose from 4 to 9 percent")] == [4, 9]
    assert [item.number for item in quantities("4 and 9 people")] == [4, 9]


def test_what_is_counted_is_told_up_to_the_next_word_of_another_phrase() -> None:
    (found,) = quantities("28 U.S. states across the country")
    assert found.nouns[-1] == "state" or "state" in found.nouns
    assert quantities("12 people were killed")[0].nouns == ("peopl",)
    assert quantities("12 deaths Friday")[0].nouns == ("death",)
    assert quantities("12 May Day marches")[0].nouns == ()
    assert quantities("12 peace march")[0].nouns == ("peac", "march")
    assert quantities("12 were killed")[0].nouns == ()


@pytest.mark.parametrize(
    ("one", "other", "agreement"),
    [
        ("12 people", "twelve people", Agreement.SAME),
        ("12 people", "a dozen people", Agreement.SAME),
        ("12 people", "13 people", Agreement.DIFFERENT),
        ("about 260,000 tons", "260,000 tons", Agreement.SAME),
        ("nearly 500 people", "487 people", Agreement.SAME),
        ("at least 10 people", "12 people", Agreement.RECONCILABLE),
        ("at least 10 people", "8 people", Agreement.DIFFERENT),
        ("at least 150 people", "more than 180 people", Agreement.RECONCILABLE),
        ("up to 10 people", "more than 12 people", Agreement.DIFFERENT),
        ("more than $26 million", "$26.6 million", Agreement.SAME),
        ("1.2 million people", "1,234,567 people", Agreement.RECONCILABLE),
        ("€5.6 million", "€5.58m", Agreement.SAME),
        ("$1.2 trillion", "$1 trillion", Agreement.RECONCILABLE),
        ("$1.5 trillion", "$1 trillion", Agreement.DIFFERENT),
        ("200 birds", "208 birds", Agreement.RECONCILABLE),
        ("200 birds", "230 birds", Agreement.DIFFERENT),
        ("10 people", "12 people", Agreement.DIFFERENT),
        ("40 miles", "65 kilometres", Agreement.SAME),
        ("40 miles", "90 kilometres", Agreement.DIFFERENT),
        ("17 years", "nearly two decades", Agreement.SAME),
        ("10 to 12 people", "11 people", Agreement.SAME),
        ("10 to 12 people", "14 people", Agreement.DIFFERENT),
    ],
)
def test_quantities_are_compared_as_what_they_can_be(one: str, other: str, agreement: Agreement) -> None:
    (left,), (right,) = quantities(one), quantities(other)
    assert left.agreement(right) is agreement
    assert right.agreement(left) is agreement


@pytest.mark.parametrize("text", ["one hundred ", "a million and ", "two million three "])
def test_a_line_of_nothing_but_numbers_is_read_in_time(text: str) -> None:
    began = time.process_time()
    assert quantities(text * 4_000)
    numbers(text * 4_000)
    assert time.process_time() - began < 10  # less than one; it was minutes


@given(TEXTS)
def test_every_quantity_stands_where_it_says_and_agrees_with_itself(text: str) -> None:
    for item in quantities(text):
        assert text[item.start : item.end] == item.text
        assert item.low <= item.high
        assert item.agreement(item) is Agreement.SAME
        assert (item.precision is Precision.EXACT) == (item.low == item.high) or item.low == 0
