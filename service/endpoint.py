"""Settings -> the drafter behind an endpoint, which needs neither files nor torch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from models import manifest
from models.batches import no_report
from models.endpoint import errors
from models.endpoint.client import Address
from models.endpoint.drafter import EndpointDrafter
from models.manifest import Role
from service.addresses import is_here
from service.domain import ModelCard
from service.errors import NotCopied, NotWritten, SettingsError
from service.loading import errors_of_the_service
from service.ports import Written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.batches import Report
    from models.manifest import Prompt
    from service.ports import Check, DraftRequest, RemoteDrafter
    from service.settings import Settings

# Whose licence it is not known (SPDX 2.3, 7.13).
_UNKNOWN_LICENCE = "NOASSERTION"


def remote_drafter(settings: Settings, report: Report = no_report) -> RemoteDrafter:
    """Return the drafter at ``drafter_url``; nothing is connected yet.

    Raises:
        SettingsError: The file of its key cannot be used.
        ModelFilesError: There is no such manifest, or it has no prompt.
    """
    return _Remote(EndpointDrafter(_address(settings), _prompt(settings), report))


def _address(settings: Settings) -> Address:
    return Address(
        url=settings.drafter_url,
        model=settings.drafter_model,
        key=_key(settings.drafter_key_file),
        timeout_seconds=settings.drafter_timeout_seconds,
        concurrency=settings.drafter_concurrency,
        # A proxy would carry out of this machine what is meant to stay in it.
        use_proxy=not is_here(urlsplit(settings.drafter_url).hostname or ""),
    )


def _prompt(settings: Settings) -> Prompt | None:
    if not settings.drafter_prompt:
        return None
    with errors_of_the_service():
        return manifest.load_as(Role.DRAFTER, settings.drafter_prompt).prompt


def _key(path: str) -> str:
    """Return the key in a file. Raises SettingsError, which tells nothing of what the file holds."""
    if not path:
        return ""
    try:
        key = Path(path).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        message = f"drafter_key_file {path} cannot be read: {getattr(error, 'strerror', 'it is not ASCII')}"
        raise SettingsError(message) from None
    if not key.isprintable() or not key or " " in key:
        message = f"drafter_key_file {path} must hold one key, and nothing else"
        raise SettingsError(message)
    return key


class _Remote:
    """A drafter behind an endpoint, with its errors and its identity as nouns of the service."""

    def __init__(self, drafter: EndpointDrafter) -> None:
        self._drafter = drafter

    @property
    def card(self) -> ModelCard:
        return _card(self._drafter.writer)

    def draft(self, requests: Sequence[DraftRequest], check: Check, seconds: float) -> list[Written]:
        try:
            written = self._drafter.draft(requests, check, seconds)
        except errors.NotWritten as error:
            raise NotWritten(str(error)) from None
        except errors.NotCopied as error:
            raise NotCopied(error.text, error.words, error.writer) from None
        return [Written(draft.text, _card(draft.writer)) for draft in written]

    def close(self) -> None:
        self._drafter.close()


def _card(writer: str) -> ModelCard:
    return ModelCard(Role.DRAFTER.value, writer, _UNKNOWN_LICENCE, "", precision="")
