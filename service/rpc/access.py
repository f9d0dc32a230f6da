"""The door: who calls, whether that caller may, and how many of its calls are under way."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from service.errors import PermissionDenied, TooManyCalls, Unauthenticated, WrongCredentials
from service.rpc import callers_file, tokens
from service.rpc.callers import ANYBODY, Caller

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from service.rpc.callers import Callers
    from service.rpc.reloaded import Reloaded
    from service.settings import Settings

    Metadata = Iterable[tuple[str, str | bytes]]
    Peer = Mapping[str, Iterable[bytes]]

_HEADER = "authorization"
_SCHEME = "bearer"
# That of a DNS name.
_LONGEST_NAME = 253
# An own call ends within seconds, and what it takes then is not known.
_RETRY_SECONDS = 1.0


class Access:
    """Lets callers in. Without a file of callers, everybody; with one, those that stand in it.

    To be used on the event loop only.
    """

    def __init__(self, callers: Reloaded[Callers] | None) -> None:
        """Take the callers; None lets everybody in who can connect."""
        self._callers = callers
        self._under_way: Counter[str] = Counter()

    @classmethod
    def of(cls, settings: Settings) -> Access:
        """Read the file of callers that the settings name. Raises SettingsError if it cannot be used."""
        return cls(callers_file.read(Path(settings.callers)) if settings.callers else None)

    def identify(self, metadata: Metadata, peer: Peer) -> Caller:
        """Return who calls: by its token, or else by the certificate of its connection.

        Args:
            metadata: What came with the call.
            peer: What gRPC knows about the other side of the connection.

        Raises:
            Unauthenticated: Neither was shown.
            WrongCredentials: What was shown is not in the file of callers.
        """
        names = _certificate_names(peer)
        if self._callers is None:
            return Caller(_shown(names[0])) if names else ANYBODY
        shown = [value for key, value in metadata if key == _HEADER]
        if not shown and not names:
            message = "a bearer token is needed in the metadata, authorization: Bearer TOKEN"
            raise Unauthenticated(message)
        known = self._callers.value
        caller = known.by_token(_token(shown)) if shown else known.by_certificate(names)
        if caller is None:
            message = "the token is not known" if shown else "the certificate is not one of a known caller"
            raise WrongCredentials(message)
        return caller

    @contextmanager
    def admit(self, caller: Caller, rpc: str) -> Iterator[None]:
        """Count a call of a caller as under way.

        Raises:
            PermissionDenied: The caller may not use this RPC.
            TooManyCalls: It has as many calls under way as it may.
        """
        if rpc not in caller.rpcs:
            message = f"{caller.name} may not call {rpc}"
            raise PermissionDenied(message, {"rpc": rpc})
        most = caller.limits.max_calls
        if most is not None and self._under_way[caller.name] >= most:
            raise _too_many(most)
        self._under_way[caller.name] += 1
        try:
            yield
        finally:
            self._under_way[caller.name] -= 1
            if not self._under_way[caller.name]:
                del self._under_way[caller.name]


def _certificate_names(peer: Peer) -> tuple[str, ...]:
    """Return the names of a client's certificate: its alternative names or, if it has none, its common name.

    gRPC has verified the certificate before the first call came.
    """
    for key in ("x509_subject_alternative_name", "x509_common_name"):
        if names := tuple(name.decode(errors="replace") for name in peer.get(key, ())):
            return names
    return ()


def _shown(name: str) -> str:
    """Return a name of a certificate as it may stand in a log: authorities sign any bytes, of any length."""
    return "".join(letter for letter in name if letter.isprintable())[:_LONGEST_NAME]


def _token(shown: list[str | bytes]) -> str:
    """Return the one token that was shown, or nothing, which no hash matches."""
    if len(shown) != 1 or not isinstance(shown[0], str):
        return ""
    scheme, _, token = shown[0].partition(" ")
    return token if scheme.lower() == _SCHEME and tokens.is_wellformed(token) else ""


def _too_many(most: int) -> TooManyCalls:
    message = f"the caller has {most} calls under way, and may have no more"
    return TooManyCalls(message, _RETRY_SECONDS, {"max_calls": str(most)})
