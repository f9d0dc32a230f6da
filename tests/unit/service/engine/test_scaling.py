from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from service.engine.scaling import QUEUED_TOKENS, ByQueuedTokens

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass
class Context:
    aggregated_metrics: Mapping[str, Mapping[str, float]] | None
    target_num_replicas: int = 3


@pytest.mark.parametrize(
    ("queued", "wanted"),
    [
        ({"a": 0.0}, 1),
        ({"a": 100.0}, 1),
        ({"a": 101.0}, 2),
        ({"a": 0.0, "b": 0.0}, 1),
        ({"a": 150.0, "b": 151.0}, 4),
    ],
)
def test_there_are_as_many_replicas_as_keep_what_waits_at_each_within_its_bound(
    queued: dict[str, float], wanted: int
) -> None:
    assert ByQueuedTokens(100)(Context({QUEUED_TOKENS: queued})) == (wanted, {})


@pytest.mark.parametrize("metrics", [None, {}, {QUEUED_TOKENS: {}}, {"another": {"a": 1e9}}])
def test_where_nothing_is_known_nothing_changes(metrics: dict[str, dict[str, float]] | None) -> None:
    assert ByQueuedTokens(100)(Context(metrics)) == (3, {})
