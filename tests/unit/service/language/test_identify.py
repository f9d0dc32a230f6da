from __future__ import annotations

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from service.language.identify import _identifier, is_foreign


@pytest.mark.parametrize(
    "text",
    [
        "The fire broke out at the port on Monday evening, the police said.",
        "Putin and Kim signed a pact in Pyongyang.",
        "Fire at port.",
    ],
)
def test_english_is_not_foreign(text: str) -> None:
    assert not is_foreign(text)


@pytest.mark.parametrize(
    "text",
    [
        "Der Brand brach am Montagabend im Hafen aus, sagte die Polizei.",
        "El incendio comenzó el lunes por la noche en el puerto, dijo la policía.",
        "Пожар начался в порту в понедельник вечером, сообщила полиция.",
        "港口星期一晚上发生火灾。",
    ],
)
def test_another_language_is(text: str) -> None:
    assert is_foreign(text)


def test_the_model_is_that_of_the_library_and_is_read_without_a_disk_to_write_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    theirs = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    monkeypatch.setattr("tempfile.TemporaryFile", None)
    _identifier.cache_clear()
    ours = _identifier()
    for text in ("The fire broke out.", "Der Brand brach aus.", "港口星期一晚上发生火灾。", "", "\x00", "12"):
        assert ours.classify(text) == theirs.classify(text)
