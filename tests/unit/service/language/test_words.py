from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.language.words import (
    FUNCTION_WORDS,
    _stem,
    content_stems,
    function_share,
    stem,
    word_count,
    words,
)

ENDINGS = ("ed", "s", "ing", "ly", "ization", "izations", "ional", "ness", "fulness", "ability", "ousness")


def test_words_are_runs_of_letters_and_digits_with_plain_apostrophes() -> None:
    assert words("Kim’s 24-year-old plan, don't_you?") == [
        "Kim's",
        "24",
        "year",
        "old",
        "plan",
        "don't",
        "you",
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("a  b\nc", 3), ("twenty-four - seven", 2), ("— “Yes.” …", 1), ("$5 3%", 2), ("漢字 é", 2)],
)
def test_words_are_counted_as_a_reader_counts_them(text: str, count: int) -> None:
    assert word_count(text) == count


@given(st.lists(st.text()))
def test_words_that_are_joined_by_spaces_add_up(parts: list[str]) -> None:
    assert word_count(" ".join(parts)) == sum(map(word_count, parts))


def test_the_share_of_function_words_tells_prose_from_a_list() -> None:
    assert function_share("He was in the house.") == 0.8
    assert function_share("Sports Weather Opinion") == 0.0
    assert function_share("…") == 0.0


@pytest.mark.parametrize(
    ("left", "right"),
    [("visits", "visited"), ("Kim's", "kim"), ("Russia’s", "Russia"), ("workers'", "worker")],
)
def test_forms_of_one_word_have_one_stem(left: str, right: str) -> None:
    assert stem(left) == stem(right)


def test_only_words_that_carry_meaning_are_kept() -> None:
    assert content_stems("He has visited the ports, and the port.") == {stem("visit"), stem("port")}


@given(st.lists(st.sampled_from(sorted(FUNCTION_WORDS))).map(" ".join))
def test_function_words_carry_none_in_any_case(text: str) -> None:
    assert not content_stems(text)
    assert not content_stems(text.upper().replace("'", "’"))


def test_stems_are_the_same_on_many_threads() -> None:
    found = [f"{word}{ending}" for word in ("relat", "nation", "gener", "happi") for ending in ENDINGS]
    alone = [stem(word) for word in found]
    for _ in range(20):
        _stem.cache_clear()
        with ThreadPoolExecutor(8) as pool:
            assert all(
                stems == alone for stems in pool.map(lambda _: [stem(word) for word in found], range(8))
            )


def test_what_is_too_long_for_a_word_is_its_own_stem() -> None:
    assert stem("Ay" * 50_000) == "ay" * 50_000
