from __future__ import annotations

import pytest
import torch

from models.copying import Copying, Vocabulary

from .conftest import byte_tokenizer

SOURCES = ("Christie's sold a U.S. painting of \u00c9va Kim in 2019 for $1,200.", "the auction house said so")
TOKENIZER = byte_tokenizer()
VOCABULARY = Vocabulary(TOKENIZER)


def following(text: str) -> set[str]:
    """Return the printable bytes that may follow a text."""
    row = torch.tensor([TOKENIZER("Merge.")["input_ids"] + TOKENIZER(text)["input_ids"]])
    start = len(TOKENIZER("Merge.")["input_ids"])
    scores = Copying(VOCABULARY, SOURCES, start)(row, torch.zeros(1, len(TOKENIZER)))
    return {
        character
        for character in map(chr, range(32, 127))
        if scores[0, TOKENIZER(character)["input_ids"][0]] == 0
    }


CAPITALS, DIGITS, SMALL = (
    set("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    set("0123456789"),
    set("abcdefghijklmnopqrstuvwxyz"),
)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("They sold a ", set("CUSKTAHP")),
        ("They sold a painting (", set("CUSKTAHP")),
        ("They sold a C", set("h")),
        ("They met K", set("i")),
        ("They met Ki", set("m")),
        ("They met Kim", set()),
        ("In the U", set()),
    ],
)
def test_a_name_is_one_of_the_sources(text: str, allowed: set[str]) -> None:
    letters = following(text) & (CAPITALS | SMALL)
    begun = text[-1].isalpha()
    assert letters == (allowed if begun else (allowed & CAPITALS) | {"F", "I", "O"} & letters | SMALL)


def test_a_number_is_one_of_the_sources() -> None:
    assert following("They paid ") & DIGITS == {"2", "1"}
    assert following("They paid 20") & DIGITS == {"0", "1"}
    assert following("They paid 2019") & DIGITS == set()


def test_a_name_does_not_end_halfway() -> None:
    assert following("They met Ki") == {"m"}
    assert {" ", ".", "'"} <= following("They met Kim")


def test_the_first_word_and_small_words_are_free() -> None:
    assert following("") == set(map(chr, range(32, 127)))
    assert following("Z") & following("They pai") >= SMALL


def test_a_word_of_the_sources_may_get_a_capital() -> None:
    assert "A" in following("The Kim ")
    assert following("The Kim A") & SMALL == {"u"}


def test_a_name_may_be_written_in_several_bytes() -> None:
    first, second = TOKENIZER("\u00c9")["input_ids"]
    copying = Copying(VOCABULARY, SOURCES, 0)
    row = torch.tensor([TOKENIZER("They met ")["input_ids"]])
    assert copying(row, torch.zeros(1, len(TOKENIZER)))[0, first] == 0
    row = torch.tensor([[*TOKENIZER("They met ")["input_ids"], first]])
    assert copying(row, torch.zeros(1, len(TOKENIZER)))[0, second] == 0


def test_what_was_only_guessed_is_not_judged() -> None:
    row = torch.tensor([TOKENIZER("They met Zzz")["input_ids"]])
    assert torch.isfinite(Copying(VOCABULARY, SOURCES, 0)(row, torch.zeros(1, len(TOKENIZER)))).any()
