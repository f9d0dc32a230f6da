from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.language.scope import denied, supposed
from service.language.words import content_stems


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He signed the treaty, but did not speak.", {"speak"}),
        ("They didn’t even try to help.", {"tri"}),
        ("No deal was reached, and nobody was hurt.", {"deal", "hurt"}),
        ("She denied the charge.", {"charg"}),
        ("The vote failed to pass.", {"pass"}),
        ("He said no, the plan stands.", set()),
        ("It was not.", set()),
        ("A notable denizen of Notting Hill.", set()),
    ],
)
def test_a_denial_is_about_the_first_word_behind_it_in_its_clause(text: str, found: set[str]) -> None:
    assert denied(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Russia may help North Korea.", {"help"}),
        ("They will help if either is attacked.", {"attack"}),
        ("The visit in May was short.", set()),
        ("It could, he said, begin today.", set()),
    ],
)
def test_a_possibility_is_about_the_first_word_behind_it_in_its_clause(text: str, found: set[str]) -> None:
    assert supposed(text) == found


@given(st.text())
def test_what_is_denied_or_supposed_is_a_word_of_the_text(text: str) -> None:
    assert denied(text) | supposed(text) <= content_stems(text)
