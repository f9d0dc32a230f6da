from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from service.rpc.exposure import weaknesses
from service.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

PUBLIC: dict[str, Any] = {"address": "0.0.0.0:50051"}
PLAINTEXT = "plaintext at 0.0.0.0:50051: articles, summaries and tokens can be read on the way"
OPEN = "no callers at 0.0.0.0:50051: everybody who reaches it can use it"
REFLECTION = "reflection at 0.0.0.0:50051: everybody who can connect is told the contract"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Any]:
    """Return settings that name files which only their owner can use."""
    named = {name: tmp_path / name for name in ("tls_certificate", "tls_key", "callers")}
    for path in named.values():
        path.touch(0o600)
    return {name: str(path) for name, path in named.items()}


def test_nothing_weakens_a_server_of_this_machine_alone() -> None:
    assert list(weaknesses(Settings())) == []


def test_nothing_weakens_a_server_with_everything_closed(files: dict[str, Any]) -> None:
    assert list(weaknesses(Settings(**PUBLIC, **files, reflection=False))) == []


def test_each_thing_that_is_open_is_told(files: dict[str, Any]) -> None:
    assert list(weaknesses(Settings(**PUBLIC, allow_plaintext=True))) == [PLAINTEXT, OPEN, REFLECTION]
    assert list(weaknesses(Settings(**PUBLIC, **{**files, "callers": ""}))) == [OPEN, REFLECTION]
    assert list(weaknesses(Settings(**PUBLIC, **files))) == [REFLECTION]


def test_authorities_for_clients_close_what_callers_do(files: dict[str, Any]) -> None:
    settings = Settings(**PUBLIC, **{**files, "callers": ""}, tls_client_ca="ca.pem", reflection=False)
    assert list(weaknesses(settings)) == []


def test_files_that_others_can_use_are_told(files: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "tls_key").chmod(0o640)
    (tmp_path / "callers").chmod(0o662)
    assert list(weaknesses(Settings(**files))) == [
        f"tls_key {files['tls_key']} can be read by other users of this machine",
        f"callers {files['callers']} can be changed by other users of this machine",
    ]


@pytest.mark.parametrize("host", ["[::]", "metrics.example", "10.0.0.1"])
def test_metrics_that_others_can_read_are_told(host: str) -> None:
    assert list(weaknesses(Settings(metrics_address=f"{host}:9464"))) == [
        f"metrics at {host}:9464: everybody who reaches it can read them, and they are not encrypted"
    ]


@pytest.mark.parametrize("host", ["collector", "10.0.0.1", "2001:db8::1"])
def test_a_collector_elsewhere_without_tls_is_told(host: str) -> None:
    there = f"user:secret@[{host}]:4317" if ":" in host else f"user:secret@{host}:4317"
    assert list(weaknesses(Settings(otlp_endpoint=f"http://{there}"))) == [
        f"plaintext to the collector {host}: metrics and traces can be read on the way"
    ]
    assert list(weaknesses(Settings(otlp_endpoint=f"https://{there}"))) == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_what_stays_on_this_machine_is_not_told(host: str) -> None:
    settings = Settings(metrics_address=f"{host}:9464", otlp_endpoint=f"http://{host}:4317")
    assert list(weaknesses(settings)) == []
    assert list(weaknesses(Settings(metrics_address=""))) == []


ELSEWHERE: dict[str, Any] = {"drafter_model": "big", "allow_plaintext": True}


def test_sentences_that_leave_this_machine_are_told() -> None:
    leaves = "drafts at gpu.example: sentences of articles leave this machine"
    assert list(weaknesses(Settings(drafter_url="https://gpu.example:8000/v1", **ELSEWHERE))) == [leaves]
    assert list(weaknesses(Settings(drafter_url="http://gpu.example:8000/v1", **ELSEWHERE))) == [
        leaves,
        "plaintext to the drafter gpu.example: sentences of articles and its key can be read on the way",
    ]
    assert list(weaknesses(Settings(drafter_url="http://127.0.0.1:8000/v1", **ELSEWHERE))) == []


def test_a_key_that_others_can_read_is_told(tmp_path: Path) -> None:
    key = tmp_path / "key"
    settings = Settings(drafter_url="http://127.0.0.1:8000/v1", drafter_key_file=str(key), **ELSEWHERE)
    assert list(weaknesses(settings)) == []  # whoever reads it tells that it is not there
    key.touch(0o640)
    assert list(weaknesses(settings)) == [
        f"drafter_key_file {key} can be read by other users of this machine"
    ]


def test_a_page_that_others_reach_is_told_beside_the_address(files: dict[str, Any]) -> None:
    page: dict[str, Any] = {"web": "0.0.0.0:8080"}
    assert list(weaknesses(Settings(**page, allow_plaintext=True))) == [
        PLAINTEXT.replace("50051", "8080"),
        OPEN.replace("50051", "8080"),
    ]
    assert list(weaknesses(Settings(**page, **files))) == []
    assert list(weaknesses(Settings(web="127.0.0.1:8080"))) == []
