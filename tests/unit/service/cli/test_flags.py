from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import typer
from typer.testing import CliRunner

from service.cli.flags import with_settings
from service.errors import SettingsError
from service.settings import Settings, flag, variable

if TYPE_CHECKING:
    import pytest
    from typer import Typer


def _app(seen: list[Settings]) -> Typer:
    app = typer.Typer()
    app.command()(with_settings(seen.append))
    return app


def test_every_setting_has_a_flag_with_its_meaning_variable_and_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    shown = CliRunner().invoke(_app([]), ["--help"]).stdout
    for item in fields(Settings):
        assert flag(item.name) in shown
        assert item.metadata["about"] in shown
        assert f"(variable {variable(item.name)}, default {item.default})" in shown


def test_flags_win_over_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSWEAVE_WORKERS", "3")
    monkeypatch.setenv("NEWSWEAVE_MAX_ARTICLES", "3")
    seen: list[Settings] = []
    result = CliRunner().invoke(_app(seen), ["--max-articles", "9", "--address", "127.0.0.1:0"])
    assert result.exit_code == 0, result.output
    assert seen == [Settings(workers=3, max_articles=9, address="127.0.0.1:0")]


def test_all_bad_flags_are_told_at_once() -> None:
    result = CliRunner().invoke(_app([]), ["--max-articles", "many", "--workers", "few"])
    assert isinstance(result.exception, SettingsError)
    assert "--max-articles is 'many'" in str(result.exception)
    assert "--workers is 'few'" in str(result.exception)
