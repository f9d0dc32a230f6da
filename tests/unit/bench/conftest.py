from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.measures import bootstrap
from bench.quality import checkers, checking, figures, peers_similarity, piles, stories
from tests.unit.service.fakes import WordEncoder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the data sets, empty. Of their figures no test needs a good interval."""
    monkeypatch.setattr(bootstrap, "RESAMPLES", 20)
    monkeypatch.setenv("NEWSWEAVE_BENCH_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def word_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """No model: texts are close if they share words, and nothing is entailed."""
    for module in (checkers, figures, piles, stories):
        monkeypatch.setattr(module, "encoder", WordEncoder)
    for module in (checkers, figures, peers_similarity, piles):
        monkeypatch.setattr(module, "published_encoder", WordEncoder)
    for module in (checkers, checking):
        monkeypatch.setattr(module, "verifier", lambda: None)
