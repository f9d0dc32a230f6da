"""What never leaves the server: text of articles in its log, and anything towards a ``uri``."""

from __future__ import annotations

import logging
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from newsweave import AsyncClient, CallError
from newsweave import messages as pb
from service.rpc import callers_file, tokens
from tests.rpc.test_bad_input import weave
from tests.unit.service.pages import NEWS_PAGE, STORY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from service.domain import Event, Job
    from service.ports import Models
    from tests.rpc.conftest import Serve, Served

RARE = "quetzalcoatlus"


class Outgoing:
    """Notes every look-up of a name and every connection that Python makes."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.active = True
        sys.addaudithook(self)

    def __call__(self, event: str, _arguments: tuple[object, ...]) -> None:
        if self.active and event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"}:
            self.seen.append(event)


@pytest.fixture
def outgoing() -> Iterator[Outgoing]:
    noted = Outgoing()
    yield noted
    noted.active = False  # a hook cannot be taken away


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Listen where the articles point to; whoever connects waits to be accepted."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)  # noqa: FBT003  as it is called
        yield listening


def _page(base: str) -> str:
    """Return a page that points to an address wherever a page can."""
    head = (
        f'<base href="{base}/"><link rel="canonical" href="{base}/a"><link rel="stylesheet" href="{base}/b">'
        f'<meta property="og:url" content="{base}/c"><script src="{base}/d"></script>'
    )
    body = f'<img src="{base}/e"><iframe src="{base}/f"></iframe><object data="{base}/g"></object>'
    told = NEWS_PAGE.replace("<head>", f"<head>{head}").replace("<body>", f"<body>{body}")
    assert told.count(base) == 8
    return f'<!DOCTYPE html SYSTEM "{base}/h"><!-- <!ENTITY x SYSTEM "{base}/i"> -->{told}'


async def test_nothing_is_fetched_from_a_uri_or_from_what_a_page_points_to(
    serve: Serve, listener: socket.socket, outgoing: Outgoing
) -> None:
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    articles = [
        pb.Article(id="text", text=" ".join(STORY), uri=f"{base}/text"),
        pb.Article(id="page", html=_page(base), uri=f"{base}/page"),
        pb.Article(id="bare", html=_page(base)),
    ]
    async with serve(weave) as served:
        outgoing.seen.clear()
        summary = (await served.client.summarize(pb.SummarizeRequest(articles=articles))).summary
    assert {source.uri for source in summary.sources} >= {f"{base}/text", f"{base}/page"}
    assert outgoing.seen == []
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_the_watch_for_connections_sees_one(listener: socket.socket, outgoing: Outgoing) -> None:
    with socket.create_connection(listener.getsockname()):
        assert "socket.connect" in outgoing.seen
        listener.accept()[0].close()


def _fails(job: Job, _: Models) -> Iterator[Event]:
    raise LookupError(job.articles[0].text)


@pytest.mark.parametrize("summarize", [weave, _fails])
async def test_neither_text_nor_tokens_stand_in_the_log(
    serve: Serve, tmp_path: Path, caplog: pytest.LogCaptureFixture, summarize: object
) -> None:
    caplog.set_level(logging.DEBUG)
    token, wrong, file = tokens.new(), tokens.new(), tmp_path / "callers.toml"
    file.write_text(callers_file.line("desk", token), "utf-8")
    async with serve(summarize, callers=str(file)) as served:  # type: ignore[arg-type]  # one of two
        for shown in (token, wrong):
            await _ask(served, shown)
        file.write_text(f'desk = {{ tokens = ["{token}"] }}', "utf-8")
        await _ask(served, token)
    logged = [f"{record.getMessage()} {vars(record)}" for record in caplog.records]
    assert any("the file of callers changed" in line for line in logged)
    assert not [line for line in logged if RARE in line.lower() or token in line or wrong in line]


async def _ask(served: Served, token: str) -> None:
    """Ask for a summary in two ways, however they end."""
    article = pb.Article(id="a", text=f"The {RARE} flew over the bridge on Monday, the council said.")
    page = pb.Article(id="b", html=f"<html><body><p>{RARE}", title=RARE, publisher=RARE)
    async with AsyncClient(served.address, token=token) as client:
        for articles in ([article], [article, page], [page]):
            try:
                await client.summarize(pb.SummarizeRequest(articles=articles))
            except CallError as error:
                assert RARE not in str(error)  # noqa: PT017  either end is right
