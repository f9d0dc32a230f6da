from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest

from service.domain import (
    Cluster,
    ConflictSlot,
    ConflictStatus,
    Dispute,
    DisputedValue,
    Draft,
    DropReason,
    Guard,
    PlanItem,
    Ranked,
    SentenceMode,
    Verified,
)
from service.stages.verify import CHECKER, Refusal, supports, verify
from tests.unit.service.fakes import WordEncoder, story_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain import Vectors

THRESHOLD = 0.42
FILLER = ["Schools teach chess to many children.", "It rained in the hills near Moss."]
FIRE = "The fire at the port hurt 12 men on Monday."
ROLES = "Lately Anna Berg, who has been the mayor of the old port for years, blamed Csonka for the fire."
QUOTED = "The mayor said the port will be closed soon after the fire."


@dataclass
class Judge:
    """A verifier that always says the same."""

    entailed: float
    asked: list[tuple[str, str]] = field(default_factory=list)
    name: str = "judge"
    threshold: float = 0.8

    def judge(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        self.asked += pairs
        rest = (1 - self.entailed) / 2
        return np.array([[self.entailed, rest, rest]] * len(pairs), dtype=np.float32)


def judge(
    text: str,
    *sources: str,
    most: int = 40,
    others: tuple[str, ...] = (),
    verifier: Judge | None = None,
    mode: SentenceMode = SentenceMode.FUSED,
    disputes: tuple[Dispute, ...] = (),
) -> Verified | Refusal:
    """Verify a draft made of ``sources``; ``others`` stand in one article more."""
    story = story_of(*([source] for source in sources), [*others, *FILLER])
    indices = tuple(range(len(sources)))
    item = PlanItem(Ranked(Cluster(5, indices, (1.0,) * len(indices), 2), 0, 1.0, 1.0), FIRE, most, fuse=True)
    draft = Draft(5, text, mode, indices)
    return verify(draft, WordEncoder().encode([text])[0], item, story, THRESHOLD, verifier, disputes)


def test_a_sentence_that_its_sources_support_passes_every_guard() -> None:
    found = judge("On Monday the fire at the port hurt 12 men.", FIRE)
    assert isinstance(found, Verified)
    assert (found.cluster_id, found.mode) == (5, SentenceMode.FUSED)
    assert found.text == "On Monday the fire at the port hurt 12 men."
    assert found.verification.guards == tuple(Guard)
    assert (found.verification.checker, found.verification.threshold) == (CHECKER, THRESHOLD)
    assert found.verification.score == found.support[0].score >= THRESHOLD


def test_what_states_another_value_supports_nothing() -> None:
    twelve, rival = (
        "On Monday the fire at the port hurt 12 men.",
        "The fire at the port hurt 14 men on Monday.",
    )
    values = (DisputedValue("Monday", (0,), 1), DisputedValue("at", (1,), 1))
    dispute = Dispute(1, ConflictSlot.TIME, ConflictStatus.CONFLICT, values, "Monday or at.", ())
    found = judge(twelve, FIRE, twelve, disputes=(dispute,))
    assert isinstance(found, Verified)
    assert {entry.sentence for entry in found.support} == {0}
    unopposed = judge(twelve, FIRE, twelve)
    assert isinstance(unopposed, Verified)
    assert {entry.sentence for entry in unopposed.support} == {0, 1}
    assert judge(twelve, rival, disputes=(dispute,)) == Refusal(DropReason.NUMBER)


@pytest.mark.parametrize(
    ("text", "source", "reason", "detail"),
    [
        ("The fire at the port hurt 12 men and 3 boys.", FIRE, DropReason.NUMBER, "3"),
        ("The fire at the port hurt men at ten.", "The fire at the port hurt men.", DropReason.NUMBER, "10"),
        ("The fire at the port hurt 12 men on Monday in May.", FIRE, DropReason.DATE, "may"),
        ("The fire at the port hurt 12 men from Oslo.", FIRE, DropReason.NAME, "oslo"),
        (
            ROLES.replace("Anna Berg", "Csonka").replace("blamed Csonka", "blamed Anna Berg"),
            ROLES,
            DropReason.ORDER,
            "csonka before anna",
        ),
        (
            "The mayor said “the port soon will be closed” after the fire.",
            QUOTED,
            DropReason.QUOTATION,
            "the port soon will be closed",
        ),
        ("The huge fire at the port hurt 12 men on Monday.", FIRE, DropReason.VOCABULARY, "huge"),
    ],
)
def test_what_stands_in_no_cited_span_is_refused(
    text: str, source: str, reason: DropReason, detail: str
) -> None:
    assert judge(text, source) == Refusal(reason, detail)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The fire at the port hurt 13 men on Monday.", FIRE),
        ("The fire at the port hurt 12 men on Tuesday.", FIRE),
        ("The fire at the port never hurt 12 men on Monday.", FIRE),
        (FIRE, FIRE.replace("hurt", "never hurt")),
        ("Lately Korea may help Russia with ships.", "Lately Russia may help Korea with ships."),
    ],
)
def test_what_contradicts_its_source_is_refused(text: str, source: str) -> None:
    assert isinstance(judge(source, source), Verified)
    assert isinstance(judge(text, source), Refusal)


def test_a_quotation_may_differ_in_its_marks_only() -> None:
    text = "The mayor said: “The port will be closed soon.”"
    assert isinstance(judge(text, QUOTED), Verified)


def test_a_possessive_and_a_compound_name_stand_in_their_parts() -> None:
    text = "The fire at the port of Anna Berg's town hurt 12 men on Monday."
    assert isinstance(
        judge(text, "The fire at the port of Anna Berg’s old town hurt 12 men on Monday."), Verified
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Fire hurt men.",
        "The fire at the port hurt 12 men on Monday",
        "the fire at the port hurt 12 men on Monday.",
        "- The fire at the port hurt 12 men on Monday.",
        "The fire at the port\nhurt 12 men on Monday.",
        "Here is the sentence: the fire hurt 12 men, and",
    ],
)
def test_what_is_not_one_whole_sentence_is_malformed(text: str) -> None:
    assert judge(text, FIRE) == Refusal(DropReason.MALFORMED)


def test_a_draft_that_says_words_twice_loops() -> None:
    text = "The fire at the port hurt 12 men and the fire at the port hurt 12 men on Monday."
    assert judge(text, FIRE) == Refusal(DropReason.MALFORMED, "the fire at the")


def test_what_the_source_itself_says_twice_may_be_said_twice() -> None:
    source = "The fire at the port and the fire at the pier hurt 12 men on Monday."
    assert isinstance(judge(source, source), Verified)


def test_a_name_does_not_get_an_article_that_the_story_never_gives_it() -> None:
    source = "Lately ships left North Korea for the port."
    text = "Lately ships left the North Korea for the port."
    uses = ("Lately North Korea was quiet again.", "Many live in North Korea today.")
    assert judge(text, source, others=uses) == Refusal(DropReason.MALFORMED, "the North Korea")
    assert isinstance(judge(source, source, others=uses), Verified)
    assert isinstance(judge(text, source, others=(*uses, "Lately the North Korea was quiet.")), Verified)


def test_an_article_may_belong_to_the_noun_behind_a_name() -> None:
    source = "Lately ships left a North Korea port for the sea."
    text = "Lately ships left the North Korea port for the sea."
    uses = ("Lately North Korea was quiet again.", "Many live in North Korea today.")
    assert isinstance(judge(text, source, others=uses), Verified)


def test_a_name_that_goes_on_is_one_name() -> None:
    source = "Lately the Health and Human Services Department left the port."
    uses = ("Lately Health was quiet again.", "Many live in Health today.", "Health is far away.")
    assert isinstance(judge(source, source, others=uses), Verified)
    both = "Lately the North Korea and Oslo left the port."
    uses = (
        "Lately North Korea and Oslo met.",
        "Then North Korea and Oslo left.",
        "North Korea and Oslo lost.",
    )
    own = "Lately North Korea and Oslo left the port."
    assert judge(both, own, others=uses) == Refusal(DropReason.MALFORMED, "the North Korea")


def test_a_draft_longer_than_its_share_is_refused() -> None:
    assert judge(FIRE, FIRE, most=9) == Refusal(DropReason.TOO_LONG, "10 words, 9 allowed")
    assert isinstance(judge(FIRE, FIRE, most=10), Verified)


def test_a_sentence_that_leans_on_another_is_refused() -> None:
    source = "It hurt 12 men at the port on Monday."
    assert judge(source, source) == Refusal(DropReason.NOT_SELF_CONTAINED, "It")


def test_what_no_sentence_is_close_to_is_unsupported() -> None:
    assert judge("Old ships sail slowly home from Oslo.", FIRE) == Refusal(DropReason.UNSUPPORTED)


def test_every_close_sentence_is_cited_the_closest_first() -> None:
    found = judge(
        FIRE, "On Monday the fire hurt 12 men.", others=(FIRE, "The fire at the port hurt 13 men on Monday.")
    )
    assert isinstance(found, Verified)
    assert [entry.sentence for entry in found.support] == [1, 0]
    assert found.support[0].score > found.support[1].score >= THRESHOLD


def test_what_denies_a_sentence_is_not_cited_for_it() -> None:
    found = judge(FIRE, FIRE, others=(FIRE.replace("hurt", "never hurt"),))
    assert isinstance(found, Verified)
    assert [entry.sentence for entry in found.support] == [0]


def test_only_what_a_sentence_was_made_from_may_hold_a_part_of_its_facts() -> None:
    text, part, rest = FIRE, "The fire at the port hurt 12 men.", "The fire at the port hurt men on Monday."
    both = judge(text, part, rest)
    assert isinstance(both, Verified)
    assert {entry.sentence for entry in both.support} == {0, 1}
    assert judge(text, part, others=(rest,)) == Refusal(DropReason.DATE, "monday")


def test_a_draft_that_only_others_support_is_refused() -> None:
    other = "The mayor of Moss opened a new bridge over the river."
    assert judge(other, FIRE, others=(other,)) == Refusal(DropReason.UNSUPPORTED)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The fire at the port never hurt 12 men on Monday.", DropReason.NEGATION),
        ("The fire at the port hurt 13 men on Monday.", DropReason.NUMBER),
        ("The fire at the port hurt 12 men on Sunday.", DropReason.DATE),
    ],
)
def test_what_its_sources_contradict_is_told_as_such(text: str, reason: DropReason) -> None:
    assert judge(text, FIRE) == Refusal(reason)


def test_a_flood_of_copies_is_cited_twenty_times() -> None:
    found = judge(FIRE, *[FIRE] * 30)
    assert isinstance(found, Verified)
    assert len(found.support) == 20
    assert found.verification.score <= 1.0


def test_a_piece_torn_out_of_a_clause_is_refused() -> None:
    source = "The lawyer was asked about the mayor's low ratings in the polls of the port."
    refusal = Refusal(DropReason.MALFORMED, "about")
    assert judge("The mayor's low ratings in the polls of the port.", source) == refusal
    whole = "The mayor said that the fire at the port hurt 12 men on Monday."
    assert isinstance(judge(FIRE, whole), Verified)
    assert isinstance(judge(FIRE, f"OSLO (AP) — {FIRE}"), Verified)


SHORTER = "The fire hurt 12 men on Monday."


def test_a_verifier_judges_what_passed_every_guard() -> None:
    verifier = Judge(0.9)
    found = judge(SHORTER, FIRE, verifier=verifier)

    assert isinstance(found, Verified)
    assert verifier.asked == [(FIRE, SHORTER)]
    assert [entry.sentence for entry in found.support] == [0]
    assert found.verification.checker == "judge"
    assert found.verification.score == pytest.approx(0.9)
    assert found.verification.threshold == 0.8
    assert set(found.verification.guards) == set(Guard)


def test_a_verifier_sees_all_sources_at_once() -> None:
    verifier, other = Judge(0.9), "The fire hurt 12 men on Monday, the mayor said."
    found = judge(SHORTER, FIRE, other, verifier=verifier)

    assert isinstance(found, Verified)
    assert verifier.asked[0][0] == f"{FIRE} {other}"
    assert sorted(entry.sentence for entry in found.support) == [0, 1]


def test_what_a_verifier_doubts_is_refused() -> None:
    assert judge(SHORTER, FIRE, verifier=Judge(0.79)) == Refusal(DropReason.UNSUPPORTED)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The fire at the port hurt 13 men on Monday.", DropReason.NUMBER),
        ("The fire at the port hurt 12 men from Oslo on Monday.", DropReason.NAME),
        ("The fire at the port hurt 12 men on Tuesday.", DropReason.DATE),
        ("The fire at the port, “a great shame”, hurt 12 men on Monday.", DropReason.QUOTATION),
        ("Flames at the port hurt 12 men on Monday.", DropReason.VOCABULARY),
    ],
)
def test_no_verifier_outweighs_a_guard(text: str, reason: DropReason) -> None:
    verifier = Judge(1.0)
    found = judge(text, FIRE, verifier=verifier)

    assert isinstance(found, Refusal)
    assert found.reason is reason
    assert not verifier.asked


def test_what_was_taken_from_a_source_needs_no_verifier() -> None:
    verifier = Judge(0.0)
    found = judge(FIRE, FIRE, verifier=verifier, mode=SentenceMode.EXTRACTED)

    assert isinstance(found, Verified)
    assert found.verification.checker == CHECKER
    assert not verifier.asked


def test_a_score_that_is_no_number_does_not_pass() -> None:
    found = judge(SHORTER, FIRE, verifier=Judge(float("nan")))
    assert found == Refusal(DropReason.UNSUPPORTED)


def test_a_source_of_another_mind_is_neither_shown_to_a_verifier_nor_cited() -> None:
    denial = "The fire at the port never hurt 12 men on Monday."
    verifier = Judge(1.0)
    found = judge(SHORTER, FIRE, denial, verifier=verifier)

    assert isinstance(found, Verified)
    assert verifier.asked[0][0] == FIRE
    assert [entry.sentence for entry in found.support] == [0]


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("The fire at the port hurt 13 men on Monday.", "The fire at the port hurt 13 men on Monday."),
        (
            "The fire at the port never hurt 12 men on Monday.",
            "The fire at the port never hurt 12 men on Monday, people say.",
        ),
    ],
)
def test_no_other_sentence_stands_in_for_a_source(text: str, other: str) -> None:
    verifier = Judge(1.0)
    assert isinstance(judge(text, FIRE, others=(other,), verifier=verifier), Refusal)
    assert not verifier.asked


def title(text: str, *sources: str, verifier: Judge | None = None) -> tuple[int, ...]:
    """Return the sentences that support a title."""
    story = story_of(*([source] for source in sources), FILLER)
    found = supports(text, WordEncoder().encode([text])[0], story, THRESHOLD, verifier)
    return tuple(entry.sentence for entry in found)


def test_a_title_may_turn_round_what_its_sentence_says() -> None:
    assert title("Monday fire hurt 12 men at port.", FIRE) == (0,)
    assert title("At the port 12 men hurt by fire.", FIRE, "Men at the port were hurt by a fire.") == (0, 1)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Fire at port hurt 13 men on Monday.", FIRE),
        ("Fire at port hurt 12 men on Sunday.", FIRE),
        ("Fire at Oslo port hurt 12 men.", FIRE),
        ("Fire at port never hurt 12 men.", FIRE),
        ("Huge fire at port hurt 12 men.", FIRE),
        ("Mayor said “port soon closed” after fire.", QUOTED),
        ("Csonka blamed Anna Berg for the fire at the old port.", ROLES),
        ("Schools in Norway like music.", FIRE),
    ],
)
def test_a_title_that_no_sentence_supports_does_not_stand(text: str, source: str) -> None:
    assert title(text, source) == ()


def test_a_title_is_judged_where_there_is_a_judge() -> None:
    text = "Fire at port hurt 12 men."
    sure, unsure = Judge(0.9), Judge(0.5)
    assert title(text, FIRE, verifier=sure) == (0,)
    assert sure.asked == [(FIRE, text)]
    assert title(text, FIRE, verifier=unsure) == ()
