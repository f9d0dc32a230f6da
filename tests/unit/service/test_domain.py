from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

import service.domain as nouns
from service.domain import (
    Citation,
    Cluster,
    DateAnchor,
    Encoded,
    Headline,
    Origin,
    Period,
    PlanItem,
    Ranked,
    SentenceMode,
    Span,
    SummarySentence,
    Support,
    TimelineEntry,
    Verification,
    Verified,
)
from tests.unit.service.fakes import encoded

if TYPE_CHECKING:
    from collections.abc import Callable

CHECK = Verification("fake", 0.5, 0.5, ())
CITATION = Citation("a", 0, Span(0, 4), "One.", 0.5)


@pytest.mark.parametrize(
    ("build", "fault"),
    [
        (lambda: Span(3, 3), "no span runs from 3 to 3"),
        (lambda: Span(4, 3), "no span runs from 4 to 3"),
        (lambda: Span(-1, 3), "no span runs from -1 to 3"),
        (
            lambda: Encoded(encoded(["One."]).sentences, np.ones((2, 3), dtype=np.float32)),
            "1 sentences, 2 vectors",
        ),
        (lambda: Cluster(1, (), (), 1), "needs members"),
        (lambda: Cluster(1, (1, 2), (1.0,), 1), "each with a similarity"),
        (lambda: Verification("fake", 0.4, 0.5, ()), "below the threshold 0.5"),
        (lambda: Verified(1, "One.", SentenceMode.FUSED, (), CHECK), "needs text and support"),
        (lambda: Verified(1, "", SentenceMode.FUSED, (Support(0, 0.5),), CHECK), "needs text and support"),
        (lambda: SummarySentence("One.", SentenceMode.FUSED, (), 0, 0, CHECK, 1), "needs a citation"),
        (lambda: SummarySentence("One.", SentenceMode.FUSED, (CITATION,), 1, 2, CHECK, 1), "2 origins"),
        (lambda: SummarySentence("One.", SentenceMode.FUSED, (CITATION,), 1, 0, CHECK, 1), "0 origins"),
        (lambda: Origin(1, (), ()), "cannot join"),
        (lambda: Origin(1, (0, 1), ()), "cannot join"),
    ],
)
def test_what_must_not_be_cannot_be_built(build: Callable[[], object], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        build()


def test_every_noun_is_frozen() -> None:
    kinds = [kind for kind in map(vars(nouns).get, nouns.__all__) if is_dataclass(kind)]
    assert len(kinds) > 20
    for kind in kinds:
        assert isinstance(kind, type)
        assert "__slots__" in vars(kind), kind
        with pytest.raises(FrozenInstanceError):
            setattr(object.__new__(kind), fields(kind)[0].name, None)


def test_a_span_is_what_it_covers() -> None:
    assert Span(1, 3).of("a\U0001f600\u0301b") == "\U0001f600\u0301"


def test_sentences_are_taken_with_their_vectors() -> None:
    taken = encoded(["One fire.", "Two ships.", "Three men."]).take([2, 0])
    assert [sentence.text for sentence in taken.sentences] == ["Three men.", "One fire."]
    assert taken.vectors == pytest.approx(encoded(["Three men.", "One fire."]).vectors)


def test_a_planned_claim_has_the_number_of_its_cluster() -> None:
    assert PlanItem(Ranked(Cluster(9, (0,), (1.0,), 1), 0, 1.0, 1.0), "One.", 5, fuse=False).cluster_id == 9


@pytest.mark.parametrize(
    ("period", "text", "last"),
    [
        (Period.of_year(2024), "2024", ""),
        (Period.of_month(2024, 2), "2024-02", ""),
        (Period(date(2024, 2, 1), date(2024, 2, 28)), "2024-02-01", "2024-02-28"),
        (Period(date(2024, 6, 19), date(2024, 6, 19)), "2024-06-19", ""),
        (Period.of_month(987, 2), "0987-02", ""),
    ],
)
def test_a_period_is_written_as_exactly_as_it_is(period: Period, text: str, last: str) -> None:
    assert (period.text, period.last_text) == (text, last)


def test_periods_meet_if_one_holds_the_other() -> None:
    june = Period.of_month(2024, 6)
    assert june.meets(Period.of_year(2024))
    assert Period.of_year(2024).meets(june)
    assert not june.meets(Period.of_month(2024, 7))
    assert not Period(date(2024, 5, 30), date(2024, 6, 3)).meets(june)


def test_periods_entries_and_headlines_that_cannot_be_are_refused() -> None:
    day = Period(date(2024, 6, 19), date(2024, 6, 19))
    citation = Citation("a", 0, Span(0, 3), "Now", 1.0)
    with pytest.raises(ValueError, match="no period runs"):
        Period(date(2024, 6, 19), date(2024, 6, 18))
    with pytest.raises(ValueError, match="does not hold"):
        TimelineEntry(day, "today", citation, DateAnchor.EXPLICIT, "Now", ())
    with pytest.raises(ValueError, match="needs text and a citation"):
        Headline("Now", "a", ())
