from __future__ import annotations

import pytest

from bench.measures.planted import Told, held, told

FACT = "The council closed the northern bridge on Monday."
SAYS = "On Monday the northern bridge was closed by the council."
OTHER = "Traffic was heavy."


def test_a_sentence_with_the_words_of_a_fact_states_it() -> None:
    assert held(FACT, SAYS) == 1.0
    assert held(FACT, OTHER) == 0.0


def test_citations_are_judged_on_the_sentence_that_states_the_fact() -> None:
    found = told(FACT, {"a", "b", "c"}, [OTHER, SAYS], [{"a", "b", "c"}, {"a", "d"}])

    assert found == Told(1.0, 1 / 2, 1 / 3)
    assert found.joint == pytest.approx(2 * (1 / 2) * (1 / 3) / (1 / 2 + 1 / 3))


def test_a_fact_that_is_not_told_scores_nothing() -> None:
    assert told(FACT, {"a"}, [OTHER], [{"a"}]) == Told(0.0, 0.0, 0.0)
    assert told(FACT, {"a"}, [], []).joint == 0.0


def test_a_fact_without_a_citation_is_covered_but_not_joint() -> None:
    found = told(FACT, {"a"}, [SAYS], [set()])

    assert found.covered == 1.0
    assert found.joint == 0.0
