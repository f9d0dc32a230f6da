from __future__ import annotations

import socket
import threading
import urllib.error
import urllib.request
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


def test_a_client_that_says_nothing_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener._Handler, "timeout", 0.2)
    with listening("127.0.0.1:0", pages()) as address:
        host, _, port = address.rpartition(":")
        with socket.create_connection((host, int(port))) as silent:
            assert got(address, "/livez")[0] == 200
            silent.settimeout(5)
            assert silent.recv(1) == b""


def test_an_address_in_use_is_told_as_such() -> None:
    with (
        listening("127.0.0.1:0", pages()) as address,
        pytest.raises(SettingsError, match=f"metrics_address is {address}.*Address already in use"),
        listening(address, pages()),
    ):
        pass
    assert not [thread for thread in threading.enumerate() if thread.name == "metrics"]
