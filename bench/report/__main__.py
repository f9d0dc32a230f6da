"""Writes ``bench/REPORT.md``, its charts, and ``bench/FIGURES.md`` from what is in ``bench/results``.

Nothing in them is by hand: the report is to be read, and the other page holds every figure behind it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bench import rows
from bench.report import charts, quality, speed, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FOLDER = Path(__file__).resolve().parents[1]


def main() -> None:
    """Write both pages."""
    _write("REPORT.md", _report())
    _write("FIGURES.md", _figures())


def _write(name: str, lines: Iterable[str]) -> None:
    page = _FOLDER / name
    page.write_text("\n".join(lines).rstrip() + "\n", "utf-8")
    print(page)


def _report() -> Iterator[str]:
    summaries = rows.load("summaries")
    charts.intervals("rouge", summaries, "ROUGE-1")
    yield "# What Newsweave is better at, and where it is not\n"
    yield _ABOUT
    yield "## In one minute\n"
    yield _MATRIX
    yield from standing.matrix(rows.load("differences"), speed.peers_record())
    yield "\n### Where Newsweave is worse\n"
    yield from _worse()
    yield "\n## Does it say what matters?\n"
    yield "![ROUGE-1 of every system](charts/rouge.svg)\n"
    yield "## Does it tell the facts, and cite all who state them?\n"
    yield _PLANTED
    yield from quality.facts(summaries)
    yield from speed.sections()


def _figures() -> Iterator[str]:
    summaries = rows.load("summaries")
    yield "# Every figure of quality\n"
    yield "What is compared, and how, is told in [the report](REPORT.md).\n"
    yield "## Does it say what matters?\n"
    yield from quality.content(summaries)
    yield "## Does it tell the facts, and cite all who state them?\n"
    yield _PLANTED
    yield from quality.facts(summaries)
    yield "## Is it exact and supported?\n"
    yield _SUPPORT
    yield from quality.trust(summaries)
    yield "## Does it repeat itself, and does it only copy?\n"
    yield from quality.style(summaries)
    yield "Drafts that were refused, a summary:\n"
    yield from quality.refusals(summaries)
    for task, title in _COMPONENTS.items():
        yield f"## {title}\n"
        yield from quality.component(rows.load(task))


def _worse() -> Iterator[str]:
    """Yield everything in which some peer is better."""
    yield from standing.losses(rows.load("differences"))
    for task in _COMPONENTS:
        yield from standing.lower(task, rows.load(task))
    yield from speed.worse()


_ABOUT = """\
Made by `make report` from `bench/results`, which `make eval` and `make bench` write. Each row there has a
signature: data, models, settings and versions. Figures are means with a bootstrap 95 % interval over
clusters, pages or documents. [Every figure of quality](FIGURES.md) stands on a page of its own.

All systems get the same articles, cleaned alike, and the same budget of words. *asked-directly* and
*map-reduce* use the base of Newsweave's drafter, with a penalty on repeating itself; since they take
most of a minute for a cluster, they are measured on fewer clusters; *newsweave, first N* stands on the same.
Their last sentence may be cut where the budget ends; all others say whole sentences only.
"""
_MATRIX = """\
On how many sets of clusters Newsweave is better (+), not surely different (=) or worse (−): the 95 % interval
of the difference, on the same clusters, is above, holds, or is below nothing. *newsweave-extractive* is
Newsweave without its drafter. A dash: the peer cannot do that at all.
"""
_PLANTED = """\
Articles into which facts were planted (SummHay): a fact is told if a sentence holds 45 % of its content
words, a judge that has precision 0.88 and recall 0.85 on what is known of the articles. Peers that extract
cite the article that they took the sentence from; models that are asked directly cite nothing. *key facts*
are patterns on the articles that ship with the project.
"""
_SUPPORT = """\
*specifics supported*: sentences of which every number, date, name and quotation stands in what they cite;
for systems that cite nothing, anywhere in the articles. *support* is the score of the service's own checker,
guards and similarity. It refuses most sentences in free words, right ones as well as
wrong ones (see below), so it says little of systems that write freely, and a copy always supports itself.
*answered*: clusters of which anything was said; where the budget is 25 words, every sentence may be longer.
"""
_COMPONENTS = {
    "cleaning": "Does cleaning work?",
    "redundancy": "Does it know what is the same?",
    "digests": "Does it find the stories of a pile?",
    "checking": "Does the checker catch errors?",
}


if __name__ == "__main__":
    main()
