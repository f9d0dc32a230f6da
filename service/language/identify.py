"""Which language a text is written in, as far as the service needs it: English or not."""

from __future__ import annotations

import functools
import io
import lzma
from array import array
from typing import Any

import numpy as np
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

# Probability from which another language is believed; 2 of 5,837 sentences of English news reach it.
_SURE = 0.5
# Nigerian Pidgin is taken for what it is close to.
_ENGLISH = frozenset({"en", "pcm"})
# Codes of arrays by the bytes of a number.
_CODES = {2: "H", 4: "I", 8: "L"}


def is_foreign(text: str) -> bool:
    """Tell whether a text is surely not English; of a few words, names above all, that is seldom sure.

    The identifier is a naive Bayes classifier over byte n-grams (Lui and Baldwin, 2012).
    """
    language, probability = _identifier().classify(text)
    return language not in _ENGLISH and float(probability) >= _SURE


def load() -> None:
    """Read the model, for which the first text waits otherwise; that takes over a second."""
    _identifier()


@functools.cache
def _identifier() -> LanguageIdentifier:
    """Read the model in memory. The library goes by way of a temporary file, and a disk may be full."""
    with lzma.open(MODEL_DIR / MODEL_FILE) as packed:
        unpacked = io.BytesIO(packed.read())
    with np.load(unpacked, allow_pickle=False) as model:
        return LanguageIdentifier(
            model["ptc"],
            model["pc"],
            model["classes"].tolist(),
            _integers(model["nextmove"]),
            model["out_feat"].tolist(),
            norm_probs=True,
            tk_row=_integers(model["nextmove_row"]),
        )


def _integers(numbers: np.ndarray[Any, Any]) -> array[int]:
    """Return whole numbers as an array of Python, which is faster to look into one by one."""
    return array(_CODES[numbers.itemsize], numbers.tobytes())
