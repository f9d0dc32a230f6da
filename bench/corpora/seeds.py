"""A cluster of articles on disk, with what a good summary of it holds."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from bench.corpora.clusters import Cluster, Text
from newsweave.v1 import newsweave_pb2 as pb
from service.domain import Article
from service.stages.extract import extract

WORDS = 200
_SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@dataclass(frozen=True, slots=True)
class Expectations:
    """Patterns on the text of a summary, all case-insensitive.

    Attributes:
        key_facts: What a good summary holds, by name.
        forbidden: What no summary may hold.
    """

    key_facts: dict[str, re.Pattern[str]]
    forbidden: tuple[re.Pattern[str], ...]

    def found(self, summary: str) -> list[str]:
        """Return the names of the key facts in ``summary``."""
        return [name for name, pattern in self.key_facts.items() if pattern.search(summary)]

    def trespasses(self, summary: str) -> list[str]:
        """Return the forbidden patterns in ``summary``."""
        return [pattern.pattern for pattern in self.forbidden if pattern.search(summary)]


@dataclass(frozen=True, slots=True)
class ArticleCluster:
    """Articles about one event.

    Attributes:
        name: The name of its folder.
        texts: Article texts by file name without the ending, line ends kept; of a page, what the service
            takes out of it.
        expectations: What a good summary holds.
        pages: The pages among them, as they are sent.
    """

    name: str
    texts: dict[str, str]
    expectations: Expectations
    pages: dict[str, str] = field(default_factory=dict)

    def sent(self) -> list[pb.Article]:
        """Return what the service is given: pages as pages."""
        return [
            pb.Article(id=name, html=self.pages[name])
            if name in self.pages
            else pb.Article(id=name, text=text)
            for name, text in self.texts.items()
        ]

    def to_summarize(self) -> Cluster:
        """Return what a system is given that reads text alone: the articles."""
        articles = tuple(Text(name, text) for name, text in self.texts.items())
        return Cluster(self.name, articles, WORDS)


def folders() -> list[Path]:
    """Return the folders of the clusters that ship with the project and are of text alone, for peers."""
    return sorted(path for path in _SEEDS.iterdir() if path.is_dir() and not any(path.glob("*.html")))


def folder(name: str) -> Path:
    """Return the folder of a cluster that ships with the project; it may not exist."""
    return _SEEDS / name


def load(folder: Path) -> ArticleCluster:
    """Read ``*.txt``, ``*.html`` and ``expectations.json`` of a folder."""
    texts, pages = _read(folder, "*.txt"), _read(folder, "*.html")
    sent = [Article(name, "", html=page) for name, page in pages.items()]
    texts |= {article.id: article.text for article in extract(sent, lambda: None)}
    raw = json.loads((folder / "expectations.json").read_bytes())
    key_facts = {fact["id"]: _pattern(fact["pattern"]) for fact in raw["key_facts"]}
    forbidden = tuple(_pattern(pattern) for pattern in raw["forbidden"])
    return ArticleCluster(folder.name, dict(sorted(texts.items())), Expectations(key_facts, forbidden), pages)


def expectations(name: str) -> Expectations | None:
    """Return what a good summary of a cluster that ships with the project holds, or None for any other."""
    return load(folder(name)).expectations if folder(name).is_dir() else None


def _read(folder: Path, names: str) -> dict[str, str]:
    return {path.stem: path.read_bytes().decode("utf-8") for path in sorted(folder.glob(names))}


def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE | re.DOTALL | re.MULTILINE)
