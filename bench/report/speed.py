"""The part of the report about speed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.report import charts, standing
from bench.report.markdown import number, of_terminal
from bench.speed import costs, floor, load, peers, pile, records, redundancy, stages
from bench.speed.costs import CostRow
from bench.speed.floor_work import PhaseRow
from bench.speed.load_rows import LoadRow
from bench.speed.peers import PeerRow
from bench.speed.redundancy import FilterRow
from bench.speed.stages import StageRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.table import Table

    from bench.speed.records import Record

# A part, the kind of its rows, how it is laid out, its title, and how it is drawn.
_PARTS: tuple[tuple[str, type[Any], Callable[[Any], Table], str, Callable[[Any], str] | None], ...] = (
    (peers.PART, PeerRow, peers.table, "How fast is it beside its peers?", charts.peers),
    (stages.PART, StageRow, stages.table, "Where does the time of a request go?", charts.stages),
    (floor.PART, PhaseRow, floor.table, "How far is it from what the machine could do?", None),
    (redundancy.PART, FilterRow, redundancy.table, "How does the filter for redundancy grow?", charts.growth),
    (load.PART, LoadRow, load.table, "How does the server bear load?", charts.load),
    (costs.PART, CostRow, costs.table, "What does it cost?", None),
    (pile.PART, CostRow, pile.table, "How long does a digest take?", None),
)


def peers_record() -> Record[PeerRow] | None:
    """Return the times of Newsweave and its peers, if they were measured."""
    return records.load(peers.PART, PeerRow)


def worse() -> Iterator[str]:
    """Yield everything in which some peer is faster, or the server gives way."""
    if times := peers_record():
        yield from standing.slower(times)
    if filters := records.load(redundancy.PART, FilterRow):
        yield from standing.slower_filters(filters)
    if calls := records.load(load.PART, LoadRow):
        yield from standing.overloaded(calls)


def sections() -> Iterator[str]:
    """Yield a section for every part that was measured."""
    for part, kind, table, title, draw in _PARTS:
        record: Record[Any] | None = records.load(part, kind)
        if record is not None:
            yield f"## {title}\n"
            yield from _section(record, table, draw)


def _section(
    record: Record[Any], table: Callable[[Any], Table], draw: Callable[[Any], str] | None
) -> Iterator[str]:
    yield f"{record.about[:1].upper()}{record.about[1:]}. Where there are brackets: median [least, most].\n"
    if draw:
        yield f"![{record.part}](charts/{draw(record)}.svg)\n"
    yield of_terminal(table(record))
    if record.figures:
        yield "\n" + "; ".join(f"{name}: {number(value)}" for name, value in record.figures.items()) + "."
    yield ""
