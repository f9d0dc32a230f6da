from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service import candidates, neighbours
from service.candidates import close, closest, pairs
from tests.unit.service.fakes import SENTENCES, story_of

if TYPE_CHECKING:
    from service.similarity import Story

STORIES = st.lists(SENTENCES, min_size=1, max_size=3).filter(any)
PATCHED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def large(told: list[list[str]], patch: pytest.MonkeyPatch) -> Story:
    """Return a story that is taken for a large one, however small it is."""
    with patch.context() as patched:
        patched.setattr(neighbours, "_EXACT", 0)
        story = story_of(*told)
    assert story.near is not None
    return story


def found(story: Story, least: float) -> dict[tuple[int, int], float]:
    return {
        (int(left), int(right)): float(similarity)
        for part in pairs(story, least)
        for left, right, similarity in zip(*part, strict=True)
    }


def support(story: Story) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    sources = [sentence.source for sentence in story.sentences]
    firsts = np.flatnonzero(np.diff(np.array(sources), prepend=-1))
    return np.vstack([block for _, block in closest(story, firsts)])


@given(told=STORIES, least=st.floats(0.2, 0.9))
@PATCHED
def test_pairs_are_all_that_are_close_and_have_not_the_same_text(told: list[list[str]], least: float) -> None:
    story = story_of(*told)
    texts = [sentence.text for sentence in story.sentences]
    rows = story.rows(0, len(texts))
    firsts = sorted({text: index for index, text in reversed(list(enumerate(texts)))}.values())
    expected = {pair for pair in itertools.combinations(firsts, 2) if rows[pair] >= least}
    assert set(found(story, least)) == expected


@given(told=STORIES)
@PATCHED
def test_a_large_story_has_the_same_candidates_where_none_is_crowded_out(
    told: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    exact, near = found(story_of(*told), 0.3), found(large(told, monkeypatch), 0.3)
    clear = {pair for pair, similarity in exact.items() if similarity > 0.301}
    assert clear <= set(near)
    assert all(near[pair] == pytest.approx(exact[pair], abs=1e-5) for pair in clear)


@given(told=STORIES)
@PATCHED
def test_a_large_story_is_supported_as_a_small_one_where_none_is_crowded_out(
    told: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is far apart in meaning and in words is no neighbour; such support counts for nothing.
    exact, near = support(story_of(*told)), support(large(told, monkeypatch))
    assert np.maximum(near, 0.2) == pytest.approx(np.maximum(exact, 0.2), abs=1e-5)


def test_copies_do_not_hide_what_else_is_near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_COUNT", 4)
    copies = [["The fire at the port hurt twelve men."]] * 50
    other = "Twelve men were hurt in a fire at the port."
    story = large([*copies, [other], ["Ships left for Oslo."], ["It rained in the hills."]], monkeypatch)
    assert (0, 50) in found(story, 0.45)
    told = support(story)
    assert told[0, :50] == pytest.approx(1.0, abs=1e-5)
    assert told[49].tolist() == told[0].tolist()
    assert (told[50, :50] > 0.45).all()


@given(told=STORIES, least=st.floats(0.2, 0.9), repeated=st.integers(1, 3))
@PATCHED
def test_among_neighbours_the_same_are_close_where_none_is_crowded_out(
    told: list[list[str]], least: float, repeated: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = large(told, monkeypatch)
    texts = [sentence.text for sentence in story.sentences]
    indices = sorted({text: texts.index(text) for text in texts}.values(), reverse=True) * repeated
    exact = {pair[:2] for pair in story.close(indices, least) if indices[pair[0]] != indices[pair[1]]}
    with monkeypatch.context() as patched:
        patched.setattr(candidates, "_BLOCK", 0)
        patched.setattr(type(story), "close", None)  # is not asked
        found = list(close(story, indices, least))
    assert {(one, other) for one, other, _ in found} == exact
    assert len(found) == len(exact)
    rows = story.rows(0, len(texts))
    assert [similarity for *_, similarity in found] == pytest.approx(
        [rows[indices[one], indices[other]] for one, other, _ in found], abs=1e-4
    )


def test_of_a_flood_each_is_paired_with_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [[f"The fire at Leeds killed {number} people."] for number in range(10, 40)]
    story = large(told, monkeypatch)
    monkeypatch.setattr(candidates, "_BLOCK", 0)
    monkeypatch.setattr(candidates, "partners", lambda _: 2)
    found = [one for one, *_ in close(story, range(30), 0.0)]
    assert found
    assert max(map(found.count, found)) == 2
