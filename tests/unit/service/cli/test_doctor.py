from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from service.cli import app, doctor
from service.cli.doctor import Finding
from service.errors import ModelFilesError, NewsweaveError
from service.settings import Settings
from tests.chat_endpoint import MODEL, SERVED_AS, chatting, status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Memory = namedtuple("Memory", "available")  # noqa: PYI024  as psutil has it


def _well(_settings: Settings, _name: str) -> int:
    return 7


def _steps(_settings: Settings) -> list[tuple[str, Callable[[], None]]]:
    return [("encoder", lambda: None), ("drafter", lambda: None)]


@pytest.fixture(autouse=True)
def _healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("service.bootstrap.verify_model", _well)
    monkeypatch.setattr("service.bootstrap.warm_up_steps", _steps)
    monkeypatch.setattr("psutil.virtual_memory", lambda: Memory(2**33))
    monkeypatch.setattr("service.cli.doctor.metadata.requires", lambda _name: ["rich>=1"])


def test_a_healthy_machine_is_ok_in_every_line() -> None:
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert len(lines) == 8
    assert all(line.startswith("ok ") for line in lines)


def test_damaged_models_are_told_with_the_remedy_and_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(_settings: Settings, name: str) -> int:
        message = f"{name} was not fetched"
        raise ModelFilesError(message)

    monkeypatch.setattr("service.bootstrap.verify_model", damaged)
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 1
    assert (
        "failed  model newsweave-encoder-1: newsweave-encoder-1 was not fetched"
        " -> newsweave models fetch newsweave-encoder-1\n" in result.stdout
    )
    assert "encoder:" not in result.stdout


def test_a_warm_up_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        message = "no room"
        raise NewsweaveError(message)

    monkeypatch.setattr("service.bootstrap.warm_up_steps", lambda _settings: [("encoder", broken)])
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 1
    assert "failed  warm-up: no room" in result.stdout


def test_an_old_python_is_told() -> None:
    assert doctor.python((3, 10)).remedy == "install Python 3.11 or later"
    assert doctor.python((3, 11)).remedy == ""


def test_missing_and_old_libraries_are_told_together() -> None:
    finding = doctor.libraries(["rich>=999", "no-such-library", "pytest>=1; extra == 'dev'", "typer"])
    assert finding.remedy
    assert "no-such-library is not installed" in finding.what
    assert "and must be >=999" in finding.what
    assert "pytest" not in finding.what


def test_what_is_open_is_told_and_is_no_failure() -> None:
    assert doctor.access(Settings()) == Finding("access: nothing is open that could be closed")
    finding = doctor.access(Settings(address="0.0.0.0:1", allow_plaintext=True, reflection=False))
    assert finding.what.startswith("access: plaintext at 0.0.0.0:1: ")
    assert "; no callers at 0.0.0.0:1: " in finding.what
    assert finding.remedy == ""


@pytest.mark.parametrize("names", [("callers",), ("tls_certificate", "tls_key")])
def test_files_of_access_that_a_server_could_not_use_are_told(names: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("a = 1", "utf-8")
    settings = Settings(**dict.fromkeys(names, str(file)))  # type: ignore[arg-type]  # names of texts
    finding = doctor.access(settings)
    assert finding.what.startswith(f"access: {file}")
    assert finding.remedy


def test_the_endpoint_of_the_drafter_is_told_with_its_model(monkeypatch: pytest.MonkeyPatch) -> None:
    with chatting() as chat:
        monkeypatch.setenv("NEWSWEAVE_DRAFTER_URL", chat.url)
        monkeypatch.setenv("NEWSWEAVE_DRAFTER_MODEL", MODEL)
        well = CliRunner().invoke(app, ["doctor"])
        chat.fault = status(404)
        ill = CliRunner().invoke(app, ["doctor"])
    assert (well.exit_code, ill.exit_code) == (0, 1)
    assert f"ok      drafter: {SERVED_AS} at 127.0.0.1:" in well.stdout
    assert "failed  drafter: the drafter's endpoint answered with status 404 -> mend" in ill.stdout
    assert "model newsweave-drafter-2" not in well.stdout


def test_little_memory_is_told() -> None:
    assert doctor.memory(2**30).remedy == "free 2 GiB, or use smaller models"
    assert doctor.memory(2**31).remedy == ""


def test_what_a_page_needs_is_looked_for_only_if_there_is_one() -> None:
    requirements = ["rich>=1", 'no-such-thing>=1; extra == "web"']
    assert not doctor.libraries(requirements).remedy
    found = doctor.libraries(requirements, "web")
    assert found.what == "libraries: no-such-thing is not installed"
    assert found.remedy == "install 'newsweave[web]' again, with pip"


def test_what_each_extra_needs_is_looked_for() -> None:
    requirements = ['no-such-thing>=1; extra == "ray"', 'nor-this>=1; extra == "web"']
    found = doctor.libraries(requirements, "ray", "web")
    assert found.what == "libraries: no-such-thing is not installed; nor-this is not installed"
    assert found.remedy == "install 'newsweave[ray,web]' again, with pip"
    assert list(doctor._extras(Settings(engine="ray"))) == ["ray"]
    assert list(doctor._extras(Settings(web="127.0.0.1:0"))) == ["web"]
    assert not list(doctor._extras(Settings()))
