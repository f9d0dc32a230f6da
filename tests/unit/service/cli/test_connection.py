from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.cli import connection as module
from service.cli.connection import Connection
from service.errors import SettingsError
from service.rpc import tokens

if TYPE_CHECKING:
    from pathlib import Path

HERE, THERE = "127.0.0.1:1", "news.example:1"


class Recorder:
    """Stands for the client, and keeps what it is made with."""

    def __init__(self, address: str, credentials: object, *, token: str, allow_plaintext: bool) -> None:
        self.address, self.token = address, token
        self.encrypted, self.allow_plaintext = credentials is not None, allow_plaintext


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "Client", Recorder)


def _made(connection: Connection, **environment: str) -> Recorder:
    made = connection.client(environment)
    assert isinstance(made, Recorder)
    return made


@pytest.mark.usefixtures("recorder")
def test_the_token_comes_from_a_file_or_else_from_a_variable(tmp_path: Path) -> None:
    file, (first, second) = tmp_path / "token", (tokens.new(), tokens.new())
    file.write_text(f"{first}\n", "utf-8")
    variable = {"NEWSWEAVE_TOKEN": second}
    assert _made(Connection(HERE)).token == ""
    assert _made(Connection(HERE), **variable).token == second
    assert _made(Connection(HERE, token_file=file), **variable).token == first


@pytest.mark.parametrize("text", ["two words", "two\nlines", "\x7f", "é"])
def test_what_cannot_be_a_token_is_told_without_being_shown(text: str) -> None:
    with pytest.raises(SettingsError) as told:
        Connection(HERE).client({"NEWSWEAVE_TOKEN": text})
    assert str(told.value) == "NEWSWEAVE_TOKEN holds no token: it must be one word in ASCII"


@pytest.mark.usefixtures("recorder")
def test_nothing_is_encrypted_unless_it_is_asked_for() -> None:
    assert not _made(Connection(THERE)).encrypted
    assert _made(Connection(THERE, tls=True)).encrypted
    assert _made(Connection(THERE, allow_plaintext=True)).allow_plaintext


def test_a_token_does_not_leave_this_machine_in_plaintext_unless_that_is_asked_for() -> None:
    environment = {"NEWSWEAVE_TOKEN": "secret"}
    with pytest.raises(SettingsError, match=r"news\.example:1 over TLS only.*--allow-plaintext") as told:
        Connection(THERE).client(environment)
    assert "secret" not in str(told.value)
    for connection in (
        Connection(THERE, tls=True),
        Connection(THERE, allow_plaintext=True),
        Connection(HERE),
    ):
        connection.client(environment).close()


def test_files_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"\xff")
    faults = {
        Connection(HERE, ca=file): "file holds no certificates of authorities",
        Connection(HERE, ca=tmp_path / "gone"): "gone holds no certificates of authorities: No such file",
        Connection(HERE, certificate=file): "--client-certificate and --client-key are needed together",
        Connection(HERE, certificate=file, key=file): "are no certificate and its unencrypted key",
        Connection(HERE, token_file=file): "file holds no token: it must be one word in ASCII",
        Connection(HERE, token_file=tmp_path / "gone"): "gone cannot be read: No such file",
    }
    for connection, fault in faults.items():
        with pytest.raises(SettingsError, match=fault):
            connection.client({})
