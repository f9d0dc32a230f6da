"""TLS of the server, from files: whoever connects after a change meets the new certificate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import grpc

from service.rpc import pem
from service.rpc.reloaded import Reloaded

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.settings import Settings


def server_credentials(settings: Settings) -> grpc.ServerCredentials | None:
    """Return the credentials that the settings name, or None for plaintext.

    With ``tls_client_ca``, a client without a certificate of these authorities cannot connect at all.

    Raises:
        SettingsError: A file cannot be read, or is no PEM of its kind, or key and certificate do not match.
    """
    if not settings.tls_certificate:
        return None
    paths = _paths(settings)
    files = Reloaded("the files of TLS", paths, lambda contents: _checked(paths, contents))
    return grpc.dynamic_ssl_server_credentials(
        _configuration(files.value),
        _changes(files),  # type: ignore[arg-type]  # gRPC takes None for "nothing changed"
        require_client_authentication=bool(settings.tls_client_ca),
    )


def _paths(settings: Settings) -> tuple[Path, ...]:
    """Return the certificate, the key and, if there are any, the authorities of clients."""
    names = (settings.tls_certificate, settings.tls_key, settings.tls_client_ca)
    return tuple(Path(name) for name in names if name)


def _changes(files: Reloaded[tuple[bytes, ...]]) -> Callable[[], grpc.ServerCertificateConfiguration | None]:
    """Return what gRPC asks before every handshake: a new configuration, or None if nothing changed."""
    known = files.value

    def fetch() -> grpc.ServerCertificateConfiguration | None:
        nonlocal known
        latest = files.value
        if latest is known:
            return None
        known = latest
        return _configuration(latest)

    return fetch


def _configuration(contents: tuple[bytes, ...]) -> grpc.ServerCertificateConfiguration:
    certificate, key, *authorities = contents
    return grpc.ssl_server_certificate_configuration(
        [(key, certificate)], authorities[0] if authorities else None
    )


def _checked(paths: tuple[Path, ...], contents: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Return the contents of the files if a server can use them. OpenSSL takes the files, not the bytes."""
    certificate, key, *authorities = paths
    pem.check_pair(certificate, key)
    for path in authorities:
        pem.check_authorities(path)
    return contents
