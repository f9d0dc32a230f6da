from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from newsweave.v1 import newsweave_pb2 as pb
from service.render.page.fates import Fate
from service.render.page.marks import Mark, marks, runs, told
from service.render.page.quotes import Quotes
from service.render.page.texts import Text
from tests import reports

LENGTH = 40


def _marks(summary: pb.Summary, name: str) -> tuple[Text, tuple[Mark, ...]]:
    text = Text.of(
        next(article.text for article in reports.articles() if article.id == name),
        pb.OFFSET_ENCODING_UNSPECIFIED,
    )
    return text, marks(told(summary, Quotes.of(summary))[name], text)


def _runs(summary: pb.Summary, name: str) -> dict[str, tuple[str, str]]:
    text, found = _marks(summary, name)
    utf16 = text.shown.encode("utf-16-le")
    return {
        utf16[2 * run.start : 2 * run.end].decode("utf-16-le"): (run.fate.name, run.note)
        for run in runs(found, text.length)
    }


def _notes(summary: pb.Summary, name: str) -> set[tuple[str, str]]:
    return {(mark.fate.name, mark.note) for mark in _marks(summary, name)[1]}


def test_every_passage_of_a_source_has_its_fate_and_its_reason() -> None:
    found = _runs(reports.summary(), "gazette")
    assert found["Home | Sport"] == ("REMOVED", "menus, buttons and lists of links")
    assert found["A cat was rescued from a tree in Ashby."] == ("OFF_TOPIC", "about another story")
    assert found["Repairs will cost three million pounds, the mayor said."] == (
        "QUOTED",
        "quote 5, in a dispute",
    )


def test_a_passage_that_supports_the_headline_alone_is_quoted_and_in_no_dispute() -> None:
    assert _runs(reports.summary(), "gazette")["Bridge in Dale closed"] == ("QUOTED", "quote 1")


def test_what_only_disputes_the_timeline_or_the_known_quote_is_told_apart() -> None:
    summary = reports.summary()
    herald = _runs(summary, "herald")
    assert herald["Lorries must use the northern road."] == ("KNOWN", "quote 10, left out as known")
    assert herald["Repairs will cost five million pounds"] == ("DISPUTED", "quote 6, in a dispute")
    summary.ClearField("sentences")
    assert ("DATED", "quote 4, in the timeline") in _notes(summary, "gazette")
    summary.known[0].citation.CopyFrom(summary.timeline[0].citation)
    assert ("DATED", "quote 4, in the timeline, left out as known") in _notes(summary, "gazette")


def test_what_says_the_same_as_something_known_is_left_out_as_known_too() -> None:
    summary = reports.summary()
    gazette, *_ = reports.articles()
    same = pb.ClusterMember(article_id="gazette", span=reports.cited(gazette, "she told reporters").span)
    summary.clusters[1].members.append(same)
    assert ("KNOWN", "left out as known, with quote 10") in _notes(summary, "gazette")
    assert ("KNOWN", "quote 10, left out as known") in _notes(summary, "herald")


def test_what_was_merged_or_left_out_is_told_if_clusters_were_asked_for() -> None:
    summary = reports.summary()
    for field in ("conflicts", "known"):
        summary.ClearField(field)
    found = _notes(summary, "herald")
    assert ("MERGED", "it says so in the same words; told with quote 5, 6") in found
    assert ("UNUSED", "not told in the summary") in found


def test_what_was_left_out_because_its_draft_was_not_sent_says_why() -> None:
    summary = reports.summary()
    summary.ClearField("known")
    summary.dropped[0].cluster_id = summary.clusters[1].id
    note = "not told in the summary; its draft was not sent: words that are foreign to the quoted passages"
    assert ("UNUSED", note) in _notes(summary, "herald")


def test_a_quoted_passage_tells_why_it_was_merged_if_the_summary_tells_it() -> None:
    summary = reports.summary()
    post = reports.articles()[2]
    quote = summary.sentences[0].citations[0]
    member = pb.ClusterMember(article_id="gazette", span=quote.span, reason=pb.MERGE_REASON_SAME_TEXT)
    other = pb.ClusterMember(article_id="post", span=pb.Span(end=len(post.text)))
    cluster = summary.clusters.add(id=1, members=[other, member])
    assert ("QUOTED", "quote 2, merged: it has the same text") in _notes(summary, "gazette")
    cluster.id = 77
    assert ("QUOTED", "quote 2") in _notes(summary, "gazette")


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
