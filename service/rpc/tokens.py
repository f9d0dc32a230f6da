"""Bearer tokens: how they are made, and the salted hashes by which they are known.

A token is 256 random bits, made here and never chosen by a person. Nobody can guess through so many,
however fast a guess is checked, so one round of SHA-256 keeps a token as safe as a slow derivation would
(NIST SP 800-63B, 5.1.2.2), and a stranger cannot keep the server busy by showing wrong tokens.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

_BYTES = 32
_SALT_BYTES = 16
# The prefix lets scanners of repositories find a token that was committed.
_PREFIX = "nwt_"
_TOKEN = re.compile(rf"{_PREFIX}[A-Za-z0-9_-]{{43}}")
_HASH = re.compile(r"sha256\$(?P<salt>[0-9a-f]{32})\$(?P<digest>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class TokenHash:
    """What is kept of a token: ``sha256$SALT$DIGEST`` in a file, both in hexadecimal.

    Attributes:
        salt: 16 random bytes.
        digest: SHA-256 of the salt and the token, 32 bytes.
    """

    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, token: str) -> TokenHash:
        """Hash a token with a new salt."""
        salt = secrets.token_bytes(_SALT_BYTES)
        return cls(salt, _digest(salt, token))

    @classmethod
    def parse(cls, text: str) -> TokenHash:
        """Read what ``str`` has written. Raises ValueError."""
        found = _HASH.fullmatch(text)
        if found is None:
            message = "is no hash of a token, sha256$SALT$DIGEST"
            raise ValueError(message)
        return cls(bytes.fromhex(found["salt"]), bytes.fromhex(found["digest"]))

    def __str__(self) -> str:
        return f"sha256${self.salt.hex()}${self.digest.hex()}"

    def matches(self, token: str) -> bool:
        """Return whether this is the hash of a token, in a time that tells nothing about either."""
        return hmac.compare_digest(_digest(self.salt, token), self.digest)


def new() -> str:
    """Return a new token."""
    return _PREFIX + secrets.token_urlsafe(_BYTES)


def is_wellformed(token: str) -> bool:
    """Return whether a text may be a token: a short word is none, even if its hash is in the file."""
    return _TOKEN.fullmatch(token) is not None


def _digest(salt: bytes, token: str) -> bytes:
    return hashlib.sha256(salt + token.encode()).digest()
