"""Every system by name, with what its output depends on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from bench import neural
from bench.rows import signature
from bench.systems import extractive, newsweave, prompted
from newsweave import messages as pb
from service.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.corpora.clusters import Cluster
    from bench.systems.output import Output
    from newsweave import Client

NEWSWEAVE = "newsweave"
_ROOT = Path(__file__).resolve().parents[2]
# What peers share with the service: cleaning, splitting, words.
_INPUT = ("service/stages/clean.py", "service/stages/split.py", "service/language")
_ALL = (
    "service/pipeline.py",
    "service/writing.py",
    "service/similarity.py",
    "service/stages",
    "service/language",
    "models",
)
# So many clusters of each corpus are enough for what takes most of a minute for one.
_FEW = 12


@dataclass(frozen=True, slots=True)
class System:
    """A system to be measured.

    Attributes:
        name: Its name in tables.
        summarize: A cluster in, a summary out.
        signature: What its output depends on besides the cluster.
        code: Digest of the code that it depends on.
        clusters: Most clusters of a corpus that it is asked about, or None for all.
    """

    name: str
    summarize: Callable[[Cluster], Output]
    signature: str
    code: str
    clusters: int | None = None


def peers() -> list[System]:
    """Return the systems that Newsweave is compared with."""
    drafter = neural.files(neural.settings().drafter).card
    model = signature(drafter=drafter.id, weights=drafter.weights_sha256[:12], torch=version("torch"))
    sumy = signature(sumy=version("sumy"))
    return [
        _peer("lead", extractive.lead, ""),
        _peer("centroid", extractive.centroid, signature(sklearn=version("scikit-learn"))),
        _peer("lexrank", extractive.lexrank, sumy),
        _peer("textrank", extractive.textrank, sumy),
        _peer("asked-directly", prompted.direct, model, _FEW),
        _peer("map-reduce", prompted.map_reduce, model, _FEW),
    ]


def own(client: Client) -> list[System]:
    """Return Newsweave, and Newsweave without its drafter."""
    settings = neural.settings()
    cards = [neural.files(name).card for name in (settings.encoder, settings.drafter)]
    models = ",".join(f"{card.id}@{card.weights_sha256[:12]}" for card in cards)
    depends = signature(version=VERSION, settings=settings.sha256[:12], models=models, torch=version("torch"))
    code = _digest(*_ALL)
    return [
        System(NEWSWEAVE, newsweave.asking(client, pb.DRAFTING_ABSTRACTIVE), depends, code),
        System(f"{NEWSWEAVE}-extractive", newsweave.asking(client, pb.DRAFTING_EXTRACTIVE), depends, code),
    ]


def _peer(
    name: str, summarize: Callable[[Cluster], Output], depends: str, clusters: int | None = None
) -> System:
    module = Path(summarize.__code__.co_filename).relative_to(_ROOT)
    return System(name, summarize, depends, _digest(*_INPUT, str(module)), clusters)


def _digest(*places: str) -> str:
    """Return the digest of source files and of all source files in folders."""
    digest = hashlib.sha256()
    for path in sorted(_sources(*places)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources(*places: str) -> Iterator[Path]:
    for place in places:
        path = _ROOT / place
        yield from path.rglob("*.py") if path.is_dir() else [path]
