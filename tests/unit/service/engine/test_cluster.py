from __future__ import annotations

import os
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.engine.cluster import Cluster
from service.engine.isolated import NotLoadedError

HERE = Cluster("name", "", 1, 1, None, max_tokens=1, max_queued=1)
THERE = replace(HERE, address="10.0.0.1:6379")
CORES = st.integers(0, 256)


@given(st.lists(CORES).filter(any))
def test_a_replica_that_takes_all_cores_has_room_on_every_machine_that_has_any(machines: list[int]) -> None:
    assert THERE.cores_of_each(machines) == min(cores for cores in machines if cores)


def test_of_the_cores_here_it_takes_those_that_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5})
    assert HERE.cores_of_each([64]) == 2
    # Ray knows what a control group leaves, which this process is not told.
    assert HERE.cores_of_each([1]) == 1
    assert THERE.cores_of_each([64]) == 64


@given(st.lists(CORES, min_size=1), st.integers(1, 256))
def test_a_number_that_is_asked_for_is_taken_or_refused_with_all_that_explains_it(
    machines: list[int], threads: int
) -> None:
    for cluster in (replace(HERE, cores=threads), replace(THERE, cores=threads)):
        if threads <= max(machines):
            assert cluster.cores_of_each(machines) == threads
            continue
        with pytest.raises(NotLoadedError) as told:
            cluster.cores_of_each(machines)
        assert str(told.value) == (
            f"threads is {threads}, so that a replica needs {threads} CPUs of one machine,"
            f" and no machine of the cluster of Ray has more than {max(machines)}"
        )


@pytest.mark.parametrize("machines", [[], [0, 0]])
def test_a_cluster_without_cores_is_refused(machines: list[int]) -> None:
    for cluster in (HERE, THERE):
        with pytest.raises(NotLoadedError, match="no machine of the cluster of Ray has a CPU"):
            cluster.cores_of_each(machines)
