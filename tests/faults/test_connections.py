"""Connections that are not what they should be: none of them costs the server much, or for long."""

from __future__ import annotations

import asyncio
import resource
import socket
import threading
import time
from contextlib import ExitStack, contextmanager
from itertools import takewhile
from typing import TYPE_CHECKING

import grpc
import pytest

from newsweave import AsyncClient, Client
from newsweave import messages as pb
from service.rpc import transport
from tests.faults.figures import Holdings, peak
from tests.faults.frames import (
    PREFACE,
    SERVICE,
    Connection,
    Frame,
    Kind,
    headers,
    message,
    reset,
)
from tests.rpc.certificates import Authority
from tests.rpc.test_load import Slow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from service.domain import Event, Job
    from service.ports import Models
    from tests.faults.conftest import Standing
    from tests.faults.figures import Figures
    from tests.rpc.conftest import Serve

    Pipeline = Callable[[Job, Models], Iterator[Event]]

PATIENCE = 10.0
REQUEST = pb.SummarizeRequest(articles=[pb.Article(id="a", text="text")])


def is_served(address: str) -> bool:
    """Return whether an ordinary client is answered as ever."""
    with Client(address) as client:
        return bool(client.summarize(REQUEST, timeout=PATIENCE).summary.sentences)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        PREFACE[:10],
        PREFACE,
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        bytes(range(256)) * 64,
        b"\x16\x03\x01",
    ],
    ids=["nothing", "half a preface", "no settings", "HTTP/1.1", "rubbish", "TLS"],
)
def test_who_does_not_speak_http2_is_shown_out(
    standing: Standing, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(transport, "_HANDSHAKE_MS", 500)
    with standing() as address, Connection(address, preface=False) as connection:
        connection.socket.sendall(sent)
        assert connection.is_closed_within(PATIENCE)
        assert is_served(address)


def test_a_preface_that_drips_is_cut_off(standing: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_HANDSHAKE_MS", 500)
    with standing() as address, Connection(address, preface=False) as connection:
        begun = time.monotonic()
        with pytest.raises(ConnectionError):  # noqa: PT012  which byte is the last one is not known
            for byte in PREFACE * 2:
                connection.socket.sendall(bytes([byte]))
                time.sleep(0.1)
        assert time.monotonic() - begun < PATIENCE / 2


def test_a_handshake_of_tls_that_is_never_ended_is_cut_off(
    standing: Standing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_HANDSHAKE_MS", 500)
    authority = Authority.new(tmp_path / "ca")
    with (
        standing(**authority.issue("server").settings()) as address,
        Connection(address, preface=False) as connection,
    ):
        connection.socket.sendall(bytes.fromhex("16030100c8010000c40303"))  # a hello that is to be longer
        assert connection.is_closed_within(PATIENCE)
        with Client(address, authority.trusted()) as client:
            assert client.server_info(timeout=PATIENCE).version


@pytest.mark.parametrize("sent", [[], [Frame(Kind.DATA, b"\0\0", 1)]], ids=["nothing", "two bytes"])
def test_a_message_that_never_comes_as_a_whole_is_not_waited_for(
    standing: Standing, sent: list[Frame]
) -> None:
    with standing(default_deadline_seconds=0.5) as address, Connection(address) as connection:
        connection.send(headers(SERVICE + "Summarize"), *sent)
        assert connection.status(PATIENCE) == grpc.StatusCode.DEADLINE_EXCEEDED.value[0]


def test_a_message_that_drips_has_no_more_time_than_the_servers_deadline(standing: Standing) -> None:
    """A caller may give itself a day, and the server does not wait a day for its message."""
    with standing(default_deadline_seconds=0.5) as address, Connection(address) as connection:
        connection.send(headers(SERVICE + "Summarize", grpc_timeout="86400S"))
        begun = time.monotonic()
        for byte in bytes([0, 0, 0, 4, 0]):
            connection.send(Frame(Kind.DATA, bytes([byte]), 1))
            time.sleep(0.05)
        assert connection.status(PATIENCE) == grpc.StatusCode.DEADLINE_EXCEEDED.value[0]
        assert time.monotonic() - begun < PATIENCE / 2


def test_an_idle_connection_is_closed_and_a_busy_one_is_not(
    standing: Standing, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_IDLE_MS", 300)
    with (
        standing(Slow(pipeline, 1.5)) as address,
        Connection(address) as idle,
        Connection(address) as busy,
    ):
        busy.send(headers(SERVICE + "Summarize"), *message(REQUEST.SerializeToString()))
        assert idle.is_closed_within(PATIENCE)
        assert busy.status(PATIENCE) == 0


@pytest.fixture
def _many_files() -> Iterator[None]:
    """Let this process open both ends of a thousand connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = max(soft, 3_000)
    if hard != resource.RLIM_INFINITY and hard < needed:
        pytest.skip(f"this process may open {hard} files only")
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("_many_files")
def test_a_thousand_connections_are_held_and_more_are_closed_at_once(
    standing: Standing, figures: Figures
) -> None:
    with standing(max_connections=1_000) as address, ExitStack() as stack, Client(address) as client:
        client.server_info(timeout=PATIENCE)
        before = Holdings.of()
        with peak() as seen:
            many = [stack.enter_context(Connection(address)) for _ in range(999)]
            assert many[-1].receive(PATIENCE) is not None
            assert not many[0].is_closed_within(0.01)
        begun = time.monotonic()
        assert client.summarize(REQUEST, timeout=PATIENCE).summary.sentences
        answered = time.monotonic() - begun
        with Connection(address, preface=False) as one_more:
            assert one_more.is_closed_within(PATIENCE)
        stack.close()
        assert _settles(before)
        assert is_served(address)
    figures.note(
        "a thousand connections",
        MiB=seen.taken,
        KiB_of_each=seen.taken * 1024 / 999,
        seconds_of_an_answer_meanwhile=answered,
    )
    assert seen.taken < 200


def _settles(before: Holdings) -> bool:
    """Return whether descriptors and threads come back to what there was."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        now = Holdings.of()
        if now.descriptors <= before.descriptors + 5 and now.threads <= before.threads + 5:
            return True
        time.sleep(0.05)
    return False


def test_a_flood_of_calls_that_are_reset_at_once_harms_nobody(standing: Standing, figures: Figures) -> None:
    """The rapid reset of CVE-2023-44487."""
    raw, times = REQUEST.SerializeToString(), list[float]()
    over = threading.Event()

    def flood() -> int:
        sent = 0
        with Connection(address) as connection:
            try:
                for stream in range(1, 20_001, 2):
                    call = (headers(SERVICE + "Summarize", stream), *message(raw, stream), reset(stream))
                    connection.send(*call)
                    sent += 1
            except OSError:  # the server has had enough of it
                pass
        over.set()
        return sent

    with standing() as address, peak() as seen, Client(address) as client:
        flooder = threading.Thread(target=flood)
        flooder.start()
        while not over.is_set() or len(times) < 10:
            begun = time.monotonic()
            assert client.summarize(REQUEST, timeout=PATIENCE).summary.sentences
            times.append(time.monotonic() - begun)
        flooder.join()
    figures.note(
        "10,000 calls that were reset at once",
        MiB=seen.taken,
        answers_meanwhile=len(times),
        longest_of_them_in_seconds=max(times),
    )
    assert seen.taken < 100
    assert max(times) < PATIENCE / 2


def test_a_connection_has_a_bounded_number_of_calls(
    standing: Standing, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_STREAMS", 4)
    slow = Slow(pipeline)
    with standing(slow) as address, Connection(address) as connection:
        for stream in range(1, 21, 2):
            connection.send(headers(SERVICE + "Summarize", stream))
        # How many frames of other kinds stand between them is for the server to say; in the end it is silent.
        frames = list(takewhile(bool, (connection.receive(1.0) for _ in range(100))))
        refused = {frame.stream for frame in frames if frame and frame.kind == Kind.RST_STREAM}
        slow.go.set()
        assert refused == {9, 11, 13, 15, 17, 19}


@contextmanager
def _silenced(address: str) -> Iterator[tuple[str, threading.Event]]:
    """Stand between a client and a server; once the event is set, nothing passes, and nothing ends."""
    silent = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening, ExitStack() as stack:

        def pass_on(source: socket.socket, target: socket.socket) -> None:
            try:
                while data := source.recv(1 << 16):
                    if not silent.is_set():
                        target.sendall(data)
            except OSError:
                pass

        def accept() -> None:
            near = stack.enter_context(listening.accept()[0])
            host, _, port = address.rpartition(":")
            far = stack.enter_context(socket.create_connection((host, int(port))))
            for pair in ((near, far), (far, near)):
                threading.Thread(target=pass_on, args=pair, daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"127.0.0.1:{listening.getsockname()[1]}", silent


async def test_a_client_that_vanishes_without_a_word_loses_its_place(
    serve: Serve, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, figures: Figures
) -> None:
    monkeypatch.setattr(transport, "_KEEPALIVE_MS", 400)
    monkeypatch.setattr(transport, "_KEEPALIVE_TIMEOUT_MS", 400)
    slow = Slow(pipeline, 60)
    async with serve(slow, workers=1) as served:
        with _silenced(served.address) as (address, silent):
            async with AsyncClient(address) as client:
                call = asyncio.create_task(client.summarize(REQUEST))
                await slow.at_work()
                assert served.server.gate.inside == 1
                silent.set()
                begun = time.monotonic()
                assert await served.server.gate.empty(PATIENCE)
                figures.note(
                    "a client that vanished",
                    seconds_until_its_place_was_free_with_a_hundredth_of_the_patience=time.monotonic()
                    - begun,
                )
                call.cancel()
        slow.go.set()
        assert (await served.client.summarize(REQUEST)).summary.sentences
