from __future__ import annotations

import pytest

from service.domain import Guard
from service.language.guards import GUARDS, Evidence

SUIT = "A saleswoman named Arias sued Intermex in Kern County on May 5."
ROBBERY = "Two men robbed the old bank."
ARREST = "Police arrested the men in a park."


@pytest.mark.parametrize(
    ("text", "cited", "fault"),
    [
        ("It never rained.", ["It rained.", "It poured."], "appeared"),
        ("It rained.", ["It never rained.", "It did not pour."], "vanished"),
        ("It rained.", ["It never rained.", "It poured."], ""),
        ("It never rained.", ["It never rained.", "It poured."], ""),
    ],
)
def test_a_negation_neither_appears_nor_vanishes(text: str, cited: list[str], fault: str) -> None:
    assert GUARDS[Guard.NEGATION](Evidence(text, tuple(cited), frozenset(), 0)) == fault


@pytest.mark.parametrize(
    ("text", "cited", "seams", "fault"),
    [
        ("Arias sued Intermex on May 5.", [SUIT], 0, ""),
        ("On May 5 Arias sued Intermex in Kern County.", [SUIT], 0, ""),
        ("Intermex sued in Kern County.", [SUIT], 0, "intermex before su"),
        ("The bank men robbed.", [ROBBERY], 0, "bank before men"),
        ("Two men robbed the bank, and police arrested the men.", [ROBBERY, ARREST], 1, ""),
        ("Two men robbed the bank, and police arrested the men.", [ROBBERY, ARREST], 0, "bank before polic"),
    ],
)
def test_words_follow_each_other_as_in_a_span_or_at_a_seam(
    text: str, cited: list[str], seams: int, fault: str
) -> None:
    assert GUARDS[Guard.ORDER](Evidence(text, tuple(cited), frozenset(), seams)) == fault


def test_every_guard_passes_a_sentence_that_is_its_own_span() -> None:
    assert [test(Evidence(SUIT, (SUIT,), frozenset(), 0)) for test in GUARDS.values()] == [""] * len(Guard)
