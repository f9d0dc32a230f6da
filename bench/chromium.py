"""The browser of this machine. None is fetched: it is a package of the distribution."""

from __future__ import annotations

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def program() -> str | None:
    """Return the path of the first one that is on the PATH, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)
