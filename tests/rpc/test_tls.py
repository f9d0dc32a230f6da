from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from typer.testing import CliRunner

from newsweave import AsyncClient
from service.cli import app
from service.cli.faults import exit_status
from service.errors import NewsweaveError, SettingsError
from service.rpc import callers_file, tokens
from service.rpc.server import running
from tests.rpc.certificates import Authority, Pair, openssl

if TYPE_CHECKING:
    from pathlib import Path

    from newsweave import CallError
    from tests.rpc.conftest import Hosted, Serve, Served


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.new(tmp_path_factory.mktemp("tls") / "ca")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.new(tmp_path_factory.mktemp("tls") / "other")


@pytest.fixture
def used(authority: Authority, tmp_path: Path) -> Pair:
    """Return a certificate in files of its own, which a test may change."""
    return _copied(authority.issue("first"), Pair(tmp_path / "server.pem", tmp_path / "server.key"))


def _copied(source: Pair, target: Pair) -> Pair:
    target.certificate.write_bytes(source.certificate.read_bytes())
    target.key.write_bytes(source.key.read_bytes())
    return target


async def _asked(address: str, credentials: grpc.ChannelCredentials) -> str:
    async with AsyncClient(address, credentials) as client:
        return (await client.server_info(timeout=20)).version


async def _cannot_connect(served: Served, credentials: grpc.ChannelCredentials) -> CallError:
    async with AsyncClient(served.address, credentials) as client:
        error = await served.refused(client.server_info(timeout=20))
    assert (error.code, error.reason) == (grpc.StatusCode.UNAVAILABLE, "")
    return error


async def _shown(address: str, authority: Authority) -> str:
    """Return the common name of the certificate that a new connection meets."""

    def connect() -> str:
        host, _, port = address.rpartition(":")
        context = ssl.create_default_context(cafile=authority.certificate)
        context.set_alpn_protocols(["h2"])
        with (
            socket.create_connection((host, int(port))) as raw,
            context.wrap_socket(raw, server_hostname="localhost") as encrypted,
        ):
            peer: Any = encrypted.getpeercert()
            return str(dict(field for (field,) in peer["subject"])["commonName"])

    return await asyncio.to_thread(connect)


async def test_an_encrypted_server_answers_those_who_trust_its_authority(
    serve: Serve, authority: Authority, stranger: Authority, used: Pair
) -> None:
    async with serve(**used.settings()) as served:
        assert await _asked(served.address, authority.trusted()) == "9.9"
        await _cannot_connect(served, stranger.trusted())
        plain = await served.refused(served.client.server_info(timeout=20))
        assert (plain.code, plain.reason) == (grpc.StatusCode.UNAVAILABLE, "")


async def test_with_authorities_for_clients_nobody_connects_without_a_certificate_of_theirs(
    serve: Serve, authority: Authority, stranger: Authority, used: Pair
) -> None:
    client_ca = str(authority.certificate)
    async with serve(**used.settings(), tls_client_ca=client_ca) as served:
        assert await _asked(served.address, authority.trusted(authority.issue("reader"))) == "9.9"
        await _cannot_connect(served, authority.trusted())
        await _cannot_connect(served, authority.trusted(stranger.issue("reader")))


async def test_health_is_encrypted_too(serve: Serve, authority: Authority, used: Pair) -> None:
    async with (
        serve(**used.settings()) as served,
        aio.secure_channel(served.address, authority.trusted()) as channel,
    ):
        stub = health_pb2_grpc.HealthStub(channel)
        answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=20)
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_a_new_certificate_is_met_by_the_next_connection_and_old_ones_go_on(
    serve: Serve, authority: Authority, used: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "service")
    async with (
        serve(**used.settings()) as served,
        AsyncClient(served.address, authority.trusted()) as standing,
    ):
        await standing.server_info(timeout=20)
        assert await _shown(served.address, authority) == "first"
        _copied(authority.issue("second"), used)
        assert await _shown(served.address, authority) == "second"
        await standing.server_info(timeout=20)
    assert caplog.text.count("the files of TLS changed, and what is new is used") == 1


async def test_new_authorities_for_clients_hold_from_the_next_connection_on(
    serve: Serve, authority: Authority, stranger: Authority, used: Pair, tmp_path: Path
) -> None:
    client_ca = tmp_path / "clients.pem"
    client_ca.write_bytes(authority.certificate.read_bytes())
    mine, theirs = authority.issue("reader"), stranger.issue("reader")
    async with serve(**used.settings(), tls_client_ca=str(client_ca)) as served:
        await _cannot_connect(served, authority.trusted(theirs))
        client_ca.write_bytes(stranger.certificate.read_bytes())
        assert await _asked(served.address, authority.trusted(theirs)) == "9.9"
        await _cannot_connect(served, authority.trusted(mine))


@pytest.mark.parametrize("broken", ["cut", "mismatched", "gone"])
async def test_a_broken_new_certificate_leaves_the_old_one_and_is_told_once(
    serve: Serve, authority: Authority, used: Pair, caplog: pytest.LogCaptureFixture, broken: str
) -> None:
    second = authority.issue("second")
    async with serve(**used.settings()) as served:
        if broken == "cut":
            used.certificate.write_bytes(second.certificate.read_bytes()[:200])
        elif broken == "mismatched":
            used.certificate.write_bytes(second.certificate.read_bytes())
        else:
            used.key.unlink()
        for _ in range(2):
            assert await _shown(served.address, authority) == "first"
        assert caplog.text.count("the files of TLS changed and cannot be used, what was there stays") == 1
        _copied(second, used)
        assert await _shown(served.address, authority) == "second"


async def test_the_command_line_reaches_a_closed_server(
    serve: Serve, authority: Authority, used: Pair, tmp_path: Path
) -> None:
    token, reader = tokens.new(), authority.issue("reader")
    callers, article, shown = (tmp_path / name for name in ("callers.toml", "a.txt", "token"))
    callers.write_text(callers_file.line("desk", token), "utf-8")
    article.write_text("It rained.", "utf-8")
    shown.write_text(token, "utf-8")
    ca = str(authority.certificate)
    flags = ["--ca", ca, "--client-certificate", str(reader.certificate), "--client-key", str(reader.key)]

    async def status(address: str, *more: str) -> int:
        command = ["summarize", str(article), "--address", address, *more]
        result = await asyncio.to_thread(CliRunner().invoke, app, command)
        if isinstance(result.exception, NewsweaveError):
            return exit_status(result.exception)
        return result.exit_code

    async with serve(**used.settings(), tls_client_ca=ca, callers=str(callers)) as served:
        assert await status(served.address, *flags, "--token-file", str(shown)) == 0
        assert await status(served.address, *flags) == 2
        assert await status(served.address, "--ca", ca, "--token-file", str(shown)) == 3
        assert await status(served.address) == 3


async def test_files_that_cannot_be_used_are_told_at_the_start(
    hosted: Hosted, authority: Authority, used: Pair, tmp_path: Path
) -> None:
    async def fault(**settings: Any) -> str:  # noqa: ANN401  settings are of many kinds
        with pytest.raises(SettingsError) as told:
            async with running(*hosted(**{**used.settings(), **settings})):
                pass
        return str(told.value)

    empty = tmp_path / "empty.pem"
    empty.touch()
    other = str(authority.issue("second").key)
    assert await fault(tls_certificate="/nowhere.pem") == (
        "/nowhere.pem cannot be read: No such file or directory"
    )
    assert "no certificate and its unencrypted key: KEY_VALUES_MISMATCH" in await fault(tls_key=other)
    assert "no certificate and its unencrypted key" in await fault(tls_certificate=str(empty))
    assert "empty.pem holds no certificates of authorities" in await fault(tls_client_ca=str(empty))


async def test_a_key_with_a_password_is_refused_and_nobody_is_asked_for_it(
    hosted: Hosted, used: Pair, tmp_path: Path
) -> None:
    locked = tmp_path / "locked.key"
    command = f"pkcs8 -topk8 -in {used.key} -out {locked} -passout pass:secret"
    openssl(*command.split())
    with pytest.raises(SettingsError, match="unencrypted key"):
        async with running(*hosted(**{**used.settings(), "tls_key": str(locked)})):
            pass
