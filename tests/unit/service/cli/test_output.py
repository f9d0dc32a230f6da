from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.cli import output
from service.cli.output import Format
from service.errors import SettingsError

ROOT = Path(__file__).parents[4]
VIEWS = {Format.JSON: lambda: "new"}


def test_a_file_is_put_in_its_place_whole(tmp_path: Path) -> None:
    file = tmp_path / "digest.json"
    file.write_text("old", "utf-8")
    held = file.open(encoding="utf-8")
    output.write(Format.JSON, VIEWS, file)
    with held:
        assert held.read() == "old"  # who reads the old one goes on reading it
    assert file.read_text("utf-8") == "new\n"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_cannot_be_put_in_its_place_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / "digest.json"
    file.write_text("old", "utf-8")
    monkeypatch.setattr("pathlib.Path.replace", refuse)
    with pytest.raises(SettingsError, match="cannot be written: No space left on device"):
        output.write(Format.JSON, VIEWS, file)
    assert file.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    output.write(Format.JSON, VIEWS, pipe)
    assert os.read(reader, 9) == b"new\n"
    os.close(reader)


def test_a_folder_and_a_file_in_none_are_refused_before_the_work(tmp_path: Path) -> None:
    output.check(None)
    output.check(tmp_path / "digest.json")
    with pytest.raises(SettingsError, match="it is a folder"):
        output.check(tmp_path)
    with pytest.raises(SettingsError, match="its folder cannot be"):
        output.check(tmp_path / "no" / "digest.json")


def test_two_forms_at_once_are_refused() -> None:
    assert output.chosen(Format.TERMINAL, as_json=True) is Format.JSON
    assert output.chosen(Format.MARKDOWN, as_json=False) is Format.MARKDOWN
    with pytest.raises(SettingsError, match="--json and --format markdown"):
        output.chosen(Format.MARKDOWN, as_json=True)


PROGRAM = """
from pathlib import Path
from rich.text import Text
from service import __main__
from service.cli import app, output
from service.cli.output import Format

@app.command("show")
def show(name: str):
    output.check(None)
    views = {"text": lambda: "It rained\\u2026 " * 9, "laid-out": lambda: Text("It rained\\u2026")}
    output.write(Format.JSON, {Format.JSON: views[name]}, Path("-"))

__main__.main()
"""


def _shown(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a shell in which ``$SHOW`` is the command that shows something."""
    paths = {"PYTHONPATH": f"{ROOT}:{ROOT / 'protos'}", "SHOW": PROGRAM, "PYTHON": sys.executable}
    return subprocess.run(
        ["/bin/sh", "-c", command],
        env=os.environ | paths | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_full_disk_behind_standard_output_is_told_in_a_line() -> None:
    result = _shown('"$PYTHON" -c "$SHOW" show laid-out > /dev/full')
    told = "newsweave: standard output cannot be written: No space left on device [INVALID_SETTING]\n"
    assert (result.returncode, result.stderr) == (2, told)


@pytest.mark.parametrize("view", ["text", "laid-out"])
def test_what_standard_output_cannot_encode_is_escaped(view: str) -> None:
    result = _shown(f'"$PYTHON" -c "$SHOW" show {view}', PYTHONIOENCODING="ascii")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("It rained\\u2026")


def test_a_closed_standard_output_is_told() -> None:
    result = _shown('"$PYTHON" -c "$SHOW" show text >&-')
    assert result.returncode == 2
    assert result.stderr.startswith("newsweave: standard output is closed")


def test_a_reader_that_left_is_told_nothing() -> None:
    result = _shown('{ sleep 1; "$PYTHON" -c "$SHOW" show text; } | true')
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
