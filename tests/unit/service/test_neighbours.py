from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.sparse import csr_array

from service import neighbours

if TYPE_CHECKING:
    from service.domain import Vectors

SCRIPT = """
import hashlib
from tests.unit.service.test_neighbours import digest
print(digest())
"""


def go_on() -> None:
    """Never end the work."""


def vectors(count: int, dimensions: int = 64) -> Vectors:
    """Return unit vectors around a hundred centres."""
    random = np.random.default_rng(7)
    centres = random.normal(size=(100, dimensions))
    rows = centres[random.integers(100, size=count)] + 0.7 * random.normal(size=(count, dimensions))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def words(*rows: list[int], vocabulary: int = 50) -> csr_array:
    dense = np.zeros((len(rows), vocabulary), dtype=np.float32)
    for row, columns in zip(dense, rows, strict=True):
        row[columns] = 1.0
    return csr_array(dense)


def digest() -> str:
    """Return the digest of what is found among some thousand texts."""
    found = neighbours.nearest(vectors(3_000), 32, go_on)
    return hashlib.sha256(found.tobytes()).hexdigest()


def test_the_same_texts_have_the_same_neighbours_each_time_and_in_every_process() -> None:
    told = subprocess.run([sys.executable, "-c", SCRIPT], check=True, stdout=subprocess.PIPE, text=True)
    assert digest() == digest() == told.stdout.strip()


def test_nearly_all_of_the_nearest_are_found() -> None:
    rows = vectors(3_000)
    found = neighbours.nearest(rows, 32, go_on)
    exact = np.argsort(-(rows @ rows.T), axis=1)[:, :32]
    recall = np.mean([len(set(one) & set(other)) / 32 for one, other in zip(found, exact, strict=True)])
    assert recall > 0.95


@pytest.mark.parametrize("count", [1, 2, 513])
def test_all_are_neighbours_where_there_are_few(count: int) -> None:
    found = neighbours.nearest(vectors(count), count, go_on)
    assert found.shape == (count, count)
    assert np.mean([len(set(row)) for row in found.tolist()]) >= 0.95 * count


def test_what_cannot_be_found_is_filled_with_the_text_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_each", lambda matches: [Found() for _ in range(len(matches))])
    found = neighbours.nearest(vectors(9), 4, go_on)
    assert found.tolist() == [[5, row, row, row] for row in range(9)]


class Found:
    """One neighbour where four were wanted."""

    keys = (5,)

    def __len__(self) -> int:
        return len(self.keys)


def test_texts_are_near_by_meaning_or_by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_COUNT", 2)
    rows = np.eye(6, dtype=np.float32)
    rows[1] = rows[0]
    bags = words([1], [2], [3, 4, 5], [6], [7, 8], [3, 4, 9])
    left, right = neighbours.near(rows, bags, go_on)
    pairs = list(zip(left.tolist(), right.tolist(), strict=True))
    assert (0, 1) in pairs
    assert (2, 5) in pairs
    assert pairs == sorted(set(pairs))
    assert (left < right).all()


def test_words_that_are_in_many_texts_bring_nobody_together(monkeypatch: pytest.MonkeyPatch) -> None:
    bags = words(*[[0]] * 9)
    assert sum(len(part) for part in neighbours._by_words(bags, go_on)) > 0
    monkeypatch.setattr(neighbours, "_COMMON", 8)
    assert sum(len(part) for part in neighbours._by_words(bags, go_on)) == 0


def test_who_shares_most_comes_first_and_the_rest_is_cut_off() -> None:
    left = np.array([0, 0, 0, 1, 1], dtype=np.int64)
    right = np.array([1, 2, 3, 0, 2], dtype=np.int64)
    overlap = np.array([0.3, 0.9, 0.3, 0.5, 0.6], dtype=np.float32)
    neighbours_of = neighbours._first(left, right, overlap, 2)
    assert [part.tolist() for part in neighbours_of] == [[0, 0, 1, 1], [2, 1, 2, 0]]


def test_the_work_ends_when_nobody_waits() -> None:
    def stop() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        neighbours.nearest(vectors(9), 4, stop)


def test_what_ray_cannot_be_begun_after_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, service.__main__; sys.exit('usearch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], check=False)
    assert run.returncode == 0
