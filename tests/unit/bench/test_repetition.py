from __future__ import annotations

import numpy as np

from bench.measures.repetition import repeated


def _vectors(*cosines: float) -> np.ndarray:
    """Return a unit vector and others at the given cosines to it."""
    return np.array([[1.0, 0.0], *([cosine, (1 - cosine**2) ** 0.5] for cosine in cosines)])


def test_sentences_that_almost_coincide_are_a_pair() -> None:
    assert repeated(["They agreed.", "A deal was struck."], _vectors(0.9)) == [
        ("They agreed.", "A deal was struck.")
    ]


def test_close_sentences_are_a_pair_only_if_they_share_most_words() -> None:
    one, other = "Ministers signed the treaty.", "Ministers signed the treaty in Oslo on Monday."
    assert repeated([one, other], _vectors(0.75)) == [(one, other)]
    assert repeated([one, "Protests filled every street."], _vectors(0.75)) == []


def test_a_single_sentence_has_no_pair() -> None:
    assert repeated(["They agreed."], _vectors()) == []
