"""Certificates for tests, made by the openssl of the machine."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grpc
import pytest

if TYPE_CHECKING:
    from pathlib import Path

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def openssl(*arguments: str) -> None:
    """Run openssl, or skip the test."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed, and makes the certificates of this test")
    subprocess.run([program, *arguments], check=True, capture_output=True)


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    certificate: Path
    key: Path

    def settings(self) -> dict[str, Any]:
        return {"tls_certificate": str(self.certificate), "tls_key": str(self.key)}


@dataclass(frozen=True)
class Authority:
    """An authority that has issued certificates into a folder."""

    folder: Path

    @property
    def certificate(self) -> Path:
        return self.folder / "ca.pem"

    @classmethod
    def new(cls, folder: Path) -> Authority:
        folder.mkdir(parents=True)
        names = ("-keyout", str(folder / "ca.key"), "-out", str(folder / "ca.pem"))
        openssl("req", "-x509", *_KEY, *names, "-days", "2", "-subj", "/CN=an authority")
        return cls(folder)

    def issue(self, name: str, alternatives: str = "DNS:localhost,IP:127.0.0.1") -> Pair:
        """Issue a certificate; without alternatives, it has a common name only."""
        made = Pair(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={alternatives}" if alternatives else "", "utf-8")
        openssl("req", *_KEY, "-keyout", str(made.key), "-out", str(request), "-subj", f"/CN={name}")
        issuer = ("-CA", str(self.certificate), "-CAkey", str(self.folder / "ca.key"), "-CAcreateserial")
        files = ("-in", str(request), "-out", str(made.certificate), "-extfile", str(extensions))
        openssl("x509", "-req", *files, *issuer, "-days", "2")
        return made

    def trusted(self, shown: Pair | None = None) -> grpc.ChannelCredentials:
        """Return the credentials of a client that trusts this authority and shows a certificate."""
        if shown is None:
            return grpc.ssl_channel_credentials(self.certificate.read_bytes())
        return grpc.ssl_channel_credentials(
            self.certificate.read_bytes(), shown.key.read_bytes(), shown.certificate.read_bytes()
        )
