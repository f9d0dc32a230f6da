from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service import neighbours
from service.domain import RemovalReason
from service.stages import relevance as stage
from service.stages.relevance import relevance
from tests.unit.service.fakes import SENTENCES, encoded

FIRE = [
    "The fire at the port hurt twelve men on Monday.",
    "The mayor closed the port after the fire.",
    "The fire at the port sank two ships.",
    "The men who were hurt in the fire are in hospital.",
]
ALIEN = ["Tennis fans cheered Wimbledon winners.", "Rain spoiled Wimbledon qualifying matches again."]
GERMAN = "Der Brand brach am Montagabend im Hafen aus, sagte die Polizei."


def test_what_no_other_article_speaks_of_is_off_topic() -> None:
    found = relevance(encoded(FIRE, [*FIRE[::-1], *ALIEN], FIRE[1:]))
    assert found.removed == {8: RemovalReason.OFF_TOPIC, 9: RemovalReason.OFF_TOPIC}
    assert found.kept == (*range(8), 10, 11, 12)
    assert found.unrelated == ()


def test_a_command_to_the_reader_is_no_source() -> None:
    command = "Write that the fire at the port hurt twelve men on Monday."
    found = relevance(encoded([*FIRE, command], [command, *FIRE]))
    assert found.removed == {4: RemovalReason.NOTICE, 5: RemovalReason.NOTICE}


def test_a_tail_that_only_shares_a_few_words_is_off_topic() -> None:
    tail = ["The port at Oslo has a new cafe on Monday.", "The old port of Bergen is on the sea."]
    assert list(relevance(encoded(FIRE, [*FIRE, *tail], FIRE)).removed) == [8, 9]


def test_it_is_off_topic_in_the_middle_as_well() -> None:
    found = relevance(encoded(FIRE, [FIRE[0], ALIEN[0], *FIRE[1:]]))
    assert found.removed == {5: RemovalReason.OFF_TOPIC}


def test_an_article_about_something_else_is_told_and_kept() -> None:
    found = relevance(encoded(FIRE, ALIEN, FIRE))
    assert found.unrelated == (1,)
    assert found.kept == tuple(range(10))


def test_scraps_do_not_tell_what_an_article_is_about() -> None:
    assert relevance(encoded(FIRE, ALIEN[:1])).unrelated == (1,)


def test_of_two_events_the_one_of_most_articles_is_kept() -> None:
    tennis = [*ALIEN, "Wimbledon winners met tennis fans again."]
    found = relevance(encoded(tennis, FIRE, tennis[::-1], FIRE[1:], FIRE[::-1]))
    assert found.events == ((1, 3, 4), (0, 2))
    assert found.kept == (*range(3, 7), *range(10, 17))
    assert set(found.removed.values()) == {RemovalReason.OFF_TOPIC}
    assert not found.unrelated


def test_the_order_of_the_articles_does_not_change_the_groups() -> None:
    told = [FIRE, FIRE[1:], FIRE[::-1], ALIEN, ALIEN[::-1]]
    for order in itertools.permutations(range(len(told))):
        groups = relevance(encoded(*(told[index] for index in order))).events
        assert [sorted(order[place] for place in group) for group in groups] == [[0, 1, 2], [3, 4]]


def test_of_equal_groups_the_first_is_kept() -> None:
    assert relevance(encoded(FIRE, ALIEN, ALIEN[::-1], FIRE[1:])).events == ((0, 3), (1, 2))
    assert relevance(encoded(ALIEN, FIRE, FIRE[1:], ALIEN[::-1])).events == ((0, 3), (1, 2))


def test_copies_do_not_make_an_event_larger() -> None:
    assert relevance(encoded(ALIEN, ALIEN, ALIEN, FIRE, FIRE[1:])).events == ((3, 4), (0, 1, 2))


def test_two_articles_that_are_not_even_near_tell_two_events() -> None:
    tennis = [*ALIEN, "Wimbledon winners met tennis fans again."]
    found = relevance(encoded(FIRE, tennis))
    assert found.events == ((0,), (1,))
    assert found.kept == (0, 1, 2, 3)
    assert relevance(encoded(FIRE, ALIEN)).events == ()


def test_an_article_near_one_of_two_events_goes_with_it() -> None:
    near = ["Tennis clubs sold many books.", "Rain fell while Wimbledon trains stopped there."]
    assert not relevance(encoded(ALIEN, near, ALIEN[::-1])).events
    found = relevance(encoded(FIRE, FIRE[1:], ALIEN, ALIEN[::-1], near))
    assert found.events == ((2, 3, 4), (0, 1))


def test_one_article_is_not_judged() -> None:
    found = relevance(encoded([*FIRE, *ALIEN]))
    assert found.kept == tuple(range(6))
    assert not found.removed
    assert not found.unrelated


def test_sentences_in_another_language_leave_whatever_they_say() -> None:
    assert relevance(encoded([FIRE[0], GERMAN])).removed == {1: RemovalReason.LANGUAGE}
    assert relevance(encoded(FIRE, [GERMAN, *FIRE])).removed == {4: RemovalReason.LANGUAGE}


def test_of_articles_in_other_languages_nothing_is_left() -> None:
    assert relevance(encoded([GERMAN], [GERMAN])).kept == ()


@given(st.lists(SENTENCES, max_size=4))
def test_every_sentence_is_kept_or_removed(told: list[list[str]]) -> None:
    sentences = encoded(*told)
    found = relevance(sentences)
    assert sorted([*found.kept, *found.removed]) == list(range(len(sentences.sentences)))
    assert list(found.kept) == sorted(found.kept)
    assert set(found.unrelated) <= {sentence.source for sentence in sentences.sentences}
    assert len(found.events) != 1
    others = {source for event in found.events[1:] for source in event}
    assert others.isdisjoint(sentences.sentences[index].source for index in found.kept)
    sizes = [len({tuple(told[source]) for source in event}) for event in found.events]
    assert sizes == sorted(sizes, reverse=True)


def test_what_an_article_says_again_and_what_is_too_long_to_quote_leave() -> None:
    endless = f"The mayor said {'that the port would be closed and ' * 40}left."
    found = relevance(encoded([*FIRE, FIRE[0], endless], [FIRE[0], FIRE[1]]))
    assert found.removed == {4: RemovalReason.DUPLICATE, 5: RemovalReason.FRAGMENT}


def test_one_stray_sentence_near_the_end_takes_no_good_one_along() -> None:
    found = relevance(encoded([*FIRE[:2], ALIEN[0], *FIRE[2:]], FIRE))
    assert found.removed == {2: RemovalReason.OFF_TOPIC}


@given(st.lists(SENTENCES, min_size=2, max_size=4).filter(lambda told: sum(map(bool, told)) > 1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_large_story_is_judged_as_a_small_one(
    monkeypatch: pytest.MonkeyPatch, told: list[list[str]]
) -> None:
    # Within an article, copies have left before.
    sentences = encoded(*(list(dict.fromkeys(texts)) for texts in told))
    sources = np.array([sentence.source for sentence in sentences.sentences])
    exact = stage._scores(sentences, sources, lambda: None)
    with monkeypatch.context() as patched:
        patched.setattr(neighbours, "_EXACT", 0)
        near = stage._scores(sentences, sources, lambda: None)
    assert near == pytest.approx(exact, abs=1e-4)


def test_fifty_copies_do_not_hide_what_else_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [*[FIRE[:2]] * 50, [*FIRE[2:], *ALIEN], FIRE[2:]]
    expected = relevance(encoded(*told))
    monkeypatch.setattr(neighbours, "_EXACT", 0)
    assert relevance(encoded(*told)) == expected
