from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from service.cli import app
from service.errors import SettingsError
from service.rpc import callers_file


def test_a_new_token_goes_to_stderr_and_its_line_to_stdout() -> None:
    result = CliRunner().invoke(app, ["token", "new", "news-desk"])
    assert result.exit_code == 0
    token = result.stderr.removesuffix("\n")
    assert token not in result.stdout
    assert result.stdout.count("\n") == 1
    caller = callers_file.parse(result.stdout.encode(), Path("callers.toml")).by_token(token)
    assert caller is not None
    assert caller.name == "news-desk"


def test_a_name_that_cannot_be_one_makes_no_token() -> None:
    result = CliRunner().invoke(app, ["token", "new", "news desk"])
    assert isinstance(result.exception, SettingsError)
    assert result.stdout + result.stderr == ""
