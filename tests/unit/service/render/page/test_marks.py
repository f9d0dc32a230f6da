from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from newsweave.v1 import newsweave_pb2 as pb
from service.render.page.marks import Fate, Mark, marks, runs
from service.render.page.quotes import Quotes
from service.render.page.texts import Text
from tests import reports

LENGTH = 40


def _runs(name: str) -> dict[str, tuple[str, str]]:
    summary = reports.summary()
    texts = {article.id: article.text for article in reports.articles()}
    source = next(report for report in summary.sources if report.article_id == name)
    text = Text.of(
        texts[name], pb.OFFSET_ENCODING_UTF16_UNITS if name == "herald" else pb.OFFSET_ENCODING_CODE_POINTS
    )
    found = runs(marks(summary, source, text, Quotes.of(summary)), text.length)
    utf16 = text.shown.encode("utf-16-le")
    return {
        utf16[2 * run.start : 2 * run.end].decode("utf-16-le"): (run.fate.name, run.note) for run in found
    }


def test_every_passage_of_a_source_has_its_fate_and_its_reason() -> None:
    found = _runs("gazette")
    assert found["Home | Sport"] == ("REMOVED", "menus, buttons and lists of links")
    assert found["A cat was rescued from a tree in Ashby."] == ("OFF_TOPIC", "about another story")
    assert found["Bridge in Dale closed"] == ("DISPUTED", "quote 1")
    assert found["Repairs will cost three million pounds, the mayor said."] == ("QUOTED", "quote 5")


def test_what_was_merged_or_left_out_is_told_if_clusters_were_asked_for() -> None:
    summary = reports.summary()
    herald = reports.articles()[1]
    for field in ("conflicts", "known"):
        summary.ClearField(field)
    quotes = Quotes.of(summary)
    found = marks(summary, summary.sources[1], Text.of(herald.text, pb.OFFSET_ENCODING_UNSPECIFIED), quotes)
    told = {(mark.fate, mark.note) for mark in found}
    assert (Fate.MERGED, "it says so in the same words; told with quote 5, 6") in told
    assert (Fate.UNUSED, "not told in the summary") in told


def test_a_quoted_passage_tells_why_it_was_merged() -> None:
    summary = reports.summary()
    gazette, _, post, _ = reports.articles()
    quote = summary.sentences[0].citations[0]
    member = pb.ClusterMember(article_id="gazette", span=quote.span, reason=pb.MERGE_REASON_SAME_TEXT)
    other = pb.ClusterMember(article_id="post", span=pb.Span(end=len(post.text)))
    summary.clusters.add(id=1, members=[other, member])
    text = Text.of(gazette.text, pb.OFFSET_ENCODING_CODE_POINTS)
    notes = {mark.note for mark in marks(summary, summary.sources[0], text, Quotes.of(summary))}
    assert "quote 2, merged: it has the same text" in notes


_MARKS = st.lists(
    st.builds(
        lambda start, length, fate: Mark(start, min(start + length, LENGTH), fate, fate.name),
        st.integers(0, LENGTH),
        st.integers(0, LENGTH),
        st.sampled_from(Fate),
    )
)


@given(_MARKS)
def test_runs_do_not_overlap_and_show_the_uppermost_mark(found: list[Mark]) -> None:
    cut = runs(found, LENGTH)
    assert all(one.end <= other.start for one, other in pairwise(cut))
    shown = {unit: run.note for run in cut for unit in range(run.start, run.end)}
    uppermost = {unit: mark.note for mark in found for unit in range(mark.start, mark.end)}
    assert shown == uppermost
