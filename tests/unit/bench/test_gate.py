"""The gate shuts when the service gets worse: faults are planted, and its own floors must tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench import neural
from bench.gate import floors
from bench.gate.readings import Readings, components
from bench.gate.verdict import Finding, judge
from service.domain import Guard
from service.language.guards import GUARDS

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.weights

ALTERED = "checking/seeds-altered/"
CLAIMS = "redundancy/seeds/"


@pytest.fixture(autouse=True)
def _fresh_settings() -> Iterator[None]:
    neural.settings.cache_clear()
    yield
    neural.settings.cache_clear()


def below(name: str) -> list[str]:
    """Measure one set that ships with the project, and return what is below its floor."""
    readings = Readings()
    components(readings, name, lambda _: None)
    verdicts = [verdict for verdict in judge(readings.figures, floors.load()) if verdict.reading]
    assert verdicts
    assert {verdict.finding for verdict in verdicts} <= {Finding.KEPT, Finding.BELOW}
    return [verdict.figure for verdict in verdicts if verdict.finding is Finding.BELOW]


@pytest.mark.parametrize("name", [ALTERED, CLAIMS])
def test_it_is_open_as_long_as_nothing_was_changed(name: str) -> None:
    assert below(name) == []


@pytest.mark.parametrize("guard", list(Guard))
def test_a_guard_that_is_switched_off_shuts_it(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GUARDS, guard, lambda _: "")

    assert below(ALTERED)


@pytest.mark.parametrize(
    ("name", "setting", "threshold"),
    [
        (CLAIMS, "NEWSWEAVE_SAME_CLAIM_SIMILARITY", "0.2"),
        (CLAIMS, "NEWSWEAVE_SAME_CLAIM_SIMILARITY", "0.8"),
        (ALTERED, "NEWSWEAVE_SUPPORT_SIMILARITY", "0"),
    ],
)
def test_a_threshold_that_is_moved_shuts_it(
    name: str, setting: str, threshold: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(setting, threshold)

    assert below(name)
