"""TLS of the page: the certificate of the server, and the new one as soon as its files change."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from service.rpc import pem
from service.rpc.reloaded import Reloaded

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.settings import Settings


def factory(settings: Settings) -> Callable[..., ssl.SSLContext] | None:
    """Return what makes the context that uvicorn asks for, or None for plaintext.

    Raises:
        SettingsError: A file cannot be read, or key and certificate do not match.
    """
    if not settings.tls_certificate:
        return None
    certificate, key = Path(settings.tls_certificate), Path(settings.tls_key)
    contexts = Reloaded("the files of TLS", (certificate, key), lambda _: _context(certificate, key))

    def latest(connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = contexts.value

    # It is called in every handshake, whether or not the client tells a name.
    first = _context(certificate, key)
    first.sni_callback = latest
    return lambda *_: first


def _context(certificate: Path, key: Path) -> ssl.SSLContext:
    pem.check_pair(certificate, key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
