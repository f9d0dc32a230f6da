"""What is seen of a call, without a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.service.telemetry.seen import seeing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.service.telemetry.seen import Seen


@pytest.fixture
def seen() -> Iterator[Seen]:
    with seeing() as seen:
        yield seen
