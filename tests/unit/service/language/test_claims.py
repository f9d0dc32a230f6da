from __future__ import annotations

import pytest
from hypothesis import given

from service.language.claims import Claim, Kind, claims
from service.language.events import events, tokens
from tests.unit.service.fakes import TEXTS


def of_kind(text: str, kind: Kind) -> list[Claim]:
    return [claim for claim in claims(text) if claim.kind is kind]


def roles(text: str, kind: Kind) -> list[tuple[str, str]]:
    return [(claim.role, claim.value.text) for claim in of_kind(text, kind)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 people were killed.", [("death peopl", "12")]),
        ("The blast killed at least 12.", [("death peopl", "at least 12")]),
        ("The blast killed 12 and injured 30.", [("death peopl", "12"), ("injury peopl", "30")]),
        (
            "It left three people dead and at least six injured.",
            [("death peopl", "three"), ("injury peopl", "at least six")],
        ),
        ("Four people are in custody.", [("custody peopl", "Four")]),
        ("Police arrested 20 protesters.", [("arrest protest", "20")]),
        ("The storm killed 40 cows.", []),
        ("Three others were hurt.", []),
        ("Two of the 40 died.", []),
        ("One in three people died.", []),
    ],
)
def test_casualties_are_counted_by_event_and_by_who_they_are(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert roles(text, Kind.CASUALTIES) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna Maria Berg, 34, was there.", [("Anna Berg", "34")]),
        ("The 34-year-old nurse Anna Berg was there.", [("Anna Berg", "34")]),
        ("Route Anna Berg, 340 km long.", []),
    ],
)
def test_an_age_is_told_of_a_name(text: str, expected: list[tuple[str, str]]) -> None:
    assert roles(text, Kind.AGE) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Berg landed in Oslo on Tuesday evening.", [("arrival", "Tuesday evening")]),
        ("On Tuesday evening, Berg touched down in Oslo.", [("arrival", "Tuesday evening")]),
        ("Berg landed in Oslo, the airline said on Tuesday.", []),
        ("Late Tuesday, police said Berg was arrested.", []),
        ("Berg landed on Monday and spoke to the press on Tuesday.", [("arrival", "Monday")]),
    ],
)
def test_a_time_belongs_to_the_event_beside_it(text: str, expected: list[tuple[str, str]]) -> None:
    assert roles(text, Kind.EVENT) == expected


def test_what_is_founded_is_bound_to_a_time_before_it_as_well() -> None:
    (claim,) = of_kind(
        "Lund rose to power in 1948 as part of efforts of the League to found a state.", Kind.ONCE
    )
    assert (claim.role, claim.value.text, claim.object) == ("founding", "1948", "state")
    assert claim.subject == {"leagu"}
    assert not of_kind("They found the boat in 1948.", Kind.ONCE)
    assert roles("They would found the boat club, which had no boats, in 1948.", Kind.ONCE) == []
    assert roles("They would found the boat club in 1948.", Kind.ONCE) == [("founding", "1948")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Berg went to Oslo in 1951 for the birth of the child.", [("birth", "1951")]),
        ("Berg went to Oslo in 1951 on the death of the king.", [("death", "1951")]),
        ("Berg went to Oslo in 1951 and died there.", []),
        ("Berg moved to Oslo in 1990 and founded a firm.", []),
        ("Berg moved to Oslo in 1990 to establish a firm in 1995.", [("founding", "1995")]),
        ("Berg moved to Oslo in 1990, to establish a firm.", []),
        ("Berg went to Oslo in 1951 for the wedding of the king.", []),
    ],
)
def test_what_happens_once_has_the_time_before_it_if_it_has_none(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert roles(text, Kind.ONCE) == expected


def test_things_of_one_kind_are_one_object() -> None:
    company, firm, school = (
        of_kind(f"Anna Berg founded the {noun} in 1948.", Kind.ONCE)[0].object
        for noun in ("company", "firm", "school")
    )
    assert company == firm != school


def test_an_amount_is_of_its_unit_or_its_noun_and_sources_are_not_counted() -> None:
    assert roles("They paid $12 for 30 boats.", Kind.AMOUNT) == [("$", "$12"), ("boat", "30")]
    assert not roles("Three officials familiar with the talks spoke.", Kind.AMOUNT)
    assert not roles("Three U.S. officials spoke.", Kind.PLACED)


def test_a_claim_knows_what_sets_it_apart() -> None:
    (claim,) = of_kind("Berg last arrived in Oslo on Tuesday, as he will again.", Kind.EVENT)
    assert claim.apart == {"last"}


def test_synonyms_are_one_event_and_a_verb_of_speech_is_no_known_one() -> None:
    named = {
        text: events(tokens(text))[0]
        for text in ("He landed.", "He touched down.", "He arrived.", "He said so.")
    }
    assert {event.name for event in named.values() if event.known} == {"arrival"}
    assert not named["He said so."].known


@given(TEXTS)
def test_every_claim_is_a_piece_of_the_text(text: str) -> None:
    for claim in claims(text):
        assert text[claim.value.start : claim.value.end] == claim.value.text
