"""The token of a caller, as it goes with its calls."""

from __future__ import annotations

import ipaddress


def bearer(token: str, target: str, *, is_safe: bool) -> tuple[tuple[str, str], ...]:
    """Return the metadata that shows a token; none for an empty one.

    Args:
        token: The token.
        target: Where calls go, as gRPC takes it.
        is_safe: Whether nobody can read what goes there.

    Raises:
        ValueError: The token would go to another machine in plaintext.
    """
    if not token:
        return ()
    if not is_safe and not _stays_here(target):
        message = f"a token goes to {target} over TLS only: give credentials"
        raise ValueError(message)
    return (("authorization", f"Bearer {token}"),)


def _stays_here(target: str) -> bool:
    """Return whether a target is this machine, as far as its name can tell."""
    if target.startswith(("unix:", "unix-abstract:")):
        return True
    host = target.rpartition("/")[2].rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
