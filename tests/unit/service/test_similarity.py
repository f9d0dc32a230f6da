from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import similarity
from tests.unit.service.fakes import SENTENCES, WordEncoder, story_of

TOLD = [
    ["The fire at the port hurt twelve men.", "The mayor closed the port.", "Berg was not there."],
    ["Twelve men were hurt in a fire at the port.", "Ships left the port for Oslo."],
]
STORIES = st.lists(SENTENCES, min_size=1, max_size=3).filter(any)


def support_of(text: str, *told: list[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return story_of(*told).support(text, WordEncoder().encode([text])[0])


FIRE = [
    f"The fire at the port of Moss: {word}."
    for word in ("ships", "men", "rain", *(f"part{n}" for n in range(197)))
]


def test_sentences_of_one_claim_are_closer_than_sentences_of_one_topic() -> None:
    rows = story_of(*TOLD).rows(0, 5)
    assert rows[0].argsort()[::-1][:2].tolist() == [0, 3]
    assert rows[0, 3] > rows[0, 1] + 0.3


def test_what_all_sentences_share_makes_them_no_closer() -> None:
    story = story_of(FIRE)
    plain, corrected = (vectors @ vectors.T for vectors in (story.encoded.vectors, story.vectors))
    assert plain.mean() > 0.8
    assert corrected.mean() < plain.mean() - 0.2


def test_of_a_few_sentences_less_is_taken_out() -> None:
    few, many = story_of(FIRE[:3]).vectors[:3], story_of(FIRE).vectors[:3]
    assert (few @ few.T).mean() > (many @ many.T).mean() + 0.1


def test_a_sentence_is_as_close_to_itself_as_can_be() -> None:
    assert np.diag(story_of(*TOLD).rows(0, 5)) == pytest.approx(1.0, abs=1e-5)


def test_support_has_a_direction() -> None:
    long = "The fire at the port hurt twelve men, sank ships, burned cranes and closed the road to Oslo."
    short = "The fire at the port hurt twelve men."
    filler = ["Berg was there.", "It rained in Moss."]
    assert support_of(short, [long, *filler])[0] > support_of(long, [short, *filler])[0] + 0.2


def test_words_foreign_to_the_story_weaken_support() -> None:
    plain = support_of("The mayor closed the port.", *TOLD)[1]
    assert support_of("The mayor closed the zebra crossing.", *TOLD)[1] < plain - 0.2


def test_support_of_what_has_no_words_is_small() -> None:
    assert support_of("He was there.", *TOLD).max() < 0.5
    assert support_of("", ["…"]).max() <= 0.5 + 1e-5


def test_names_seen_inside_a_sentence_are_known_at_the_start_of_another() -> None:
    assert "oslo" in story_of(*TOLD).names


def test_memory_is_bounded_by_blocks_that_add_up_to_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    story = story_of(*TOLD)
    whole, support = story.rows(0, 5), np.vstack([block for _, block in story.support_blocks()])
    monkeypatch.setattr(similarity, "_BLOCK", 2)
    assert (
        [start for start, _ in story.blocks()] == [start for start, _ in story.support_blocks()] == [0, 2, 4]
    )
    assert np.vstack([block for _, block in story.blocks()]) == pytest.approx(whole, abs=1e-5)
    assert np.vstack([block for _, block in story.support_blocks()]) == pytest.approx(support, abs=1e-5)


@given(STORIES)
def test_similarity_is_mutual_and_bounded(told: list[list[str]]) -> None:
    story = story_of(*told)
    count = len(story.sentences)
    rows = story.rows(0, count)
    assert rows == pytest.approx(rows.T, abs=1e-5)
    assert rows.min() >= -0.8 - 1e-5
    assert rows.max() <= 1 + 1e-5
    chosen = list(range(count))[::-2]
    assert story.between(chosen) == pytest.approx(rows[np.ix_(chosen, chosen)], abs=1e-5)


@given(STORIES)
def test_a_sentence_of_the_story_is_supported_by_itself_as_by_none_other(told: list[list[str]]) -> None:
    story = story_of(*told)
    for index, sentence in enumerate(story.sentences):
        support = story.support(sentence.text, story.encoded.vectors[index])
        assert support[index] == pytest.approx(support.max(), abs=1e-5)
        assert support.max() <= 1 + 1e-5


def test_what_is_far_apart_in_meaning_supports_nothing_whatever_words_it_shares() -> None:
    text = "The fire at the port hurt men."
    story = story_of([text, "Chess is taught."])
    away = -story.vectors[0]
    assert story.support(text, away)[0] == 0.0
    assert story.support(text, story.encoded.vectors[0])[0] > 0.9
