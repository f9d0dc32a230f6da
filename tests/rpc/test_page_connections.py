"""What a caller of the page may cost who is slow, silent, greedy or gone."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.json_format import MessageToJson

from service.web import connection
from tests.rpc.page_calls import HERE, begun, called, request_of, streamed
from tests.rpc.test_lifetime import Steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.domain import Event, Job
    from service.ports import Models
    from tests.rpc.conftest import Serve, Served

    Pipeline = Callable[[Job, Models], Iterator[Event]]

PATIENCE = 20.0


@pytest.fixture
def steps(pipeline: Pipeline) -> Steps:
    return Steps(pipeline)


@pytest.mark.parametrize("way", ["whole", "in chunks", "announced"])
async def test_a_body_may_be_twice_as_long_as_a_request(serve: Serve, way: str) -> None:
    names = ("request_characters", "request_html_characters", "digest_characters", "digest_html_characters")
    more = ("article_characters", "background_characters", "digest_background_characters")
    limits: dict[str, Any] = dict.fromkeys((f"max_{name}" for name in (*more, *names)), 100)
    async with serve(web=HERE, **limits) as served:
        address, body = served.server.side_address, MessageToJson(request_of("x" * 3_000))
        sent = {
            "whole": (body, ""),
            "in chunks": (f"{len(body):x}\r\n{body}\r\n", "transfer-encoding: chunked\r\n"),
            "announced": ("", "content-length: 2401\r\n"),
        }
        reader, writer = await begun(address, *sent[way])
        async with asyncio.timeout(PATIENCE):
            told = await reader.readuntil(b'"status"')
            told += await reader.readuntil(b"}}")
        writer.close()
        exact = await called(address, "StreamSummarize", MessageToJson(request_of("x" * 1_000)))
    assert b"MALFORMED_REQUEST" in told
    assert b"more than 2,400 bytes" in told
    assert exact.outcome == ("INVALID_ARGUMENT", "INPUT_TOO_LARGE")


async def test_a_body_that_dawdles_is_given_up(serve: Serve) -> None:
    async with serve(web=HERE, default_deadline_seconds=0.3) as served:
        reader, writer = await begun(served.server.side_address, '{"articles"', "content-length: 500\r\n")
        async with asyncio.timeout(PATIENCE):
            told = await reader.readuntil(b"}}")
        writer.close()
    assert b"DEADLINE_EXCEEDED" in told
    assert b"did not come within" in told


@pytest.mark.parametrize("first", ["", "GET /nowhere HTTP/1.1\r\nhost: {0}\r\n\r\n"])
@pytest.mark.parametrize("then", ["", "G", "POST / HTTP/1.1\r\nhost: "])
async def test_a_connection_that_asks_for_nothing_more_is_closed(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, first: str, then: str
) -> None:
    monkeypatch.setattr(connection, "_REQUEST_SECONDS", 0.2)
    async with serve(web=HERE) as served:
        reader, writer = await _connected(served)
        if first:
            writer.write(first.format(served.server.side_address).encode())
            await reader.readuntil(b"\r\n\r\nNot Found")
        writer.write(then.encode())
        async with asyncio.timeout(PATIENCE):
            assert await reader.read() == b""
        await _closed(writer)


async def test_a_body_of_which_nobody_waits_for_the_end_holds_no_connection(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_REQUEST_SECONDS", 0.2)
    async with serve(web=HERE) as served:
        reader, writer = await _connected(served)
        head = f"GET / HTTP/1.1\r\nhost: {served.server.side_address}\r\ncontent-length: 9\r\n\r\nx"
        writer.write(head.encode())
        await reader.readuntil(b"</html>")
        writer.write(b"x")
        async with asyncio.timeout(PATIENCE):
            await reader.read()
        await _closed(writer)


async def test_a_connection_that_goes_on_asking_stays(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_REQUEST_SECONDS", 0.5)
    async with serve(web=HERE) as served:
        reader, writer = await _connected(served)
        for _ in range(4):
            writer.write(f"GET /nowhere HTTP/1.1\r\nhost: {served.server.side_address}\r\n\r\n".encode())
            assert await reader.readuntil(b"\r\n\r\nNot Found")
            await asyncio.sleep(0.3)
        await _closed(writer)


async def test_a_call_may_take_longer_than_a_connection_may_be_silent(
    serve: Serve, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_REQUEST_SECONDS", 0.1)
    async with serve(steps, web=HERE) as served:
        asked = asyncio.create_task(streamed(served, request_of("text")))
        await steps.at_work()
        await asyncio.sleep(0.3)
        steps.go.set()
        assert (await asked).outcome == ("OK", "")


async def test_files_that_are_asked_for_and_not_read_hold_no_connection(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_AFTER_CALL_SECONDS", 0.1)
    async with serve(web=HERE, max_stall_seconds=0.3) as served:
        _, writer = await _connected(served)
        ask = f"GET /try.js HTTP/1.1\r\nhost: {served.server.side_address}\r\n\r\n".encode()
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # of a socket
        with pytest.raises(ConnectionError):
            await _ask_without_end(writer, ask * 100)
        await _closed(writer)


async def test_a_report_that_is_not_read_holds_no_connection(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_AFTER_CALL_SECONDS", 0.1)
    monkeypatch.setattr("service.web.calls.html.render", lambda _: "x" * 30_000_000)
    async with serve(web=HERE, max_stall_seconds=0.3) as served:
        reader, writer = await begun(served.server.side_address, MessageToJson(request_of("text")))
        async with asyncio.timeout(PATIENCE):
            await reader.readuntil(b'{"report":')
            await asyncio.sleep(1)  # the reader takes no more than it has room for
            read = await _all(reader)
        await _closed(writer)
    assert 0 < len(read) < 30_000_000
    assert b'{"status"' not in read


async def test_a_report_that_is_read_slowly_is_whole(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_AFTER_CALL_SECONDS", 0.1)
    monkeypatch.setattr("service.web.calls.html.render", lambda _: "x" * 30_000_000)
    async with serve(web=HERE, max_stall_seconds=0.3) as served:
        reader, writer = await begun(served.server.side_address, MessageToJson(request_of("text")))
        count, last = 0, b""
        async with asyncio.timeout(PATIENCE):
            while b'"status"' not in last:
                last = await reader.read(1_000_000)
                count += len(last)
                await asyncio.sleep(0.02)
        await _closed(writer)
    assert count > 30_000_000


async def test_of_too_many_connections_the_last_are_closed_at_once(serve: Serve) -> None:
    async with serve(web=HERE, max_connections=3) as served:
        opened = [await _connected(served) for _ in range(5)]
        for reader, _ in opened[3:]:
            async with asyncio.timeout(PATIENCE):
                assert await reader.read() == b""
        for _, writer in opened:
            await _closed(writer)


async def _connected(served: Served) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, _, port = served.server.side_address.rpartition(":")
    return await asyncio.open_connection(host, int(port))


async def _ask_without_end(writer: asyncio.StreamWriter, asked: bytes) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            writer.write(asked)
            await writer.drain()
            await asyncio.sleep(0.01)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):  # it may have been cut
        await writer.wait_closed()


async def _all(reader: asyncio.StreamReader) -> bytes:
    """Return what can be read of a connection until it ends, or is cut."""
    read = bytearray()
    with suppress(ConnectionError):
        while part := await reader.read(1_000_000):
            read += part
    return bytes(read)


async def test_a_deadline_stops_the_work(serve: Serve, steps: Steps) -> None:
    async with serve(steps, web=HERE, default_deadline_seconds=1.0) as served:
        answer = await streamed(served, request_of("text"))
        await steps.at_rest()
    assert answer.outcome == ("DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED")


async def test_a_reader_that_leaves_stops_the_work(serve: Serve, steps: Steps) -> None:
    async with serve(steps, web=HERE, workers=1) as served:
        _, writer = await begun(served.server.side_address, MessageToJson(request_of("text")))
        await steps.at_work()
        writer.close()
        await steps.at_rest()
        steps.go.set()
        assert (await streamed(served, request_of("next"))).outcome == ("OK", "")


async def test_a_reader_that_does_not_read_is_given_up(serve: Serve, pipeline: Pipeline) -> None:
    done = threading.Event()

    def endless(job: Job, models: Models) -> Iterator[Event]:
        first, *_ = events = list(pipeline(job, models))
        try:
            while True:
                models.check()
                yield first
        finally:
            done.set()
        yield from events

    async with serve(endless, web=HERE, max_stall_seconds=0.3) as served:
        _, writer = await begun(served.server.side_address, MessageToJson(request_of("text" * 2_000)))
        assert await asyncio.to_thread(done.wait, PATIENCE)
        writer.transport.abort()
