from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain import (
    Citation,
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
from service.stages.cite import cite
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


def test_every_support_is_cited_to_the_letter_in_its_order() -> None:
    sentence = cite(VERIFIED, SENTENCES, ARTICLES, ORIGINS)
    assert sentence.citations == (
        Citation("a1", 1, Span(1, 11), "One\n fire.", 0.9),
        Citation("a0", 0, Span(0, 9), "One fire.", 0.8),
        Citation("a0", 0, Span(10, 20), "Two fires.", 0.6),
    )
    assert (sentence.text, sentence.mode, sentence.cluster_id) == ("Fires.", SentenceMode.FUSED, 3)
    assert sentence.verification == CHECK


def test_articles_are_counted_once() -> None:
    assert cite(VERIFIED, SENTENCES, ARTICLES, ORIGINS).supporting_articles == 2


def test_copies_are_one_origin() -> None:
    copies = Origins((Origin(1, (0, 1), (OriginLink(0, 1, OriginReason.NEAR_DUPLICATE, 1.0),)),))
    assert cite(VERIFIED, SENTENCES, ARTICLES, ORIGINS).independent_origins == 2
    assert cite(VERIFIED, SENTENCES, ARTICLES, copies).independent_origins == 1


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
        cite(VERIFIED, [*SENTENCES[:2], wrong], ARTICLES, ORIGINS)
