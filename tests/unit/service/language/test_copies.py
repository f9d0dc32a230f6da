from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.language.copies import Difference, align
from tests.unit.service.fakes import WORDS

STATEMENT = "The old bridge near the harbour was closed by the council after long talks."


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        (STATEMENT, STATEMENT.replace("was closed", "was not closed"), Difference.POLARITY),
        (
            "The prize for the best new novel was given by critic Anna Berg at the festival.",
            "The prize for the best new novel was given by critic Jonas Lund at the festival.",
            Difference.PERSON,
        ),
        (
            "The tanker with oil for the northern towns sank in Oslo after a storm.",
            "The tanker with oil for the northern towns sank in Bergen after a storm.",
            Difference.PLACE,
        ),
    ],
)
def test_near_copies_differ_in_one_thing(one: str, other: str, difference: Difference) -> None:
    found = align(one, other).edit()
    assert found
    assert found.difference is difference
    back = align(other, one).edit()
    assert back
    assert back.values == found.values[::-1]


@pytest.mark.parametrize(
    "other",
    [
        STATEMENT,
        STATEMENT.replace("closed", "opened"),
        STATEMENT.replace("was closed", "was not opened"),  # another verb: not a denial of the first
        "The council did not close the old bridge.",
        "The bridge was not closed.",
        STATEMENT.replace("was closed", "was not only closed"),
        STATEMENT.replace("The old bridge", "Not the old bridge but no other bridge"),
    ],
)
def test_what_differs_in_more_or_is_no_near_copy_tells_nothing(other: str) -> None:
    assert align(STATEMENT, other).edit() is None


@pytest.mark.parametrize("to_come", ["will be", "is to be", "would be"])
def test_what_has_not_happened_does_not_deny_what_is_to_come(to_come: str) -> None:
    planned = STATEMENT.replace("was", to_come)
    assert align(planned, STATEMENT.replace("was", "was not")).edit() is None
    assert align(planned, planned.replace("be closed", "not be closed")).edit() is not None


def test_spellings_and_longer_forms_of_a_name_are_no_difference() -> None:
    text = "The prize for the best new novel was given by critic {} at the festival."
    names = ("Mohammed Aydin", "Muhammad Aydinn"), ("Anna Berg", "Anna Maria Berg")
    for one, other in names:
        assert align(text.format(one), text.format(other)).edit() is None


def test_values_share_a_place_if_their_neighbours_are_the_same() -> None:
    one, other = "They paid 12 dollars for the old boat.", "They had paid 15 dollars for the boat."
    aligned = align(one, other)
    assert aligned.same_place(range(2, 3), range(3, 4))
    swapped = align("They paid 12 dollars for ten boats.", "They paid 15 boats for twenty dollars.")
    assert not swapped.same_place(range(2, 3), range(5, 6))
    assert not align("They paid 12 dollars.", "They paid the harbour master 15 dollars.").same_place(
        range(2, 3), range(5, 6)
    )


@given(st.lists(WORDS, max_size=9), st.lists(WORDS, max_size=9))
def test_alignment_is_in_order_and_no_share_is_above_one(one: list[str], other: list[str]) -> None:
    aligned = align(" ".join(one), " ".join(other))
    assert list(aligned.pairs) == sorted(set(aligned.pairs))
    assert all(aligned.left[left].stem == aligned.right[right].stem for left, right in aligned.pairs)
    assert 0 <= aligned.share <= 1
