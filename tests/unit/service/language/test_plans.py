from __future__ import annotations

import pytest
from hypothesis import given

from service.language.plans import deeds, mentioned
from tests.unit.service.fakes import TEXTS


@pytest.mark.parametrize(
    ("text", "wording", "name", "done", "subject", "object_"),
    [
        ("Anna Berg will sign the pact.", "will sign", "signing", False, {"anna", "berg"}, "pact"),
        ("Berg is due to land in Oslo.", "is due to land", "arrival", False, {"berg"}, ""),
        ("Berg, the envoy, plans to visit Oslo.", "plans to visit", "visit", False, {"berg"}, "oslo"),
        ("The Senate has now voted on it.", "voted", "vote", True, {"senat"}, ""),
        ("The Senate has finally voted on it.", "has finally voted", "vote", True, {"senat"}, ""),
        ("On Tuesday Berg on Friday left Oslo.", "left", "departure", True, {"berg"}, "oslo"),
    ],
)
def test_a_deed_is_read_with_who_does_it_and_to_what(
    text: str, wording: str, name: str, subject: set[str], object_: str, *, done: bool
) -> None:
    (deed,) = deeds(text)
    assert (deed.wording, deed.name, deed.done) == (wording, name, done)
    assert (deed.subject, deed.object) == (frozenset(subject), object_)


@pytest.mark.parametrize(
    "text",
    [
        "Anna Berg will not sign the pact.",
        "Anna Berg did not sign the pact.",
        "Anna Berg has yet to sign the pact.",
        "Anna Berg could sign the pact.",
        "If she wins, Anna Berg will sign the pact.",
        "Anna Berg had signed the pact.",
        "The pact was signed.",
        "The pact signed by Anna Berg was long.",
        "Signed by hand, Berg took the pact.",
        "In Oslo the old and tired envoy signed the pact.",
        "Berg met Lund again.",
    ],
)
def test_what_is_denied_possible_or_of_nobody_is_no_deed(text: str) -> None:
    assert not deeds(text)


def test_an_article_can_tell_more_than_its_deeds() -> None:
    assert mentioned("The pact was signed, and they will meet.") == {("signing", True), ("meeting", False)}


@given(TEXTS)
def test_every_deed_is_told_in_its_own_words_and_mentioned(text: str) -> None:
    for deed in deeds(text):
        assert deed.wording in text
        assert (deed.name, deed.done) in mentioned(text)
