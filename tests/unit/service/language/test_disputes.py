from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain import ConflictSlot, ConflictStatus, Dispute, DisputedValue
from service.language.disputes import contradictory, disagree, opposed, stated

OSLO, BERGEN = DisputedValue("Oslo", (0, 2), 2), DisputedValue("Bergen", (1,), 1)
DISPUTE = Dispute(1, ConflictSlot.PLACE, ConflictStatus.CONFLICT, (OSLO, BERGEN), "Oslo or Bergen.", ())


@pytest.mark.parametrize(
    ("one", "other", "expected"), [(0, 1, True), (1, 2, True), (0, 2, False), (0, 3, False), (1, 1, False)]
)
def test_sentences_disagree_if_they_state_different_values(one: int, other: int, *, expected: bool) -> None:
    assert disagree(one, other, (DISPUTE,)) is expected
    assert not disagree(one, other, ())


@pytest.mark.parametrize(
    ("text", "sentences", "expected"),
    [
        ("They came from Oslo.", (0, 1), OSLO),
        ("They came from Bergen.", (0, 1), BERGEN),
        ("They came from Oslo and Bergen.", (1, 0), BERGEN),
        ("They came.", (0, 1), None),
        ("They came from Oslo.", (1, 3), None),
    ],
)
def test_a_text_states_a_value_that_it_rests_on_and_holds(
    text: str, sentences: tuple[int, ...], expected: DisputedValue | None
) -> None:
    assert stated(text, sentences, DISPUTE) == expected
    against = {value for value in DISPUTE.values if value != expected} if expected else set()
    assert set(opposed(text, sentences, (DISPUTE,))) == {i for value in against for i in value.sentences}


def test_whether_something_is_so_is_stated_in_any_words() -> None:
    polarity = replace(DISPUTE, slot=ConflictSlot.POLARITY)
    assert stated("They came.", (1,), polarity) == BERGEN


def test_a_plan_and_a_deed_are_stated_by_their_verbs_and_do_not_contradict() -> None:
    plan, deed = DisputedValue("is due to sign", (0,), 1), DisputedValue("has signed", (1,), 1)
    told = replace(
        DISPUTE,
        slot=ConflictSlot.POLARITY,
        status=ConflictStatus.TIME_OF_WRITING,
        values=(plan, deed),
    )
    assert not contradictory(told)
    assert contradictory(replace(told, status=ConflictStatus.CONFLICT))
    assert contradictory(replace(told, slot=ConflictSlot.NUMBER))
    assert disagree(0, 1, (told,))
    assert stated("They will sign it.", (0, 1), told) == plan
    assert stated("They signed it.", (1, 0), told) == deed
    assert stated("They wrote the pact in Oslo.", (0, 1), told) is None
