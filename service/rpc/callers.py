"""Who calls: the one noun for it, and by what each is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newsweave.v1 import newsweave_pb2 as pb

if TYPE_CHECKING:
    from service.rpc.tokens import TokenHash
    from service.settings import Settings

RPCS = frozenset(method.name for method in pb.DESCRIPTOR.services_by_name["SummarizerService"].methods)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one caller may ask for; None leaves the limits of the server as they are.

    Attributes:
        max_calls: Calls that it may have under way at the same time.
        max_request_characters: As the setting of this name, and never above it; binds digests as well.
        max_request_html_characters: The same for pages of HTML.
    """

    max_calls: int | None = None
    max_request_characters: int | None = None
    max_request_html_characters: int | None = None

    def on(self, settings: Settings) -> Settings:
        """Return the settings with the limits of the caller in them."""
        own = {
            "max_request_characters": self.max_request_characters,
            "max_request_html_characters": self.max_request_html_characters,
            "max_digest_characters": self.max_request_characters,
            "max_digest_html_characters": self.max_request_html_characters,
        }
        lower = {name: min(most, getattr(settings, name)) for name, most in own.items() if most is not None}
        return replace(settings, **lower) if lower else settings


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as everything behind the border of gRPC knows it.

    Attributes:
        name: Safe to be logged and counted by: that of the file of callers, or of a certificate.
        rpcs: Names of the RPCs that it may call.
        limits: What it may ask for.
    """

    name: str
    rpcs: frozenset[str] = RPCS
    limits: Limits = Limits()


ANYBODY = Caller("anybody")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the file: a caller, and by what it is known."""

    caller: Caller
    tokens: tuple[TokenHash, ...]
    certificates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Callers:
    """All callers of a file."""

    entries: tuple[Entry, ...]

    def by_token(self, token: str) -> Caller | None:
        """Return whose token this is.

        Every hash of the file is compared, whether or not one has matched, so that the time tells neither
        which callers exist nor how near a guess came.
        """
        found = None
        for entry in self.entries:
            for known in entry.tokens:
                if known.matches(token):
                    found = entry.caller
        return found

    def by_certificate(self, names: tuple[str, ...]) -> Caller | None:
        """Return whose certificate has one of the names."""
        matching = (entry.caller for entry in self.entries if set(names) & set(entry.certificates))
        return next(matching, None)
