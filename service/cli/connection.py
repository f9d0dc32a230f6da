"""How the command line reaches a server, and shows who calls."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import grpc

from newsweave import Client
from service.errors import SettingsError
from service.rpc import pem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Values of flags can be seen by every user of the machine; those of variables and files cannot.
TOKEN_VARIABLE = "NEWSWEAVE_TOKEN"  # noqa: S105  the name of a variable
_WORD = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a server is, and what is needed to be let in.

    Attributes:
        address: Host and port.
        tls: Whether to encrypt, even if no other attribute asks for that.
        ca: Certificates of the authorities that are trusted; None: those that gRPC knows.
        certificate: The certificate that is shown to the server.
        key: The key of that certificate.
        token_file: Holds the token; None: the variable does, if it is set.
        allow_plaintext: Whether the token may go to another machine without TLS.
    """

    address: str
    tls: bool = False
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    token_file: Path | None = None
    allow_plaintext: bool = False

    def client(self, environment: Mapping[str, str]) -> Client:
        """Return a client.

        Raises:
            SettingsError: A file cannot be used, or the token would go to another machine without TLS.
        """
        token, credentials, plain = self._token(environment), self._credentials(), self.allow_plaintext
        try:
            return Client(self.address, credentials, token=token, allow_plaintext=plain)
        except ValueError as error:
            message = f"{error}, such as --tls or --ca, or give --allow-plaintext"
            raise SettingsError(message) from None

    def _token(self, environment: Mapping[str, str]) -> str:
        raw = _bytes(self.token_file) if self.token_file else environment.get(TOKEN_VARIABLE, "").encode()
        token = raw.decode("ascii", errors="replace").strip()
        if token and not _WORD.fullmatch(token):
            message = f"{self.token_file or TOKEN_VARIABLE} holds no token: it must be one word in ASCII"
            raise SettingsError(message)
        return token

    def _credentials(self) -> grpc.ChannelCredentials | None:
        if (self.certificate is None) != (self.key is None):
            message = "--client-certificate and --client-key are needed together"
            raise SettingsError(message)
        if not (self.tls or self.ca or self.certificate):
            return None
        return grpc.ssl_channel_credentials(_authorities(self.ca), *_pair(self.key, self.certificate))


def _authorities(path: Path | None) -> bytes | None:
    if path is None:
        return None
    pem.check_authorities(path)
    return path.read_bytes()


def _pair(key: Path | None, certificate: Path | None) -> tuple[bytes | None, bytes | None]:
    if key is None or certificate is None:
        return None, None
    pem.check_pair(certificate, key)
    return key.read_bytes(), certificate.read_bytes()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise SettingsError(message) from None
