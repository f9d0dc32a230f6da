from __future__ import annotations

import pytest

from bench.measures.specifics import foreign, foreign_quotations, specifics

CORPUS = (
    "The minister Ana Ruiz met Bo Lee in Oslo on Tuesday. Both signed it. In 2024 the U.S. sent 1,200 tents. "
    "The tents, worth three million euros, were sent by Ruiz's office."
)


def test_numbers_dates_and_names_are_specifics() -> None:
    sentence = "On Tuesday, Ruiz sent 1,200 tents worth three million euros to Oslo."
    assert specifics(sentence, CORPUS) == ["Tuesday", "Ruiz", "1,200", "three", "million", "Oslo."]


@pytest.mark.parametrize("sentence", ["Both signed it.", "The tents were sent.", "“Both signed,” I said."])
def test_a_capital_letter_that_its_place_explains_is_no_name(sentence: str) -> None:
    assert specifics(sentence, CORPUS) == []


def test_a_name_that_opens_a_sentence_is_known_from_the_articles() -> None:
    assert specifics("Ruiz signed.", CORPUS) == ["Ruiz"]


def test_what_stands_in_the_texts_in_another_form_is_not_foreign() -> None:
    assert foreign("Ruiz's US office sent 1200 tents, worth 3 million.", [CORPUS], CORPUS) == []
    assert foreign("The Ruiz-Lee pact is signed.", [CORPUS], CORPUS) == []


@pytest.mark.parametrize("word", ["Madrid", "2025", "Friday", "seven", "Ruiz-Smith", "Lees"])
def test_what_stands_nowhere_is_foreign(word: str) -> None:
    assert foreign(f"They met with {word} there.", [CORPUS], CORPUS) == [word]


def test_only_the_given_texts_count() -> None:
    assert foreign("Ana Ruiz met Bo Lee.", ["Ana Ruiz spoke."], CORPUS) == ["Bo", "Lee."]


def test_a_quotation_must_stand_in_a_text_word_for_word() -> None:
    texts = ["She said: “We will not, ever, leave this place.”"]

    assert foreign_quotations('He wrote "We will not ever leave".', texts) == []
    assert foreign_quotations('He wrote "We will ever leave".', texts) == ["We will ever leave"]
    assert foreign_quotations('It was "odd".', texts) == []  # too short to be one


def test_a_missing_space_after_a_sentence_hides_no_name() -> None:
    texts = ["They fought in World War II.The 442nd was decorated."]

    assert foreign("They fought in World War II.", texts, texts[0]) == []
