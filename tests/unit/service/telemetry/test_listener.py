from __future__ import annotations

import socket
import struct
import threading
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import pytest
from prometheus_client import CollectorRegistry, Gauge

from service.errors import SettingsError
from service.telemetry import listener
from service.telemetry.listener import Pages, listening

if TYPE_CHECKING:
    from collections.abc import Callable


def pages(alive: Callable[[], bool] = lambda: True, ready: Callable[[], bool] = lambda: True) -> Pages:
    registry = CollectorRegistry()
    Gauge("answer", "The answer.", registry=registry).set(42)
    return Pages(registry, alive, ready)


def got(address: str, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_metrics_are_shown_on_a_free_port(host: str) -> None:
    with listening(f"{host}:0", pages()) as address:
        assert address.startswith(f"{host}:")
        status, text = got(address, "/metrics")
    assert status == 200
    assert "answer 42.0" in text


@pytest.mark.parametrize(("good", "status", "text"), [(True, 200, "yes\n"), (False, 503, "no\n")])
def test_liveness_and_readiness_are_told_apart(good: bool, status: int, text: str) -> None:  # noqa: FBT001
    with listening("127.0.0.1:0", pages(alive=lambda: good, ready=lambda: not good)) as address:
        assert got(address, "/livez") == (status, text)
        assert got(address, "/readyz") != (status, text)


def test_other_pages_are_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    with listening("127.0.0.1:0", pages()) as address:
        assert got(address, "/")[0] == 404
    assert not capsys.readouterr().err


def connected(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=5)


def is_given_up(client: socket.socket) -> bool:
    try:
        return client.recv(1) == b""
    except ConnectionError:
        return True


def test_a_client_that_says_nothing_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "_PATIENCE_SECONDS", 0.2)
    with listening("127.0.0.1:0", pages()) as address, connected(address) as silent:
        assert got(address, "/livez")[0] == 200
        assert is_given_up(silent)


def test_a_client_that_drips_is_given_up_however_often_it_sends_a_byte(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listener, "_PATIENCE_SECONDS", 0.5)
    with listening("127.0.0.1:0", pages()) as address, connected(address) as dripping:
        dripping.settimeout(0.1)
        ends = time.monotonic() + 5
        with pytest.raises(ConnectionError):  # noqa: PT012  the send that fails is not known before
            while time.monotonic() < ends:
                dripping.send(b"x")
                with suppress(TimeoutError):
                    if not dripping.recv(1):
                        raise ConnectionError


def test_many_clients_do_not_keep_out_a_probe_nor_collect_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "_CONNECTIONS", 4)
    before = threading.active_count()
    with listening("127.0.0.1:0", pages()) as address, ExitStack() as stack:
        silent = [stack.enter_context(connected(address)) for _ in range(20)]
        assert got(address, "/livez")[0] == 200
        assert all(is_given_up(client) for client in silent[:16])
        ends = time.monotonic() + 5
        while threading.active_count() - before > 1 + 4:
            assert time.monotonic() < ends
            time.sleep(0.01)


def test_clients_that_leave_or_send_nonsense_write_nothing(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "_PATIENCE_SECONDS", 0.2)
    with listening("127.0.0.1:0", pages()) as address:
        for sent in (b"", b"GET /metr", b"\xff\r\n\r\n", b"GET /metrics HTTP/1.1\r\n\r\n"):
            with connected(address) as client:
                client.sendall(sent)
                # A close that resets: what was sent to this side is thrown away.
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with connected(address) as silent:
            assert is_given_up(silent)
        assert got(address, "/livez")[0] == 200
    assert not capfd.readouterr().err


def test_a_page_that_fails_is_a_line_of_the_log_and_not_of_stderr(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> bool:
        raise ZeroDivisionError

    with listening("127.0.0.1:0", pages(ready=broken)) as address:
        assert got(address, "/readyz") == (500, "failed\n")
    assert [record.getMessage() for record in caplog.records] == ["a page of the metrics failed"]
    assert not capfd.readouterr().err


def test_a_page_that_hangs_does_not_hold_up_the_end() -> None:
    asked, gone = threading.Event(), threading.Event()

    def hanging() -> bool:
        asked.set()
        return gone.wait(20)

    with listening("127.0.0.1:0", pages(alive=hanging)) as address, connected(address) as client:
        client.sendall(b"GET /livez HTTP/1.0\r\n\r\n")
        assert asked.wait(5)
        ends = time.monotonic() + 5
    assert time.monotonic() < ends
    gone.set()


def test_an_address_in_use_is_told_as_such() -> None:
    with (
        listening("127.0.0.1:0", pages()) as address,
        pytest.raises(SettingsError, match=f"metrics_address is {address}.*Address already in use"),
        listening(address, pages()),
    ):
        pass
    assert not [thread for thread in threading.enumerate() if thread.name == "metrics"]
