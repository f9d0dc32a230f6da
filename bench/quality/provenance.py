"""What a figure depends on: the data, the system, and the versions of both sides."""

from __future__ import annotations

from importlib import metadata

from bench.neural import EMBEDDING, settings
from bench.rows import signature
from bench.systems.catalogue import digest
from service.version import VERSION

NEWSWEAVE = "newsweave"
# Of the encoder as its publisher left it.
COSINE = "embedding cosine"
_DIGEST = 12


def signed(corpus: str, items: int, digest: str, system: str, *packages: str, **more: object) -> str:
    """Return the signature of a row.

    Args:
        corpus: The name of the data.
        items: How many items were used.
        digest: Digest of the data.
        system: The name of the system; one that begins with ours is signed with settings, version and code,
            one that begins with ``COSINE`` with the encoder.
        packages: The distributions that a peer comes from.
        more: Whatever else shapes the figures.
    """
    theirs = {package: metadata.version(package) for package in packages}
    return signature(
        corpus=corpus, items=items, data=digest[:_DIGEST], system=system, **_own(system), **theirs, **more
    )


def _own(system: str) -> dict[str, str]:
    if system.startswith(NEWSWEAVE):
        code = digest("service", "models")
        return {"settings": settings().sha256[:_DIGEST], "version": VERSION, "code": code[:_DIGEST]}
    return {"encoder": EMBEDDING} if system.startswith(COSINE) else {}
