"""Addresses that a reader may follow."""

from __future__ import annotations

import re

# Stricter than RFC 3986: what browsers drop or mend (spaces, controls, backslashes) is not followed at all.
_ADDRESS = re.compile(
    r"https?://[^\s\\<>\"'\x00-\x20\x7f-\x9f/?#][^\s\\<>\"'\x00-\x20\x7f-\x9f]*", re.IGNORECASE
)


def followable(uri: str) -> str:
    """Return the address if it is one of http or https, and nothing otherwise."""
    return uri if _ADDRESS.fullmatch(uri) else ""
