"""Addresses and URLs that an operator names: whether they are well formed, and who else is there."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

_LARGEST_PORT = 65_535


def is_here(host: str) -> bool:
    """Return whether a host is this machine, for itself alone: of host names, only ``localhost`` is."""
    host = host.strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_plaintext_elsewhere(url: str) -> bool:
    """Return whether what is sent to a URL can be read on its way to another machine."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not is_here(parts.hostname or "")


def address_fault(name: str, address: str) -> str:
    """Return what is wrong with HOST:PORT, or nothing."""
    host, _, port = address.rpartition(":")
    if host and port.isdecimal() and int(port) <= _LARGEST_PORT:
        return ""
    return f"{name} is {address!r}, and must be HOST:PORT with a port from 0 to {_LARGEST_PORT}"


def url_fault(name: str, url: str) -> str:
    """Return what is wrong with a URL, or nothing; an empty one is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises if it is no number
    except ValueError as error:
        return f"{name} is {url!r}, which is no URL: {error}"
    if not url or (parts.scheme in {"http", "https"} and parts.hostname):
        return ""
    return f"{name} is {url!r}, and must begin with http:// or https://"
