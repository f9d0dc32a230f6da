from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from service.telemetry import pulse as module
from service.telemetry.pulse import Pulse

if TYPE_CHECKING:
    import pytest


async def test_a_loop_that_is_held_up_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BEAT_SECONDS", 0.01)
    lags: list[float] = []
    async with Pulse(lags.append).beating():
        await asyncio.sleep(0.05)
        time.sleep(0.2)  # noqa: ASYNC251  what must never happen, for once
        await asyncio.sleep(0.05)
    assert lags
    assert min(lags) >= 0
    assert 0.1 < max(lags) < 5


async def test_a_loop_that_does_not_wake_up_is_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BEAT_SECONDS", 0.01)
    monkeypatch.setattr(module, "_DEAD_SECONDS", 0.5)
    pulse = Pulse(lambda _: None)
    async with pulse.beating():
        await asyncio.sleep(0.02)
        assert pulse.alive
        time.sleep(0.7)  # noqa: ASYNC251  what must never happen, for once
        assert not pulse.alive
        await asyncio.sleep(0.1)
        assert pulse.alive
