from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.domain import (
    Cluster,
    DropOutcome,
    DroppedDraft,
    DropReason,
    PlanItem,
    Ranked,
    SentenceMode,
    Support,
    Title,
    Told,
    Verified,
)
from service.errors import NotCopied, NotWritten
from service.settings import Settings
from service.writing import Writer
from tests.unit.service.fakes import Script, models, story_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.ports import DraftRequest

FIRE = "The fire at the port hurt 12 men on Monday."
BLAZE = "On Monday a fire hurt 12 men at the port of Moss."
FUSED = "On Monday the fire hurt 12 men at the port of Moss."
CHESS = "Schools across the country teach chess to children."
DENIAL = "The fire at the port never hurt 12 men on Monday."
STORY = story_of([FIRE, CHESS, DENIAL], [BLAZE, "It rained in the hills near Oslo."])
CLAIM = PlanItem(Ranked(Cluster(1, (0, 3), (1.0, 0.8), 2), 0, 1.0, 1.0), FIRE, 20, fuse=True)
R, M = DropReason, DropOutcome


def extract(cluster_id: int, index: int, text: str = "") -> PlanItem:
    ranked = Ranked(Cluster(cluster_id, (index,), (1.0,), 1), index, 1.0, 1.0)
    return PlanItem(ranked, text or STORY.sentences[index].text, 20, fuse=False)


def writer(*lines: str) -> Writer:
    return Writer(STORY, models(*lines), Settings())


def requests(made: Writer) -> int:
    assert isinstance(made.models.drafter, Script)
    return len(made.models.drafter.requests)


def told(written: Verified | None) -> tuple[str, SentenceMode]:
    assert written is not None
    return written.text, written.mode


def test_a_good_draft_is_taken_at_once() -> None:
    made = writer(FUSED)
    assert told(made.write(CLAIM)) == (FUSED, SentenceMode.FUSED)
    assert made.dropped == []
    assert made.told == [Told(1, 12)]
    assert made.drafts == requests(made) == 1


def test_a_refused_draft_is_tried_once_more() -> None:
    made = writer("The fire at the port hurt 12 men from Oslo.", FUSED)
    assert told(made.write(CLAIM)) == (FUSED, SentenceMode.FUSED)
    assert made.dropped == [
        DroppedDraft("The fire at the port hurt 12 men from Oslo.", 1, R.NAME, M.RETRIED, "oslo")
    ]
    assert made.drafts == requests(made) == 2


def test_after_two_refusals_the_source_sentence_is_taken() -> None:
    made = writer("Fire.", "The huge fire at the port hurt 12 men on Monday.", FUSED)
    assert told(made.write(CLAIM)) == (FIRE, SentenceMode.EXTRACTED)
    assert [(draft.reason, draft.outcome, draft.detail) for draft in made.dropped] == [
        (R.MALFORMED, M.RETRIED, ""),
        (R.VOCABULARY, M.EXTRACTED, "huge"),
    ]
    assert made.told == [Told(1, 10)]
    assert made.drafts == requests(made) == 2


def fused(cluster_id: int, max_words: int = 20) -> PlanItem:
    return PlanItem(
        Ranked(Cluster(cluster_id, (0, 3), (1.0, 0.8), 2), 0, 1.0, 1.0), FIRE, max_words, fuse=True
    )


def script(made: Writer) -> Script:
    assert isinstance(made.models.drafter, Script)
    return made.models.drafter


def test_the_first_claim_is_drafted_alone_and_then_several_together() -> None:
    made = writer(FUSED, *[FUSED] * 40)
    items = [fused(index) for index in range(1, 14)]
    for number, item in enumerate(items, start=1):
        made.write(item, items[number:])
    # All but the first repeat it, and so each of them is tried again, by itself.
    assert script(made).together == [1, 8, *[1] * 8, 4, *[1] * 4]
    assert made.drafts == requests(made) == 13 + 12
    assert [claim.cluster_id for claim in made.told] == list(range(1, 14))


def test_a_drafter_elsewhere_is_asked_for_each_claim_by_itself() -> None:
    made = writer(FUSED, *[FUSED] * 40)
    made.models = replace(made.models, writers=tuple)
    items = [fused(index) for index in range(1, 5)]
    for number, item in enumerate(items, start=1):
        made.write(item, items[number:])
    assert set(script(made).together) == {1}


def test_every_claim_gets_its_own_draft() -> None:
    other = "Schools across the whole country teach chess to children."
    made = writer(FUSED, "The fire at the port hurt 12 men from Oslo.", other, BLAZE)
    items = [fused(1), fused(2), fused(3)]
    for number, item in enumerate(items, start=1):
        made.write(item, items[number:])
    refused = [(draft.cluster_id, draft.text) for draft in made.dropped if draft.outcome is M.RETRIED]
    assert refused == [(2, "The fire at the port hurt 12 men from Oslo."), (3, other)]


def test_what_is_drafted_ahead_may_have_all_words_that_could_be_left() -> None:
    made = writer(FUSED)
    made.write(fused(1))
    made.write(fused(2, 25), [extract(3, 1), fused(4, 30), fused(5, 10)])
    assert [request.max_words for request in script(made).requests[1:4]] == [25, 75, 85]


def test_what_was_drafted_ahead_keeps_to_the_words_that_are_left() -> None:
    made = writer(CHESS, BLAZE, FUSED, "On Monday the fire hurt 12 men.")
    made.write(fused(1))
    made.write(fused(2, 9), [fused(3, 12)])
    assert made.dropped[-1].reason is R.TOO_LONG


def test_a_claim_with_nothing_that_can_be_said_is_dropped() -> None:
    made = writer()
    assert made.write(extract(4, 1, "They teach chess to children across the country.")) is None
    assert [(draft.cluster_id, draft.reason, draft.outcome) for draft in made.dropped] == [
        (4, R.NOT_SELF_CONTAINED, M.DROPPED)
    ]
    assert made.told == [Told(4, 0)]
    assert made.drafts == requests(made) == 0


def test_a_drafter_that_says_nothing_does_no_harm() -> None:
    made = writer("", "")
    assert told(made.write(CLAIM)) == (FIRE, SentenceMode.EXTRACTED)
    assert [draft.outcome for draft in made.dropped] == [M.RETRIED, M.EXTRACTED]


class Failing:
    """Fails in one way after another."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)

    def draft(self, _: Sequence[DraftRequest]) -> list[str]:
        raise self.faults.pop(0)


def failing(*faults: Exception) -> Writer:
    return Writer(STORY, replace(models(), drafter=Failing(*faults)), Settings())


def test_what_a_drafter_does_not_write_is_taken_from_a_source_at_once() -> None:
    made = failing(NotWritten("it is down"))
    assert told(made.write(CLAIM)) == (FIRE, SentenceMode.EXTRACTED)
    assert made.dropped == [DroppedDraft("", 1, R.NOT_WRITTEN, M.EXTRACTED, "it is down")]
    assert made.drafts == 0


def test_what_a_drafter_did_not_copy_is_told_and_tried_once_more() -> None:
    lie = "The fire at the port of Oslo hurt 13 men."
    made = failing(NotCopied(lie, ("Oslo", "13"), "big"), NotWritten("it is down"))
    assert told(made.write(CLAIM)) == (FIRE, SentenceMode.EXTRACTED)
    assert made.dropped == [
        DroppedDraft(lie, 1, R.NOT_COPIED, M.RETRIED, "Oslo 13"),
        DroppedDraft("", 1, R.NOT_WRITTEN, M.EXTRACTED, "it is down"),
    ]
    assert made.drafts == 1


def test_an_extract_is_supported_by_the_sentence_that_it_is() -> None:
    written = writer().write(extract(1, 1))
    assert written is not None
    assert isinstance(written.support[0], Support)
    assert written.support[0].sentence == 1


def test_what_was_said_is_not_said_again() -> None:
    made = writer(FUSED)
    assert made.write(CLAIM) is not None
    assert made.write(extract(2, 0)) is None
    assert made.dropped == [DroppedDraft(FIRE, 2, R.REDUNDANT, M.DROPPED, FUSED)]
    assert made.told == [Told(1, 12), Told(2, 0)]


def test_a_denial_does_not_repeat_what_it_denies() -> None:
    made = writer()
    assert told(made.write(extract(1, 0))) == (FIRE, SentenceMode.EXTRACTED)
    assert told(made.write(extract(2, 2))) == (DENIAL, SentenceMode.EXTRACTED)
    assert made.write(extract(3, 2)) is None
    assert made.dropped[0].reason is R.REDUNDANT


def test_another_claim_is_no_repetition() -> None:
    made = writer()
    assert [told(made.write(extract(index, index)))[0] for index in (0, 1)] == [FIRE, CHESS]
    assert made.dropped == []


def test_the_first_title_that_stands_the_check_is_the_headline() -> None:
    lie, true = Title("Fire hurt 13 men at port", 0, None), Title("Monday fire hurt 12 men at port", 1, None)
    found = writer().headline([lie, true], [FIRE])
    assert found is not None
    assert found[0] == true
    assert {entry.sentence for entry in found[1]} <= {0, 3}
    assert writer().headline([lie], [FIRE]) is None


def test_without_titles_or_sentences_nothing_is_embedded_for_a_headline() -> None:
    assert writer().headline([], [FIRE]) is None
    assert writer().headline([Title("Monday fire hurt 12 men at port", 0, None)], []) is None


def test_no_bullet_is_drafted_that_goes_on_from_another_sentence() -> None:
    also = "On Monday the fire also hurt 12 men at the port of Moss."
    made = Writer(STORY, models(also, also), Settings(), bullets=True)
    written = made.write(CLAIM)
    assert written is not None
    assert written.text == FIRE
    assert [(draft.reason, draft.detail) for draft in made.dropped] == [(R.NOT_SELF_CONTAINED, "also")] * 2
    assert writer(also).write(CLAIM) != written
