from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from models.batches import no_report
from models.precision import Precision
from service import bootstrap, loading
from service.settings import Settings

if TYPE_CHECKING:
    from enum import StrEnum


@pytest.mark.parametrize(
    ("told", "agreed"),
    [
        ((), ""),
        (("bfloat16",), "bfloat16"),
        (("bfloat16", "bfloat16"), "bfloat16"),
        (("float32", "float32"), "float32"),
        (("bfloat16", "float32"), "float32"),
        (("float32", "bfloat16", "bfloat16"), "float32"),
    ],
)
def test_replicas_on_unlike_machines_use_the_precision_that_all_are_fast_at(
    monkeypatch: pytest.MonkeyPatch, told: tuple[str, ...], agreed: str
) -> None:
    used: list[str] = []

    def loaded(_files: object, _report: object, precision: StrEnum) -> SimpleNamespace:
        used.append(precision.value)
        return SimpleNamespace()

    monkeypatch.setattr("service.loading._files", lambda _settings, name: name)
    for model in ("encoder.Encoder", "drafter.Drafter", "verifier.Verifier"):
        monkeypatch.setattr(f"models.{model}", loaded)
    monkeypatch.setattr("models.precision.fastest", lambda: Precision.BFLOAT16)
    loading.load_alike(Settings(verifier="some"), told)(lambda _: no_report)
    assert used == [agreed or "bfloat16"] * 3


def test_the_precision_of_a_machine_is_told_in_a_word_that_needs_no_torch() -> None:
    told = loading.precision_here(Settings(reduced_precision=False))
    assert (type(told), told) == (str, "float32")


def test_a_cluster_is_asked_for_the_precision_of_its_machines_only_where_it_may_differ(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[tuple[object, ...]] = []
    fake = ModuleType("service.engine.ray")
    monkeypatch.setitem(vars(fake), "OnRay", lambda *arguments: begun.append(arguments))
    monkeypatch.setitem(vars(fake), "engine", lambda *_: None)
    monkeypatch.setitem(sys.modules, "service.engine.ray", fake)
    monkeypatch.setattr("service.engine.ray", fake, raising=False)
    monkeypatch.setattr("service.engine.cluster.Cluster.prepare", lambda _: None)
    for reduced in (True, False):
        elsewhere = Settings(engine="ray", ray_address="10.0.0.1:6379", reduced_precision=reduced)
        bootstrap.hosted_engine(elsewhere, lambda _: no_report)
    (*_, asked), (*_, unasked) = begun
    assert (asked(), unasked) == (loading.precision_here(Settings()), None)  # type: ignore[operator]
