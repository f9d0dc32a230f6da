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


@pytest.mark.parametrize(("text", "fault"), [("Lee took the money.", "take"), ("Lee was at the money.", "")])
def test_a_light_verb_stands_in_a_span(text: str, fault: str) -> None:
    spans = ("Lee and the council met over the money.",)
    assert GUARDS[Guard.VOCABULARY](Evidence(text, spans, frozenset(), 0)) == fault


def test_every_guard_passes_a_sentence_that_is_its_own_span() -> None:
    assert [test(Evidence(SUIT, (SUIT,), frozenset(), 0)) for test in GUARDS.values()] == [""] * len(Guard)


SHERIFF = "The suspect used a pistol and had several magazines, Gahler said at a news conference."
OWNER = "Police found the gun, which was owned by Moseley, he said."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("The suspect used a pistol, Gahler said.", ""),
        ("The suspect had a pistol, Gahler said at a news conference.", ""),
        ("The suspect used a pistol, according to Gahler.", ""),
        ("The suspect used a pistol and the gun, Moseley said.", "moseley"),
        ("According to Moseley, the suspect used a pistol.", "moseley"),
    ],
)
def test_who_speaks_in_a_sentence_speaks_in_a_span(text: str, fault: str) -> None:
    assert GUARDS[Guard.ORDER](Evidence(text, (SHERIFF, OWNER), frozenset({"gahler", "moseley"}), 1)) == fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Many residents are upset about the tax.", ""),
        ("Many residents are upset about the tax, which is coming to Spokane.", "is come"),
        ("Many residents are upset about the tax and some worry about Spokane.", ""),
        ("Many residents are upset about Spokane.", "upset before spokan"),
        ("Many residents were upset about the tax.", "were upset"),
    ],
)
def test_sources_meet_at_a_clause_and_auxiliaries_stay_with_their_verbs(text: str, fault: str) -> None:
    spans = ("Many residents are upset about the tax.", "Some worry about the tax coming to Spokane.")
    assert GUARDS[Guard.ORDER](Evidence(text, spans, frozenset(), 1)) == fault
