"""Every system by name, with what its output depends on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import grpc

from bench import neural
from bench.rows import signature
from bench.systems import extractive, newsweave, prompted
from bench.systems.output import Output
from newsweave import CallError
from newsweave import messages as pb
from service.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.corpora.clusters import Cluster
    from newsweave import Client

NEWSWEAVE = "newsweave"
_ROOT = Path(__file__).resolve().parents[2]
# What the output of every system depends on: cleaning, splitting, words, and the budget.
_INPUT = (
    "service/stages/clean.py",
    "service/stages/split.py",
    *(
        f"service/language/{module}.py"
        for module in ("classifier", "context", "furniture", "identify", "layout", "shape", "words")
    ),
    "service/language/classifier.toml",
    "bench/systems/sources.py",
    "bench/systems/output.py",
)
# What the service's own depends on: everything but what only people see.
_SERVICE = ("service", "models", "bench/systems/newsweave.py")
_SEEN = ("service/cli", "service/render")
_SOURCES = (".py", ".toml")
_FINAL = frozenset({grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION})
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
    drafter = neural.files(neural.PROMPTED).card
    model = signature(drafter=drafter.id, weights=drafter.weights_sha256[:12], **_libraries())
    sumy = signature(sumy=version("sumy"))
    return [
        _peer("lead", extractive.lead, ""),
        _peer("centroid", extractive.centroid, signature(sklearn=version("scikit-learn"))),
        _peer("lexrank", extractive.lexrank, sumy),
        _peer("textrank", extractive.textrank, sumy),
        _peer("asked-directly", prompted.direct, model, _FEW, ("models/loading.py",)),
        _peer("map-reduce", prompted.map_reduce, model, _FEW, ("models/loading.py",)),
    ]


def own(client: Client) -> list[System]:
    """Return Newsweave, and Newsweave without its drafter."""
    settings = neural.settings()
    cards = [neural.files(name).card for name in settings.models]
    models = ",".join(f"{card.id}@{card.weights_sha256[:12]}" for card in cards)
    depends = signature(version=VERSION, settings=settings.sha256[:12], models=models, **_libraries())
    code = digest(*_SERVICE)
    modes = {NEWSWEAVE: pb.DRAFTING_ABSTRACTIVE, f"{NEWSWEAVE}-extractive": pb.DRAFTING_EXTRACTIVE}
    return [
        System(name, _answering(newsweave.asking(client, mode)), depends, code)
        for name, mode in modes.items()
    ]


def _answering(ask: Callable[[Cluster], Output]) -> Callable[[Cluster], Output]:
    """Take a refusal that no second attempt would change for an empty answer."""

    def summarize(cluster: Cluster) -> Output:
        try:
            return ask(cluster)
        except CallError as error:
            if error.code in _FINAL:
                return Output(())
            raise

    return summarize


def _libraries() -> dict[str, str]:
    return {name: version(name) for name in ("torch", "transformers")}


def _peer(
    name: str,
    summarize: Callable[[Cluster], Output],
    depends: str,
    clusters: int | None = None,
    needs: tuple[str, ...] = (),
) -> System:
    module = Path(summarize.__code__.co_filename).relative_to(_ROOT)
    return System(name, summarize, depends, digest(*_INPUT, *needs, str(module)), clusters)


def digest(*places: str) -> str:
    """Return the digest of source files and of all source files in folders, by their paths from the root."""
    found = hashlib.sha256()
    for path in sorted(_sources(*places)):
        found.update(path.read_bytes())
    return found.hexdigest()


def _sources(*places: str) -> Iterator[Path]:
    for place in places:
        path = _ROOT / place
        files = path.rglob("*") if path.is_dir() else [path]
        yield from (file for file in files if file.suffix in _SOURCES and not _is_only_seen(file))


def _is_only_seen(file: Path) -> bool:
    return file.relative_to(_ROOT).as_posix().startswith(_SEEN)
