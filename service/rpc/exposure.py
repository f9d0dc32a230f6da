"""What the settings open that could be closed: told once, when the server starts."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from service.settings import is_here

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.settings import Settings


def weaknesses(settings: Settings) -> Iterator[str]:
    """Tell each thing that weakens the access to the server, in one line."""
    if settings.is_public:
        yield from _public(settings, settings.address)
        if settings.reflection:
            yield f"reflection at {settings.address}: everybody who can connect is told the contract"
    if settings.web_is_public:
        yield from _public(settings, settings.web)
    yield from _telemetry(settings)
    if settings.tls_key and _mode(settings.tls_key) & (stat.S_IRWXG | stat.S_IRWXO):
        yield f"tls_key {settings.tls_key} can be read by other users of this machine"
    if settings.callers and _mode(settings.callers) & (stat.S_IWGRP | stat.S_IWOTH):
        yield f"callers {settings.callers} can be changed by other users of this machine"


def _public(settings: Settings, address: str) -> Iterator[str]:
    if not settings.tls_certificate:
        yield f"plaintext at {address}: articles, summaries and tokens can be read on the way"
    if not (settings.callers or settings.tls_client_ca):
        yield f"no callers at {address}: everybody who reaches it can use it"


def _telemetry(settings: Settings) -> Iterator[str]:
    metrics, collector = settings.metrics_address, urlsplit(settings.otlp_endpoint)
    if metrics and not is_here(metrics.rpartition(":")[0]):
        yield f"metrics at {metrics}: everybody who reaches it can read them, and they are not encrypted"
    if collector.scheme == "http" and not is_here(collector.hostname or ""):
        yield f"plaintext to the collector {collector.hostname}: metrics and traces can be read on the way"


def _mode(path: str) -> int:
    return stat.S_IMODE(Path(path).stat().st_mode)
