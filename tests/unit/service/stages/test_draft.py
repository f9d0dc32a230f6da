from __future__ import annotations

from service.domain import (
    Cluster,
    ConflictSlot,
    ConflictStatus,
    Dispute,
    DisputedValue,
    Draft,
    PlanItem,
    Ranked,
    SentenceMode,
)
from service.ports import DraftRequest
from service.stages.draft import extract, fuse
from tests.unit.service.fakes import Script, encoded

FIRE = "The fire at the port hurt twelve men."
SENTENCES = encoded(
    [FIRE, "OSLO (AP) — A fire hurt\n twelve men."], ["Twelve men hurt."], ["Hurt: twelve."], ["Men."]
)
ITEM = PlanItem(
    Ranked(Cluster(7, (0, 1, 2, 3, 4), (0.5, 0.9, 0.6, 0.8, 0.7), 4), 0, 1.0, 1.0), FIRE, 25, fuse=True
)


def draft(line: str, attempt: int = 0) -> tuple[Draft, DraftRequest]:
    drafter = Script([line])
    return fuse([ITEM], SENTENCES.sentences, drafter, attempt)[0], drafter.requests[0]


def test_an_extract_is_the_sentence_of_the_plan_and_comes_from_the_representative() -> None:
    assert extract(ITEM) == Draft(7, FIRE, SentenceMode.EXTRACTED, (0,))


def test_the_model_is_shown_the_representative_and_the_closest_of_each_other_article() -> None:
    made, request = draft("A fire hurt men.")
    assert made == Draft(7, "A fire hurt men.", SentenceMode.FUSED, (0, 3, 4))
    assert request == DraftRequest((FIRE, "Hurt: twelve.", "Men."), 25)


def test_a_second_attempt_shows_fewer_in_reverse() -> None:
    assert draft("A fire hurt men.", attempt=1)[0].sources == (3, 0)
    assert draft("A fire hurt men.", attempt=1)[1].sources == ("Hurt: twelve.", FIRE)


def test_no_sentence_is_merged_with_one_that_states_another_value() -> None:
    values = (DisputedValue("twelve", (0, 3), 2), DisputedValue("ten", (4,), 1))
    dispute = Dispute(1, ConflictSlot.NUMBER, ConflictStatus.CONFLICT, values, "Twelve or ten.", ())
    (made,) = fuse([ITEM], SENTENCES.sentences, Script(["A fire hurt men."]), 0, (dispute,))
    assert made.sources == (0, 3, 2)


def test_sentences_are_shown_on_one_line() -> None:
    ranked = Ranked(Cluster(1, (1, 2), (1.0, 0.9), 2), 1, 1.0, 1.0)
    drafter = Script(["A fire hurt twelve men."])
    (made,) = fuse([PlanItem(ranked, "", 9, fuse=True)], SENTENCES.sentences, drafter, 0)
    assert drafter.requests[0].sources[0] == "OSLO (AP) — A fire hurt twelve men."
    assert made == Draft(1, "A fire hurt twelve men.", SentenceMode.EXTRACTED, (1,))


def test_what_only_copies_a_sentence_is_an_extract_of_it() -> None:
    assert draft("Hurt: twelve.")[0] == Draft(7, "Hurt: twelve.", SentenceMode.EXTRACTED, (3,))


def test_several_claims_are_drafted_at_once_and_keep_their_order() -> None:
    ranked = Ranked(Cluster(1, (2, 3), (1.0, 0.9), 2), 2, 1.0, 1.0)
    drafter = Script(["A fire hurt men.", "Hurt: twelve."])
    made = fuse([ITEM, PlanItem(ranked, "", 9, fuse=True)], SENTENCES.sentences, drafter, 0)
    assert [(draft.cluster_id, draft.text, draft.sources) for draft in made] == [
        (7, "A fire hurt men.", (0, 3, 4)),
        (1, "Hurt: twelve.", (3,)),
    ]
    assert [request.max_words for request in drafter.requests] == [25, 9]
