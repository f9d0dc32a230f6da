from __future__ import annotations

import asyncio
import re
import urllib.request
from typing import TYPE_CHECKING

import psutil

from service.ports import EngineFigures
from tests.unit.service.telemetry.seen import seeing

if TYPE_CHECKING:
    from tests.unit.service.telemetry.seen import Seen

SERVICE = "newsweave.v1.SummarizerService"


def test_batches_are_counted_by_role(seen: Seen) -> None:
    report = seen.telemetry.batches("encoder")
    report(rows=4, tokens=75, padded=100)
    report(rows=1, tokens=10, padded=10, written=7)
    role = {"newsweave_model_role": "encoder"}
    assert seen.value("newsweave_model_batch_rows_sum", **role) == 5
    assert seen.value("newsweave_model_batch_padding_sum", **role) == 0.25
    for kind, count in (("input", 85), ("padding", 25), ("output", 7)):
        assert seen.value("newsweave_model_tokens_total", **role, newsweave_token_type=kind) == count


def test_an_engine_is_asked_whenever_the_metrics_are_read(seen: Seen) -> None:
    figures = EngineFigures(2, 300, 1)
    seen.telemetry.observe_engine(lambda: figures)
    assert seen.value("newsweave_engine_queue_items") == 2
    figures = EngineFigures(0, 0, 2)
    assert seen.value("newsweave_engine_queue_tokens") == 0
    assert seen.value("newsweave_engine_restarts_total") == 2


async def test_a_server_is_watched_as_long_as_it_runs() -> None:
    with seeing("127.0.0.1:0") as seen:
        ready = False
        async with seen.telemetry.watching(lambda: ready, lambda: 3):
            await asyncio.sleep(0.3)
            (line,) = seen.lines("telling metrics")
            page = await asyncio.to_thread(_read, f"http://{line['address']}/metrics")
            assert "newsweave_server_ready 0.0" in page
            ready = True
            assert seen.value("newsweave_server_ready") == 1
            assert seen.value("newsweave_server_waiting_calls") == 3
            assert seen.value("newsweave_event_loop_lag_seconds_count") > 0
            resident = psutil.Process().memory_info().rss
            assert 0.5 < seen.value("process_memory_usage_bytes", newsweave_process="server") / resident < 2


async def test_the_first_bug_after_a_start_is_a_growth(seen: Seen) -> None:
    async with seen.telemetry.watching(lambda: True, lambda: 0):
        before = seen.samples()
    bugs = [
        (
            "newsweave_server_refusals_total",
            (("newsweave_reason", "INTERNAL"), ("rpc_method", f"{SERVICE}/{rpc}")),
        )
        for rpc in ("Summarize", "StreamSummarize", "BatchSummarize", "GetServerInfo")
    ]
    assert [before.get(bug) for bug in bugs] == [0.0] * 4


def _read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310  its scheme stands above
        return re.sub(r"\s+\n", "\n", answer.read().decode())
