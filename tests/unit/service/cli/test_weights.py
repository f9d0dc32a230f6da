from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from service.bootstrap import KnownModel
from service.cli import app
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def test_fetch_brings_the_models_in_use_and_tells_progress_on_stderr(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fetched: list[tuple[list[str], Path]] = []

    def fetch(settings: Settings, names: list[str], report: Callable[[str], None]) -> None:
        fetched.append((names, settings.weights_dir))
        report("minilm-l6: [ready]")

    monkeypatch.setattr("service.bootstrap.fetch_models", fetch)
    result = CliRunner().invoke(app, ["models", "fetch", "--weights-dir", str(tmp_path)])
    assert result.exit_code == 0
    assert fetched == [(list(Settings().models), tmp_path)]
    assert result.stdout == ""
    assert result.stderr == "minilm-l6: [ready]\n"


def test_verify_takes_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.bootstrap.verify_model", lambda _settings, _name: 6)
    result = CliRunner().invoke(app, ["models", "verify", "other.toml"])
    assert result.stdout == "other.toml: 6 files are as they were fetched\n"


def test_list_shows_a_line_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    models = [
        KnownModel("here", "encoder", "org/here", "MIT", "present", 91.2),
        KnownModel("away", "drafter", "org/away", "Apache-2.0", "missing", 0.0),
    ]
    monkeypatch.setattr("service.bootstrap.list_models", lambda _settings: models)
    lines = CliRunner().invoke(app, ["models", "list"]).stdout.splitlines()
    assert lines[1].split() == ["here", "encoder", "org/here", "MIT", "present", "91", "MB"]
    assert lines[2].split() == ["away", "drafter", "org/away", "Apache-2.0", "missing"]
