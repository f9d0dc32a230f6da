"""Who may call from the page, and what every answer tells the browser."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import TYPE_CHECKING

import pytest

from service.rpc import callers_file, tokens
from service.rpc import endpoint as endpoint_module
from tests.rpc.certificates import Authority
from tests.rpc.page_calls import HERE, asked, begun, called, request_of, streamed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rpc.conftest import Serve

PATIENCE = 20.0


async def test_callers_are_let_in_by_their_tokens(serve: Serve, tmp_path: Path) -> None:
    token, path = tokens.new(), tmp_path / "callers.toml"
    line = callers_file.line("desk", token).removesuffix(" }")
    path.write_text(f'{line}, rpcs = ["StreamSummarize"], max_request_characters = 100 }}\n', "utf-8")
    async with serve(web=HERE, callers=str(path)) as served:
        outcomes = {
            name: (await streamed(served, request_of("x" * 101), **headers)).outcome
            for name, headers in {
                "none": {},
                "wrong": {"authorization": f"Bearer {tokens.new()}"},
                "malformed": {"authorization": "Bearer é"},
                "right": {"authorization": f"Bearer {token}"},
            }.items()
        }
        denied = await called(
            served.server.side_address, "GetServerInfo", "{}", {"authorization": f"Bearer {token}"}
        )
    assert outcomes == {
        "none": ("UNAUTHENTICATED", "MISSING_CREDENTIALS"),
        "wrong": ("UNAUTHENTICATED", "WRONG_CREDENTIALS"),
        "malformed": ("UNAUTHENTICATED", "WRONG_CREDENTIALS"),
        "right": ("INVALID_ARGUMENT", "INPUT_TOO_LARGE"),
    }
    assert denied.outcome == ("PERMISSION_DENIED", "RPC_NOT_ALLOWED")


async def test_a_caller_that_leaves_before_its_message_has_come_holds_no_place(
    serve: Serve, tmp_path: Path
) -> None:
    token, path = tokens.new(), tmp_path / "callers.toml"
    path.write_text(f"{callers_file.line('desk', token).removesuffix(' }')}, max_calls = 1 }}\n", "utf-8")
    shown = {"authorization": f"Bearer {token}"}
    async with serve(web=HERE, callers=str(path)) as served:
        address = served.server.side_address
        headers = f"content-length: 100\r\nauthorization: Bearer {token}\r\n"
        _, writer = await begun(address, '{"articles"', headers)
        async with asyncio.timeout(PATIENCE):
            while (await called(address, "GetServerInfo", "{}", shown)).outcome[1] != "TOO_MANY_CALLS":
                pass
            writer.close()
            while (await called(address, "GetServerInfo", "{}", shown)).outcome != ("OK", ""):
                pass


async def test_nothing_of_a_message_is_read_before_its_caller_is_known(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "callers.toml").write_text(callers_file.line("desk", tokens.new()) + "\n", "utf-8")
    monkeypatch.setattr(endpoint_module, "_message", None)
    async with serve(web=HERE, callers=str(tmp_path / "callers.toml")) as served:
        reader, writer = await begun(served.server.side_address, "", "content-length: 100\r\n")
        async with asyncio.timeout(PATIENCE):
            assert b"MISSING_CREDENTIALS" in await reader.readuntil(b"}}")
        writer.close()


@pytest.mark.parametrize(
    ("headers", "http"),
    [
        ({"origin": "http://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
        ({"host": "elsewhere.example"}, 403),
        ({"host": "127.0.0.1:1"}, 403),
    ],
)
async def test_other_pages_cannot_call(serve: Serve, headers: dict[str, str], http: int) -> None:
    async with serve(web=HERE) as served:
        answer = await called(served.server.side_address, "GetServerInfo", "{}", headers)
    assert answer.http == http
    assert "access-control-allow-origin" not in answer.headers


async def test_every_answer_tells_the_browser_what_it_may_not(serve: Serve) -> None:
    async with serve(web=HERE) as served:
        address = served.server.side_address
        answers = [await asked(address, "GET", path) for path in ("/", "/try.css", "/try.js", "/nowhere")]
        answers += [await called(address, "GetServerInfo"), await called(address, "BatchSummarize")]
        answers += [await asked(address, "GET", "/", headers={"host": "elsewhere.example"})]
    assert [answer.http for answer in answers] == [200, 200, 200, 404, 200, 404, 403]
    for answer in answers:
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; ")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert not {"set-cookie", "server", "access-control-allow-origin"} & set(answer.headers)


async def test_the_page_is_served_over_tls_with_the_certificate_of_the_server(
    serve: Serve, tmp_path: Path
) -> None:
    authority = Authority.new(tmp_path / "authority")
    used = authority.issue("server")
    trust = ssl.create_default_context(cafile=str(authority.certificate))
    async with serve(web=HERE, ready=True, **used.settings()) as served:
        address = served.server.side_address
        assert (await called(address, "GetServerInfo", context=trust)).outcome == ("OK", "")
        for old, new in zip(
            used.settings().values(), authority.issue("next").settings().values(), strict=True
        ):
            (tmp_path / "authority" / old).write_bytes((tmp_path / "authority" / new).read_bytes())
        shown = await asyncio.to_thread(_common_name, address, trust)
    assert shown == "next"


def _common_name(address: str, trust: ssl.SSLContext) -> str:
    host, _, port = address.rpartition(":")
    with (
        socket.create_connection((host, int(port))) as plain,
        trust.wrap_socket(plain, server_hostname=host) as encrypted,
    ):
        shown = encrypted.getpeercert() or {}
    names: dict[str, str] = dict(part[0] for part in shown["subject"])  # type: ignore[misc]  # pairs
    return names["commonName"]
