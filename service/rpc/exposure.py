"""What the settings open that could be closed: told once, when the server starts."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from service.addresses import is_here, is_plaintext_elsewhere

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
    yield from _drafter(settings)
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
    metrics, collector = settings.metrics_address, settings.otlp_endpoint
    if metrics and not is_here(metrics.rpartition(":")[0]):
        yield f"metrics at {metrics}: everybody who reaches it can read them, and they are not encrypted"
    if is_plaintext_elsewhere(collector):
        host = urlsplit(collector).hostname
        yield f"plaintext to the collector {host}: metrics and traces can be read on the way"


def _drafter(settings: Settings) -> Iterator[str]:
    host = urlsplit(settings.drafter_url).hostname or ""
    if host and not is_here(host):
        yield f"drafts at {host}: sentences of articles leave this machine"
    if is_plaintext_elsewhere(settings.drafter_url):
        yield f"plaintext to the drafter {host}: sentences of articles and its key can be read on the way"
    if settings.drafter_key_file and _mode(settings.drafter_key_file) & (stat.S_IRWXG | stat.S_IRWXO):
        yield f"drafter_key_file {settings.drafter_key_file} can be read by other users of this machine"


def _mode(path: str) -> int:
    """Return the rights of a file; one that is not there has none, and is told by whoever reads it."""
    try:
        return stat.S_IMODE(Path(path).stat().st_mode)
    except OSError:
        return 0
