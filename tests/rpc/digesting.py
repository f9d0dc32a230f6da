"""``newsweave digest`` with slow fakes in the place of the models, so that a run can be met in its middle."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest.mock import patch

from service import bootstrap, loading
from service.__main__ import main
from service.ports import LoadedModels
from tests.rpc.conftest import CARDS, FakeModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain import Vectors
    from service.engine.wire import Reports
    from service.ports import Check, DraftRequest
    from service.settings import Settings

LONG = 5
STEPS, STEP_SECONDS = 10, 0.03


@dataclass
class Narrow(FakeModel):
    """Sees the rarer words only, so that two events are not alike for their small words."""

    def encode(self, texts: Sequence[str], check: Check) -> Vectors:
        rare = [" ".join(word for word in text.split() if len(word) > LONG) for text in texts]
        return super().encode(rare, check)


@dataclass
class Slow(FakeModel):
    def draft(self, requests: Sequence[DraftRequest], check: Check) -> list[str]:
        for _ in range(STEPS):
            check()
            time.sleep(STEP_SECONDS)
        return super().draft(requests, check)


def load(_settings: Settings, _reports: Reports | None = None) -> LoadedModels:
    """Load fakes."""
    return LoadedModels(Narrow(CARDS[0]), Slow(CARDS[1]))


if __name__ == "__main__":
    # The name under which replicas find it.
    from tests.rpc import digesting

    with patch.object(loading, "load", digesting.load), patch.object(bootstrap, "_require_files"):
        main()
