"""The drafter behind an endpoint, as the service makes it of its settings."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from service.domain import ModelCard
from service.endpoint import remote_drafter
from service.errors import ModelFilesError, NotCopied, NotWritten, SettingsError
from service.ports import DraftRequest, Written
from service.settings import Settings
from tests.chat_endpoint import MODEL, SERVED_AS, Chat, chatting, status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRE = "A fire at the port of Moss hurt 12 men."
REQUEST = DraftRequest((FIRE, "On Monday, 12 men were hurt."), 30)


@pytest.fixture
def chat() -> Iterator[Chat]:
    with chatting(Chat(write=lambda _: FIRE)) as chat:
        yield chat


def settings(chat: Chat, **more: Any) -> Settings:  # noqa: ANN401  what settings have
    return Settings(drafter_url=chat.url, drafter_model=MODEL, drafter_timeout_seconds=5, **more)


def drafted(chosen: Settings) -> Written:
    drafter = remote_drafter(chosen)
    try:
        return drafter.draft([REQUEST], lambda: None, 5.0)[0]
    finally:
        drafter.close()


def test_a_draft_comes_with_the_card_of_its_writer(chat: Chat) -> None:
    host = chat.url.removeprefix("http://").removesuffix("/v1")
    written = drafted(settings(chat))
    assert written == Written(FIRE, ModelCard("drafter", f"{SERVED_AS} at {host}", "NOASSERTION", "", ""))


def test_the_key_of_the_file_is_shown(chat: Chat, tmp_path: Path) -> None:
    chat.key = "sk-0123"
    (tmp_path / "key").write_text("sk-0123\n", encoding="ascii")
    assert drafted(settings(chat, drafter_key_file=str(tmp_path / "key"))).text == FIRE


@pytest.mark.parametrize("content", ["", " \n", "sk-0123 sk-4567", "sk-0123\nsk-4567", "sk-\u00fc"])
def test_a_file_that_holds_no_key_is_refused_without_telling_what_it_holds(
    chat: Chat, tmp_path: Path, content: str
) -> None:
    (tmp_path / "key").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"drafter_key_file .*key") as told:
        remote_drafter(settings(chat, drafter_key_file=str(tmp_path / "key")))
    assert "sk-" not in str(told.value)


def test_a_file_that_is_not_there_is_told(chat: Chat, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        remote_drafter(settings(chat, drafter_key_file=str(tmp_path / "none")))


def test_the_prompt_of_a_manifest_is_used(chat: Chat) -> None:
    drafted(settings(chat, drafter_prompt="newsweave-drafter-2"))
    assert chat.asked[-1]["messages"][0]["content"] == "Merge."
    with pytest.raises(ModelFilesError, match="no manifest"):
        remote_drafter(settings(chat, drafter_prompt="none"))
    with pytest.raises(ModelFilesError, match="drafter is needed"):
        remote_drafter(settings(chat, drafter_prompt="minilm-l6"))


def test_failures_are_those_of_the_service(chat: Chat) -> None:
    chat.write = lambda _: "A fire at the port of Oslo hurt 12 men."
    with pytest.raises(NotCopied) as told:
        drafted(settings(chat))
    assert (told.value.text, told.value.words) == ("A fire at the port of Oslo hurt 12 men.", ("Oslo",))
    assert told.value.writer == f"{SERVED_AS} at {chat.url.removeprefix('http://').removesuffix('/v1')}"
    chat.fault = status(500)
    with pytest.raises(NotWritten, match="status 500"):
        drafted(settings(chat))


def test_a_proxy_of_the_environment_gets_nothing_that_is_meant_for_this_machine(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert drafted(settings(chat)).text == FIRE


def test_it_needs_no_torch() -> None:
    program = "import sys, service.endpoint; sys.exit(bool({'torch', 'transformers'} & set(sys.modules)))"
    paths = {"PYTHONPATH": ":".join(sys.path)}
    assert subprocess.run([sys.executable, "-c", program], check=False, env=paths).returncode == 0
