from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING

import pytest

from service.errors import SettingsError
from service.rpc.reloaded import Reloaded

if TYPE_CHECKING:
    from pathlib import Path

LONG_AGO = 10_000_000_000


class Reader:
    """Reads files as text, refuses what is broken, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, contents: tuple[bytes, ...]) -> str:
        self.asked += 1
        if b"broken" in contents:
            message = "it is broken"
            raise SettingsError(message)
        return b" ".join(contents).decode()


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def paths(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "a", tmp_path / "b"
    for path in paths:
        path.write_text("old", "utf-8")
    return paths


def test_the_files_are_read_again_only_if_they_changed(paths: tuple[Path, Path], reader: Reader) -> None:
    files = Reloaded("the files", paths, reader)
    assert [files.value for _ in range(3)] == ["old old"] * 3
    assert reader.asked == 1
    paths[1].write_text("new", "utf-8")
    assert [files.value for _ in range(3)] == ["old new"] * 3
    assert reader.asked == 2


def test_files_are_not_opened_while_their_stamps_stay(
    paths: tuple[Path, Path], reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Reloaded("the files", paths, reader)
    now = time.time_ns()
    monkeypatch.setattr("time.time_ns", lambda: now + LONG_AGO)
    assert files.value == "old old"
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda path: pytest.fail(f"{path} was opened"))
    assert files.value == "old old"


def test_a_change_within_one_step_of_the_clock_of_files_is_seen(
    paths: tuple[Path, Path], reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = paths[0].stat()
    monkeypatch.setattr(Reloaded, "_look", lambda _: ((1, 3, stamp.st_mtime_ns, stamp.st_ctime_ns),))
    files = Reloaded("the files", paths, reader)
    paths[0].write_text("new", "utf-8")
    assert files.value == "new old"


def test_files_that_cannot_be_used_leave_the_old_value_and_are_told_once_until_they_are_mended(
    paths: tuple[Path, Path], reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "service")
    files = Reloaded("the files", paths, reader)
    for content, value in (("broken", "old old"), ("mended", "mended old"), ("broken", "mended old")):
        paths[0].write_text(content, "utf-8")
        assert [files.value for _ in range(3)] == [value] * 3
    fault = "the files changed and cannot be used, what was there stays: it is broken"
    assert [record.getMessage() for record in caplog.records] == [
        fault,
        "the files changed, and what is new is used",
        fault,
    ]


def test_files_that_are_written_while_they_are_read_are_read_again(paths: tuple[Path, Path]) -> None:
    def read(contents: tuple[bytes, ...]) -> bytes:
        if contents[0] == b"half":
            paths[0].write_text("whole", "utf-8")
        return contents[0]

    files = Reloaded("the files", paths, read)
    paths[0].write_text("half", "utf-8")
    assert files.value == b"old"
    assert files.value == b"whole"


def test_a_file_that_is_gone_leaves_the_old_value(
    paths: tuple[Path, Path], reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    files = Reloaded("the files", paths, reader)
    paths[0].unlink()
    assert [files.value for _ in range(2)] == ["old old"] * 2
    assert caplog.text.count("cannot be read: No such file or directory") == 1
    paths[0].write_text("new", "utf-8")
    assert files.value == "new old"


def test_a_file_that_goes_twice_is_told_twice_though_nothing_changed_between(
    paths: tuple[Path, Path], reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    files = Reloaded("the files", paths, reader)
    away = paths[0].with_name("away")
    for _ in range(2):
        paths[0].rename(away)
        assert [files.value for _ in range(2)] == ["old old"] * 2
        away.rename(paths[0])
        assert files.value == "old old"
    assert caplog.text.count("cannot be read: No such file or directory") == 2


def test_a_file_that_was_replaced_at_once_is_read(paths: tuple[Path, Path], reader: Reader) -> None:
    files = Reloaded("the files", paths, reader)
    stamp = paths[0].stat()
    new = paths[0].with_name("new")
    new.write_text("new", "utf-8")
    os.utime(new, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    new.replace(paths[0])
    assert files.value == "new old"


def test_files_that_cannot_be_used_at_first_are_an_error(paths: tuple[Path, Path], reader: Reader) -> None:
    paths[0].write_text("broken", "utf-8")
    with pytest.raises(SettingsError, match="it is broken"):
        Reloaded("the files", paths, reader)
    paths[0].unlink()
    with pytest.raises(SettingsError, match="a cannot be read: No such file or directory"):
        Reloaded("the files", paths, reader)
