"""Whether PEM files are what they should be. gRPC would not tell, and only fail to connect."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from service.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path


def check_pair(certificate: Path, key: Path) -> None:
    """Check a certificate, with its chain, and its key.

    Raises:
        SettingsError: One is no PEM of its kind, the key is encrypted, or they do not match.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # The password keeps OpenSSL from asking the terminal for one.
        context.load_cert_chain(certificate, key, password=lambda: b"")
    except OSError as error:
        message = f"{certificate} and {key} are no certificate and its unencrypted key: {_said(error)}"
        raise SettingsError(message) from None


def check_authorities(path: Path) -> None:
    """Check the certificates of authorities.

    Raises:
        SettingsError: The file holds none.
    """
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except OSError as error:
        message = f"{path} holds no certificates of authorities: {_said(error)}"
        raise SettingsError(message) from None


def _said(error: OSError) -> str:
    """Return what OpenSSL or the system says."""
    return getattr(error, "reason", None) or error.strerror or "PEM is expected"
