"""Where replicas of the models are, and what Ray must be told before it is imported."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.engine.isolated import NotLoadedError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where the replicas are, and how many.

    Attributes:
        name: Of the application. Servers that give the same one share its replicas.
        address: Host and port of the head of a cluster that this machine is part of; empty: one is begun here
            that ends with the engine.
        least: Fewest replicas.
        most: Most replicas.
        cores: How many cores each takes; None: all of a machine, of unlike ones the smallest.
        max_tokens: How many tokens may wait at a replica, on average, before there is another.
        max_queued: Uses that this server may have waiting for a place at any replica.
    """

    name: str
    address: str
    least: int
    most: int
    cores: int | None
    max_tokens: int
    max_queued: int

    def prepare(self) -> None:
        """Set what Ray, and all that it begins here, read when they are imported.

        Its makers are told nothing. A cluster that begins here asks for a token that is kept nowhere,
        and listens on this machine only, but for one port of each replica, which asks for the token as well.
        """
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        # Else a question that comes after the end begins another one.
        os.environ["RAY_ENABLE_AUTO_CONNECT"] = "0"
        if self.address:
            return
        # What its name does not tell: all of Ray then listens on the loopback address, as it does elsewhere.
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
        os.environ["RAY_AUTH_MODE"] = "token"
        os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)

    def cores_of_each(self, machines: Sequence[int]) -> int:
        """Return how many cores a replica takes, where machines have so many as Ray counts.

        Raises:
            NotLoadedError: None of them has as many as are asked for.
        """
        most = max(machines, default=0)
        if self.cores is None and not most:
            message = "no machine of the cluster of Ray has a CPU for a replica"
            raise NotLoadedError(message)
        if self.cores is None:
            usable = machines if self.address else [min(most, _usable_here())]
            return min(cores for cores in usable if cores)
        if self.cores > most:
            message = (
                f"threads is {self.cores}, so that a replica needs {self.cores} CPUs of one machine,"
                f" and no machine of the cluster of Ray has more than {most}"
            )
            raise NotLoadedError(message)
        return self.cores


def _usable_here() -> int:
    """Return how many cores this process may use, and all that it begins; Ray counts others as well."""
    return len(os.sched_getaffinity(0))
