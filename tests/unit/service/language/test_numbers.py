from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.language.numbers import numbers


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("10,000 people", "10000 people"),
        ("ten men", "10 men"),
        ("Twelve", "a dozen"),
        ("4.50 euros", "4.5 euros"),
        ("3.0", "three"),
        ("1,234,567.80", "1234567.8"),
        ("a third time", "the 3rd time"),
        ("TWENTY", "20"),
        ("one hundred and twenty people", "120 people"),
        ("two hundred thousand", "200,000"),
        ("two hundred thousand", "0.2 million"),
        ("Twenty-one men", "twenty one men"),
        ("three and a half million", "$3.5 million"),
        ("half a million", "500,000"),
        ("a million", "1,000,000"),
        ("two dozen", "24"),
        ("$5bn", "five billion"),
        ("£5m", "5,000,000"),
        ("$2-trillion", "2 trillion"),
        ("5 to 10 million", "between 5 million and 10 million"),
        ("between $5 and $10 million", "$5-10 million"),
        ("the twenty-first century", "the 21st century"),
    ],
)
def test_one_number_has_one_form(left: str, right: str) -> None:
    assert numbers(left) == numbers(right) != frozenset()


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("10", "100"),
        ("1.5", "15"),
        ("1,5", "15"),
        ("2,00", "2"),
        ("dozens", "12"),
        ("millions", "million"),
        ("several hundred", "100"),
        ("2 trillion", "2.2 trillion"),
        ("a 5m wall", "5 million walls"),
    ],
)
def test_different_numbers_stay_different(left: str, right: str) -> None:
    assert numbers(left) != numbers(right)


def test_every_number_of_a_text_is_found() -> None:
    assert numbers("Of 12 boats, two sank in 2024; hundreds watched.") == {"12", "2", "2024", "hundreds"}


def test_behind_and_may_begin_another_clause() -> None:
    assert numbers("One hundred and twenty were hurt.") == {"100", "20"}
    assert numbers("They killed 5 and 10 million fled.") == {"5", "10000000"}


@pytest.mark.parametrize("text", ["The first one left.", "Nobody came.", ""])
def test_words_that_say_too_little_are_no_numbers(text: str) -> None:
    assert not numbers(text)


ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
ONES += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spelled(number: int, *, joint: str = " and ") -> str:
    """Write a number from 1 to 999,999,999 out, as English does."""
    for scale, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= scale:
            more = number % scale
            link = "" if not more else joint if more < 100 else " "
            return f"{spelled(number // scale, joint=joint)} {name}{link}{spelled(more) if more else ''}"
    if number < 20:
        return ONES[number - 1]
    return TENS[number // 10 - 2] + (f"-{ONES[number % 10 - 1]}" if number % 10 else "")


@given(st.integers(2, 999_999), st.sampled_from([" and ", " "]))
def test_a_number_that_is_written_out_is_one(number: int, joint: str) -> None:
    text = spelled(number, joint=joint)
    assert numbers(f"They saw {text} birds.") == {str(number)}, text


@given(st.integers(1, 9_999), st.sampled_from(["hundred", "thousand", "million", "billion", "trillion"]))
def test_digits_and_a_word_are_one_number(tenths: int, scale: str) -> None:
    worth = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}[scale]
    assert numbers(f"{tenths / 10} {scale}") == {str(tenths * 10 ** (worth - 1))}


@given(st.text("one hundred and twenty-five million half a $5.,bn to ", max_size=60))
def test_any_text_has_numbers_that_do_not_depend_on_case(text: str) -> None:
    assert numbers(text.upper()) == numbers(text)


@given(st.integers(0, 10**15))
def test_separators_of_thousands_say_nothing(number: int) -> None:
    assert numbers(f"{number:,}") == numbers(str(number)) == {str(number)}
