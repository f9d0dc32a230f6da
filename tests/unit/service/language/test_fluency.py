from __future__ import annotations

import pytest

from service.language.fluency import is_damaged, vocabulary_of

VOCABULARY = vocabulary_of(["The officials spoke of a well-known Boston plan that cost the city dear."])


def test_the_vocabulary_is_in_lower_case_and_keeps_hyphenated_words_whole() -> None:
    assert {"boston", "well-known", "officials"} <= VOCABULARY
    assert "well" not in VOCABULARY


@pytest.mark.parametrize(
    "text",
    [
        "The fire was put out, officialsaccording to the city said.",
        "Officialssaid’s plan was new.",
        "Boston Globe The sale was approved.",
        "Jan. 12, 2024: A boat lies in the port.",
        "4 June 2024, a boat lies in the port.",
        "Home • News • The boat sank.",
        "A boat sinks. Hide caption",
        "1 of 50 Full Screen Autoplay Close Skip Ad The boat sank on Monday.",
    ],
)
def test_text_that_ran_into_other_text_is_damaged(text: str) -> None:
    assert is_damaged(text, VOCABULARY)


@pytest.mark.parametrize(
    "text",
    [
        "The officials said that the fire was out.",
        "Within hours the crew was elsewhere.",
        "A unicornsaid once.",
        "In Boston The Globe said so.",
        "On Monday In May was sung.",
        "In January 2024 a boat sank.",
        "Autoplay is banned, and Skip Ad buttons cost millions.",
        "A. Berg saw the boat on a full screen.",
    ],
)
def test_whole_sentences_are_not(text: str) -> None:
    assert not is_damaged(text, VOCABULARY)


@pytest.mark.parametrize(
    ("half", "whole"),
    [
        ("“The port is closed.", "“The port is closed.”"),
        ("The port is closed,” he said.", "“The port is closed,” he said."),
        ('The port is closed," he said.', '"The port is closed," he said.'),
    ],
)
def test_half_a_quotation_lost_a_part(half: str, whole: str) -> None:
    assert is_damaged(half, VOCABULARY)
    assert not is_damaged(whole, VOCABULARY)
