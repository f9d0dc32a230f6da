from __future__ import annotations

import sys

import pytest

from service.__main__ import main
from service.version import VERSION


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    monkeypatch.setattr(sys, "argv", ["newsweave", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    return caught.value.code


def test_the_version_is_that_of_the_distribution(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "--version") == 0
    assert capsys.readouterr().out == f"newsweave {VERSION}\n"


def test_an_error_is_told_in_words_and_as_a_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "serve", "--workers", "few") == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "newsweave: --workers is 'few', and must be a whole number [INVALID_SETTING]\n"


def test_without_arguments_the_commands_are_listed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch) == 2
    told = capsys.readouterr()
    for command in ("serve", "summarize", "doctor", "models", "token"):
        assert command in told.out + told.err
