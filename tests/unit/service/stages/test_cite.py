from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain import (
    Citation,
    CitationRole,
    ConflictSlot,
    ConflictStatus,
    Dispute,
    DisputedValue,
    Origin,
    OriginLink,
    OriginReason,
    Origins,
    Sentence,
    SentenceMode,
    Span,
    Support,
    Verification,
    Verified,
)
from service.stages.cite import cite, cite_dispute
from tests.unit.service.fakes import articles, independent

ARTICLES = articles("One fire. Two fires.", "\u202eOne\n fire.")
SENTENCES = [
    Sentence(0, Span(0, 9), "One fire.", 0.0),
    Sentence(0, Span(10, 20), "Two fires.", 1.0),
    Sentence(1, Span(1, 11), "One\n fire.", 0.0),
]
CHECK = Verification("fake", 0.9, 0.5, ())
ORIGINS = independent(2)
VERIFIED = Verified(
    3, "Fires.", SentenceMode.FUSED, (Support(2, 0.9), Support(0, 0.8), Support(1, 0.6)), CHECK
)


DISPUTE = Dispute(
    7,
    ConflictSlot.NUMBER,
    ConflictStatus.CONFLICT,
    (DisputedValue("one", (0, 2), 2), DisputedValue("two", (1,), 1)),
    "The articles differ on a number: one or two.",
    (3, 4),
)


def stating(text: str, *support: int) -> Verified:
    return Verified(3, text, SentenceMode.FUSED, tuple(Support(index, 0.9) for index in support), CHECK)


def test_every_support_is_cited_to_the_letter_in_its_order() -> None:
    sentence = cite(VERIFIED, SENTENCES, ARTICLES, ORIGINS, ())
    assert sentence.citations == (
        Citation("a1", 1, Span(1, 11), "One\n fire.", 0.9),
        Citation("a0", 0, Span(0, 9), "One fire.", 0.8),
        Citation("a0", 0, Span(10, 20), "Two fires.", 0.6),
    )
    assert (sentence.text, sentence.mode, sentence.cluster_id) == ("Fires.", SentenceMode.FUSED, 3)
    assert sentence.verification == CHECK


def test_articles_are_counted_once() -> None:
    assert cite(VERIFIED, SENTENCES, ARTICLES, ORIGINS, ()).supporting_articles == 2


def test_copies_are_one_origin() -> None:
    copies = Origins((Origin(1, (0, 1), (OriginLink(0, 1, OriginReason.NEAR_DUPLICATE, 1.0),)),))
    assert cite(VERIFIED, SENTENCES, ARTICLES, ORIGINS, ()).independent_origins == 2
    assert cite(VERIFIED, SENTENCES, ARTICLES, copies, ()).independent_origins == 1
    values = cite_dispute(DISPUTE, SENTENCES, ARTICLES, copies).values
    assert [(value.articles, value.independent_origins) for value in values] == [(2, 1), (1, 1)]


@pytest.mark.parametrize(
    "wrong",
    [
        replace(SENTENCES[2], text="One fire."),
        replace(SENTENCES[2], source=0),
        replace(SENTENCES[2], span=Span(1, 9)),
    ],
)
def test_a_quote_that_is_not_exact_never_goes_out(wrong: Sentence) -> None:
    with pytest.raises(AssertionError, match="is not exact"):
        cite(VERIFIED, [*SENTENCES[:2], wrong], ARTICLES, ORIGINS, ())


def test_a_disputed_sentence_cites_what_contradicts_it_behind_what_supports_it() -> None:
    sentence = cite(stating("One fire burnt.", 0), SENTENCES, ARTICLES, ORIGINS, (DISPUTE,))
    assert sentence.conflict_ids == (7,)
    assert sentence.citations == (
        Citation("a0", 0, Span(0, 9), "One fire.", 0.9),
        Citation("a0", 0, Span(10, 20), "Two fires.", 0.0, CitationRole.CONTRADICTS),
    )
    assert sentence.supporting_articles == 1


def test_only_articles_that_support_are_counted() -> None:
    sentence = cite(stating("Two fires burnt.", 1), SENTENCES, ARTICLES, ORIGINS, (DISPUTE,))
    supporting = [item for item in sentence.citations if item.role is CitationRole.SUPPORTS]
    assert [item.quote for item in supporting] == ["Two fires."]
    assert {item.quote for item in sentence.citations if item not in supporting} == {
        "One fire.",
        "One\n fire.",
    }
    assert sentence.supporting_articles == 1


@pytest.mark.parametrize("verified", [stating("Fires burnt.", 0, 1, 2), stating("One fire burnt.", 1)])
def test_a_sentence_without_the_value_or_its_source_is_not_disputed(verified: Verified) -> None:
    sentence = cite(verified, SENTENCES, ARTICLES, ORIGINS, (DISPUTE,))
    assert not sentence.conflict_ids
    assert all(item.role is CitationRole.SUPPORTS for item in sentence.citations)


def test_a_denial_is_disputed_whatever_its_words() -> None:
    values = (DisputedValue("affirmed", (0,), 1), DisputedValue("denied", (2,), 1))
    dispute = replace(DISPUTE, slot=ConflictSlot.POLARITY, values=values)
    assert cite(stating("A fire burnt.", 0), SENTENCES, ARTICLES, ORIGINS, (dispute,)).conflict_ids == (7,)


def test_a_dispute_is_cited_to_the_letter() -> None:
    conflict = cite_dispute(DISPUTE, SENTENCES, ARTICLES, ORIGINS)
    assert (conflict.id, conflict.slot, conflict.status) == (7, DISPUTE.slot, DISPUTE.status)
    assert (conflict.explanation, conflict.cluster_ids) == (DISPUTE.explanation, (3, 4))
    one, two = conflict.values
    assert [item.quote for item in one.citations] == ["One fire.", "One\n fire."]
    assert (one.value, one.articles, two.value, two.articles) == ("one", 2, "two", 1)
    assert conflict.independent_origins == 2
    one_origin = Origins((Origin(1, (0, 1), (OriginLink(0, 1, OriginReason.NEAR_DUPLICATE, 1.0),)),))
    assert cite_dispute(DISPUTE, SENTENCES, ARTICLES, one_origin).independent_origins == 1
    with pytest.raises(AssertionError, match="is not exact"):
        cite_dispute(DISPUTE, [*SENTENCES[:2], replace(SENTENCES[2], text="One fire.")], ARTICLES, ORIGINS)


def test_a_deed_does_not_contradict_the_plan_to_do_it() -> None:
    plan, deed = DisputedValue("will fire", (0,), 1), DisputedValue("fired", (2,), 1)
    told = replace(
        DISPUTE,
        slot=ConflictSlot.POLARITY,
        status=ConflictStatus.TIME_OF_WRITING,
        values=(plan, deed),
    )
    sentence = cite(stating("They will fire.", 0), SENTENCES, ARTICLES, ORIGINS, (told,))
    assert sentence.conflict_ids == (7,)
    assert [citation.role for citation in sentence.citations] == [CitationRole.SUPPORTS]
