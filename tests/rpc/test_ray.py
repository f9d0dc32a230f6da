"""A real server with the real models, on Ray and without it."""

from __future__ import annotations

import gc
import threading
import warnings
from typing import TYPE_CHECKING

import psutil
import pytest

from newsweave import AsyncClient
from newsweave import messages as pb
from service import bootstrap
from service.rpc.server import running
from service.settings import Settings
from tests.unit.service.fire import NEWS

if TYPE_CHECKING:
    from service.engine.wire import Report

REQUEST = pb.SummarizeRequest(
    articles=[pb.Article(id=article.id, text=article.text) for article in NEWS],
    options=pb.SummaryOptions(max_words=60),
)


def _unheard(_role: str) -> Report:
    def report(*, rows: int, tokens: int, padded: int, written: int = 0) -> None:
        assert rows <= tokens <= padded + written + tokens

    return report


async def _answer(settings: Settings) -> pb.SummarizeResponse:
    """Start a server, ask it, and end it."""
    engine = bootstrap.hosted_engine(settings, _unheard)
    made, identity = bootstrap._pipeline(settings), bootstrap._identity(settings)
    async with running(settings, engine, made, identity) as server:
        await server.health.settled.wait()
        async with AsyncClient(server.address) as client:
            return await client.summarize(REQUEST)


@pytest.mark.ray
@pytest.mark.weights
async def test_an_answer_of_replicas_is_to_the_last_byte_that_of_one_machine() -> None:
    here = await _answer(Settings(address="127.0.0.1:0", threads=1))
    settings = Settings(address="127.0.0.1:0", threads=1, engine="ray")
    bootstrap._cluster(settings).prepare()
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'newsweave[ray]'")
    there = await _answer(settings)
    with warnings.catch_warnings():
        # Ray forgets the processes that it has begun before they have ended.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    assert here.summary.sentences
    assert here.summary.usage.drafts
    assert there.SerializeToString(deterministic=True) == here.SerializeToString(deterministic=True)
    assert not psutil.Process().children(recursive=True)
    assert not [one for one in threading.enumerate() if one.name.startswith(("models", "worker"))]
