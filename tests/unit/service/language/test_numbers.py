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
    ],
)
def test_one_number_has_one_form(left: str, right: str) -> None:
    assert numbers(left) == numbers(right) != frozenset()


@pytest.mark.parametrize(
    ("left", "right"),
    [("10", "100"), ("1.5", "15"), ("1,5", "15"), ("2,00", "2"), ("dozens", "12"), ("millions", "million")],
)
def test_different_numbers_stay_different(left: str, right: str) -> None:
    assert numbers(left) != numbers(right)


def test_every_number_of_a_text_is_found() -> None:
    assert numbers("Of 12 boats, two sank in 2024; hundreds watched.") == {"12", "2", "2024", "hundreds"}


@pytest.mark.parametrize("text", ["The first one left.", "Nobody came.", ""])
def test_words_that_say_too_little_are_no_numbers(text: str) -> None:
    assert not numbers(text)


@given(st.integers(0, 10**15))
def test_separators_of_thousands_say_nothing(number: int) -> None:
    assert numbers(f"{number:,}") == numbers(str(number)) == {str(number)}
