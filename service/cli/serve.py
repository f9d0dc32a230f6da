"""``newsweave serve``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service import bootstrap
from service.cli import log
from service.cli.flags import with_settings

if TYPE_CHECKING:
    from service.settings import Settings


def _serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; log lines are JSON objects on stderr."""
    log.to_stderr()
    bootstrap.serve(settings)


command = with_settings(_serve)
