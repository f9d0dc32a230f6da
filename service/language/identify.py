"""Which language a text is written in, as far as the service needs it: English or not."""

from __future__ import annotations

import functools

from py3langid.langid import MODEL_FILE, LanguageIdentifier

# Probability from which another language is believed; 2 of 5,837 sentences of English news reach it.
_SURE = 0.5
# Nigerian Pidgin is taken for what it is close to.
_ENGLISH = frozenset({"en", "pcm"})


def is_foreign(text: str) -> bool:
    """Tell whether a text is surely not English; of a few words, names above all, that is seldom sure.

    The identifier is a naive Bayes classifier over byte n-grams (Lui and Baldwin, 2012).
    """
    language, probability = _identifier().classify(text)
    return language not in _ENGLISH and float(probability) >= _SURE


@functools.cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
