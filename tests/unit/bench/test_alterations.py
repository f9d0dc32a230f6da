from __future__ import annotations

from bench.quality.alterations import alterations

CORPUS = "The mayor, Ann Cole, met Peter Vance. Then Cole wrote to Vance. Later Ann Cole and Vance spoke."


def altered(sentence: str) -> dict[str, str]:
    return {wrong.kind: wrong.text for wrong in alterations(sentence, CORPUS)}


def test_a_number_is_changed_in_its_first_digit() -> None:
    assert altered("About 24 people and 3 dogs ran.")["number"] == "About 34 people and 3 dogs ran."


def test_a_day_or_a_month_becomes_the_next_one() -> None:
    assert altered("It closed on Sunday.")["date"] == "It closed on Monday."
    assert altered("It closed in December.")["date"] == "It closed in January."


def test_a_name_becomes_one_that_nobody_has() -> None:
    assert altered("Yesterday Cole wrote a letter.")["name"] == "Yesterday Lindqvist wrote a letter."


def test_names_change_roles_unless_they_only_stand_beside_each_other() -> None:
    assert altered("Cole gave a long letter to Vance.")["role"] == "Vance gave a long letter to Cole."
    assert "role" not in altered("Cole and Vance gave a long letter to him.")


def test_a_denial_is_added_or_taken_away() -> None:
    assert altered("She was pleased.")["negation"] == "She was not pleased."
    assert altered("She was not pleased.")["negation"] == "She was pleased."


def test_a_claim_is_told_as_a_fact() -> None:
    assert altered("Many people believe that she was there.")["claim"] == "She was there."
    assert altered("Cole is accused of closing it.")["claim"] == "Cole is closing it."
    assert altered("Cole is accused by the town of closing it.")["claim"] == "Cole is closing it."
    assert "claim" not in altered("She said that it was closed.")


def test_a_quotation_gets_another_word() -> None:
    assert (
        altered("“We will remain here,” she said.")["quotation"] == "“We will unprecedented here,” she said."
    )


def test_a_word_becomes_another_and_two_words_change_places() -> None:
    wrong = altered("The council had closed the bridge.")

    assert wrong["word"] == "The unprecedented had closed the bridge."
    assert wrong["order"] == "The closed had council the bridge."


def test_a_sentence_with_nothing_to_change_has_no_wrong_version() -> None:
    assert altered("So it goes.") == {}
