"""Servers that are treated badly, and what was measured meanwhile."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from service.rpc.server import running
from tests.faults.figures import Figures
from tests.rpc.conftest import hosted, pipeline, serve, story

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from service.rpc.servicer import Summarize
    from tests.rpc.conftest import Hosted

__all__ = ["hosted", "pipeline", "serve"]

_PATIENCE = 20.0
_FIGURES = Figures()


@pytest.fixture
def figures() -> Figures:
    return _FIGURES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what was measured."""
    if _FIGURES.rows:
        terminalreporter.section("figures of faults")
        for line in _FIGURES.lines():
            terminalreporter.write_line(line)


class Standing(Protocol):
    """Starts a server with fakes on a loop and a thread of its own, and yields its address."""

    def __call__(self, summarize: Summarize = ..., /, **settings: Any) -> AbstractContextManager[str]: ...  # noqa: ANN401  of many kinds


@pytest.fixture
def standing(hosted: Hosted) -> Standing:
    @contextmanager
    def start(summarize: Summarize = story, /, **settings: Any) -> Iterator[str]:  # noqa: ANN401  of many kinds
        over, ready, address = asyncio.Event(), threading.Event(), list[str]()
        loop = asyncio.new_event_loop()

        async def stand() -> None:
            async with running(*hosted(summarize, **settings)) as server:
                await server.health.settled.wait()
                address.append(server.address)
                ready.set()
                await over.wait()

        thread = threading.Thread(target=loop.run_until_complete, args=(stand(),))
        thread.start()
        try:
            assert ready.wait(_PATIENCE)
            yield address[0]
        finally:
            loop.call_soon_threadsafe(over.set)
            thread.join()
            loop.close()

    return start
