from __future__ import annotations

from typing import TYPE_CHECKING

from typer.testing import CliRunner

from service.cli import app
from service.settings import Settings

if TYPE_CHECKING:
    import pytest


def test_serve_sends_its_log_to_stderr_and_then_serves_with_the_flags(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps: list[object] = []
    monkeypatch.setattr("service.cli.log.to_stderr", lambda: steps.append("log"))
    monkeypatch.setattr("service.bootstrap.serve", steps.append)
    result = CliRunner().invoke(app, ["serve", "--address", "127.0.0.1:0"])
    assert result.exit_code == 0
    assert steps == ["log", Settings(address="127.0.0.1:0")]
