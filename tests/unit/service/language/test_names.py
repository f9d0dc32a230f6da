from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.language.names import known_names, names, relations


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Yesterday the mayor met Anna Berg in Oslo.", ["Anna", "Berg", "Oslo"]),
        ("Workers left the port.", []),
        ("NATO sent ships.", ["NATO"]),
        ("Anna Berg left.", ["Anna", "Berg"]),
        ("Talks ended. Ministers left.", []),
        ("He said: “Workers must go,” and left.", []),
        ("He met The Hague’s mayor, McKay’s friend.", ["Hague", "McKay"]),
        ("It rained in June on Monday.", []),
        ("It was on U.S. soil.", ["U.S"]),
        ("", []),
    ],
)
def test_names_are_marked_by_a_capital_inside_a_sentence(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_a_word_that_opens_a_sentence_is_a_name_if_it_is_one_elsewhere() -> None:
    known = known_names(["Talks began in Oslo.", "Oslo was quiet."])
    assert known == {"oslo"}
    assert names("Oslo was quiet.", known) == ["Oslo"]
    assert names("Oslo was quiet.") == []


def test_names_are_related_in_the_order_in_which_they_stand() -> None:
    assert relations("On Monday Anna accused Bela of theft.") == {("anna", "bela")}
    assert relations("On Monday Bela accused Anna of theft.") == {("bela", "anna")}


@pytest.mark.parametrize(
    "text",
    [
        "On Monday Anna and Bela left.",
        "On Monday Anna, with the leader of Norway, left.",
        "Then Anna saw Anna leave.",
        "Then Anna left, and on the next day in the rain the boat came back for Bela.",
    ],
)
def test_names_that_are_only_joined_equal_or_far_apart_are_not_related(text: str) -> None:
    assert not relations(text)


@given(st.text())
def test_names_are_words_of_the_text_with_a_capital(text: str) -> None:
    plain = text.replace("’", "'")
    for name in names(text):
        assert name in plain
        assert name[0].isupper()
