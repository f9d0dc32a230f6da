from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.language.scope import denied, supposed
from service.language.words import content_stems


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He signed the treaty, but did not speak.", [{"speak"}]),
        ("They didn’t even try to help.", [{"tri", "help"}]),
        ("No deal was reached, and nobody was hurt.", [{"deal", "reach"}, {"hurt"}]),
        ("She denied the charge.", [{"charg"}]),
        ("The vote failed to pass.", [{"vote", "pass"}]),
        ("Some 1,000 of them hardly slept.", [{"1", "000", "slept"}]),
        ("It was not.", [set()]),
        ("A notable denizen of Notting Hill.", []),
    ],
)
def test_a_denial_is_about_its_clause(text: str, found: list[set[str]]) -> None:
    assert sorted(map(sorted, denied(text))) == sorted(map(sorted, found))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Russia may help North Korea.", [{"russia", "help", "north", "korea"}]),
        ("They will help if either is attacked.", [{"attack"}]),
        ("He threatened to resign, they said.", [{"resign"}]),
        ("The visit in May was short.", []),
    ],
)
def test_a_possibility_is_about_its_clause(text: str, found: list[set[str]]) -> None:
    assert sorted(map(sorted, supposed(text))) == sorted(map(sorted, found))


_WORDS = st.sampled_from("he did not may if deny but , . and the war began no deal 3,000 U.S. who".split())  # noqa: SIM905


@given(st.lists(_WORDS, max_size=25).map(" ".join))
def test_a_clause_has_words_of_the_text_and_every_sign_has_one(text: str) -> None:
    found = denied(text)
    assert all(clause <= content_stems(text) for clause in (*found, *supposed(text)))
    assert bool(found) is any(word in text.split() for word in ("not", "no", "deny"))
