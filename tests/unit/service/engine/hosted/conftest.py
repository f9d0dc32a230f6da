"""One engine of each kind that keeps its models in other processes.

Ray is begun once, by the engine whose replicas all tests of this folder share, and is gone at its end.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import warnings
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.unit.service.engine.hosted.engines import CLUSTER, SIGNALS, in_a_process, on_ray

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.service.engine.hosted.engines import Begun


@pytest.fixture(scope="package")
def shared_ray() -> Iterator[Begun]:
    """Lend an engine with two replicas on a Ray that it began itself."""
    CLUSTER.prepare()
    os.environ["RAY_SERVE_REPLICA_AUTOSCALING_METRIC_PUSH_INTERVAL_S"] = "0.5"
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'newsweave[ray]'")
    before = signal.signal(signal.SIGTERM, lambda number, _: SIGNALS.append(number))
    with on_ray() as begun:
        yield begun
        with warnings.catch_warnings():
            # Ray forgets the processes that it has begun before they have ended.
            warnings.simplefilter("ignore", ResourceWarning)
            begun.engine.stop()
            gc.collect()
    signal.signal(signal.SIGTERM, before)
    assert not psutil.Process().children(recursive=True)


@pytest.fixture(scope="module", params=["process", pytest.param("ray", marks=pytest.mark.ray)])
def hosted(request: pytest.FixtureRequest) -> Iterator[Begun]:
    """Lend an engine of each kind."""
    if request.param == "ray":
        yield request.getfixturevalue("shared_ray")
        return
    with in_a_process() as begun:
        yield begun


@pytest.fixture(autouse=True)
def _all_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
