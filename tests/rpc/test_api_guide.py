"""The examples of ``docs/api.md``, run against a server; in each language they print what the page says."""

from __future__ import annotations

import asyncio
import json
import runpy
import shutil
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from service.engine.admission import Admission
from service.errors import QueueFull
from service.rpc import callers_file, tokens
from tests.clients.page import PAGE, examples, named, printed
from tests.clients.programs import calling, compiled, furnished, run
from tests.rpc.certificates import Authority
from tests.rpc.test_bad_input import weave

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

    from service.engine.admission import Place
    from tests.rpc.conftest import Serve

PYTHON, TYPESCRIPT, GO, SHELL = (examples(language) for language in ("python", "ts", "go", "sh"))
PRINTED = printed()
SHARED = "client.ts"
NOT_RUN = {"grpcurl", "node", "go"}
# What only shows how an option is used.
PYTHON_ONLY = {"known"}


class For(Protocol):
    """Starts the server that an example is for, in the folder that it runs in."""

    def __call__(self, example: str) -> AbstractAsyncContextManager[str]: ...


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return furnished(tmp_path)


@pytest.fixture(scope="module")
def javascript(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(furnished(tmp_path_factory.mktemp("node")))


@pytest.fixture
def server(serve: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch) -> For:
    """Return what starts a server: for access one with callers, for retries one that refuses at first."""

    @asynccontextmanager
    async def start(example: str) -> AsyncIterator[str]:
        if example == "retries":
            _refuse_twice(monkeypatch)
        settings = _with_callers(folder) if example == "access" else {}
        async with serve(weave, **settings) as served:
            yield served.address

    return start


def _refuse_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts: list[float] = []

    def refuse(_: Admission, __: Place, now: float) -> None:
        attempts.append(now)
        if len(attempts) < 3:
            message = "full"
            raise QueueFull(message, 0.05)

    monkeypatch.setattr(Admission, "_refuse_beyond_bounds", refuse)


def _with_callers(folder: Path) -> dict[str, Any]:
    """Return the settings of a server that knows one caller, whose files the folder gets."""
    authority, token = Authority.new(folder / "ca"), tokens.new()
    shutil.copy(authority.certificate, folder / "ca.pem")
    (folder / "desk.token").write_text(token, "ascii")
    (folder / "callers.toml").write_text(callers_file.line("desk", token), "utf-8")
    return {**authority.issue("server").settings(), "callers": str(folder / "callers.toml")}


def _written(file: Path, code: str) -> str:
    file.write_text(code, "utf-8")
    return str(file)


def _lines(output: str) -> list[str]:
    """Return the lines in any order: the fakes hold spans of equal words to be close in another order."""
    return sorted(output.splitlines())


@pytest.mark.parametrize("name", sorted(PYTHON))
async def test_python(
    name: str, server: For, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    async with server(Path(name).stem) as address:
        program = await asyncio.to_thread(_written, folder / name, calling(address, PYTHON[name]))
        await asyncio.to_thread(runpy.run_path, program)
    assert _lines(capsys.readouterr().out) == _lines(PRINTED[Path(name).stem])


@pytest.mark.parametrize("name", sorted({*TYPESCRIPT} - {SHARED}))
async def test_typescript(name: str, server: For, folder: Path, javascript: Path) -> None:
    code = (javascript / name).with_suffix(".js").read_text("utf-8")
    async with server(Path(name).stem) as address:
        program = await asyncio.to_thread(_written, javascript / "asking.js", calling(address, code))
        output = await asyncio.to_thread(run, folder, "node", program)
    assert _lines(output) == _lines(PRINTED[Path(name).stem])


@pytest.mark.parametrize("name", sorted({*SHELL} - NOT_RUN))
async def test_shell(name: str, server: For, folder: Path) -> None:
    async with server(name) as address:
        ended = await asyncio.to_thread(run, folder, "sh", "-e", "-c", calling(address, SHELL[name]))
    assert TOLD[name] in ended


TOLD = {
    "first call": '"articleId": "herald"',
    "a stream": '"completed": {',
    "a batch": '"summary": {',
    "a digest": '"completed": {',
    "an error": "EMPTY_ARTICLES",
    "access": '"maxArticles"',
}


def test_every_language_has_the_same_examples() -> None:
    stems = [{Path(name).stem for name in language} for language in (PYTHON, TYPESCRIPT, GO)]
    assert stems[0] - PYTHON_ONLY == stems[1] - {"client"} == stems[2]
    assert stems[0] == set(PRINTED)


@pytest.mark.parametrize("text", ["```python\nprint()\n```\n", "```python\n#first.py\n```\n"])
def test_an_example_without_a_name_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="has no name"):
        dict(named("python", text))
    assert dict(named("ts", text)) == {}


async def test_a_story_with_nothing_new_does_not_break_the_example_of_digests(
    server: For, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    asked = json.loads((folder / "request.json").read_text("utf-8"))
    asked["options"]["background"] = [article["text"] for article in asked["articles"]]
    (folder / "request.json").write_text(json.dumps(asked), "utf-8")
    async with server("digest") as address:
        program = await asyncio.to_thread(
            _written, folder / "digest.py", calling(address, PYTHON["digest.py"])
        )
        await asyncio.to_thread(runpy.run_path, program)
    assert capsys.readouterr().out == "gazette, herald: nothing told\nblank: EMPTY_TEXT\n"


def test_the_page_says_what_is_not_run() -> None:
    assert "Those in Go and for `grpcurl` are not run." in " ".join(PAGE.split())
