"""What holds for every test."""

from __future__ import annotations

import os

import pytest

from service.settings import ENVIRONMENT_PREFIX


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep settings of the shell that runs the tests out of them."""
    for name in [name for name in os.environ if name.startswith(ENVIRONMENT_PREFIX)]:
        monkeypatch.delenv(name)
