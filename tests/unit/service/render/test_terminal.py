from __future__ import annotations

import io
import os
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from newsweave.v1 import newsweave_pb2 as pb
from service.render import terminal
from tests.unit.service.render.shown import citation as _citation
from tests.unit.service.render.shown import digest
from tests.unit.service.render.shown import summary as _summary

GOLDEN = Path(__file__).parents[3] / "golden" / "summary.txt"


def _rendered(summary: pb.Summary, width: int = 80) -> str:
    written = io.StringIO()
    Console(file=written, width=width, highlight=False).print(terminal.render(summary))
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"


def test_a_summary_looks_as_it_did() -> None:
    rendered = _rendered(_summary())
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(rendered, "utf-8")
    assert rendered == GOLDEN.read_text("utf-8")


def test_origins_are_told_where_they_are_fewer_than_the_articles() -> None:
    summary = _summary()
    summary.sentences[1].supporting_articles = 3
    summary.sentences[1].independent_origins = 2
    rendered = " ".join(_rendered(summary).split())
    assert "(2 articles, 1 origin) Lorries" in rendered
    assert "(3 articles, 2 origins) It closed. [1]" in rendered
    assert rendered.count(" articles, ") == 2


def test_a_span_that_is_cited_twice_has_one_number() -> None:
    rendered = " ".join(_rendered(_summary()).split())
    assert "Monday. [1][2] (2" in rendered
    assert "It closed. [1]" in rendered
    assert rendered.count("[1]") == 3


LONG = "https://gazette.example/" + "x" * 130


@pytest.mark.parametrize("width", [16, 24, 40, 80, 200])
@pytest.mark.parametrize("style", [pb.STYLE_PARAGRAPH, pb.STYLE_BULLETS])
def test_nothing_is_cut_however_narrow_the_terminal(width: int, style: pb.Style.ValueType) -> None:
    summary = _summary()
    summary.style = style
    summary.sentences[0].text = f"See {LONG} for passengers."
    summary.sentences[0].citations[0].quote = summary.timeline[0].text = f"{LONG} for passengers."
    summary.conflicts[0].values[0].value = summary.conflicts[0].values[1].citations[0].quote = LONG
    narrow, wide = (Counter("".join(_rendered(summary, columns).split())) for columns in (width, 10_000))
    assert narrow == wide


@pytest.mark.parametrize("width", [24, 80])
def test_the_lines_of_a_quote_joined_are_the_quote(width: int) -> None:
    summary = _summary()
    summary.sentences[0].citations[0].quote = f"See {LONG} for passengers."
    lines = _rendered(summary, width).splitlines()
    first = next(index for index, line in enumerate(lines) if line.startswith("  [1] 10–42 “"))
    column = lines[first].index("“")
    last = next(index for index in range(first, len(lines)) if lines[index].endswith("”"))
    joined = "".join(line[column:] for line in lines[first : last + 1])
    assert joined.replace(" ", "") == f"“See{LONG}forpassengers.”"


def test_brackets_in_articles_are_text_and_not_markup() -> None:
    assert "It closed [Monday]." in _rendered(_summary())


def test_a_headline_stands_above_the_paragraph_if_it_was_asked_for() -> None:
    summary = _summary()
    assert "Old bridge" not in _rendered(summary)
    summary.style = pb.STYLE_HEADLINE_AND_PARAGRAPH
    assert _rendered(summary).startswith("Old bridge [closed]\n\nThe bridge was closed on Monday. [1]")


def test_bullets_stand_below_each_other() -> None:
    summary = _summary()
    summary.style = pb.STYLE_BULLETS
    first, second, third = _rendered(summary).splitlines()[:3]
    assert first == "• The bridge was closed on Monday. [1][2] (2 articles, 1 origin)"
    assert (second, third) == ("• Lorries must take the old road. [3]", "• It closed. [1][D1]")


def test_an_event_of_several_days_shows_both_ends_and_its_conflict() -> None:
    rendered = " ".join(_rendered(_summary()).split())
    assert "2024-06-10 to 2024-06-16 Cracks were seen last week. (“last week”, herald 30–57)[D1]" in rendered


def test_a_summary_without_sentences_has_no_empty_sections() -> None:
    summary = pb.Summary(usage=pb.Usage(source_sentences=4), sources=_summary().sources)
    assert _rendered(summary) == "nothing told, from 4 source sentences\n"


def test_articles_cannot_steer_the_terminal() -> None:
    summary = _summary()
    summary.sentences[0].citations[0].quote = "\x1b[2J"
    summary.sources[0].title = "\x1b]0;title\x07"
    summary.warnings[0].message = "\x1b[31m"
    assert "\x1b" not in _rendered(summary)


def test_many_citations_in_a_row_are_shown_as_a_range() -> None:
    summary = _summary()
    summary.sentences[1].citations.extend(_citation("herald", start, "On.") for start in (20, 30, 40))
    rendered = " ".join(_rendered(summary).split())
    assert "road. [3–6] It closed. [1]" in rendered


def test_offsets_of_a_page_are_said_to_be_those_of_its_text() -> None:
    summary = _summary()
    assert "HTML" not in _rendered(summary)
    summary.sources[0].extracted_text = "x" * 90
    rendered = " ".join(_rendered(summary).split())
    assert "The Gazette · offsets in the text of its HTML (see --json)" in rendered
    assert rendered.count("HTML") == 1


def test_what_contradicts_a_sentence_is_not_shown_as_its_source() -> None:
    rendered = " ".join(_rendered(_summary()).split())
    assert "It closed. [1][D1]" in rendered
    assert "Sources disagree [D1] The articles differ on a time: Monday or Sunday." in rendered


def test_headline_timeline_and_what_is_known_are_shown_where_there_are_any() -> None:
    (story, *_), _completed = digest()
    rendered = " ".join(_rendered(story.summary).split())
    assert "Bridge *closed*" not in rendered
    assert "2024-06-17 The bridge was closed on Monday. (“Monday”, gazette 27–33)" in rendered
    assert "Known already herald 60–82 “And the bridge is old.” Sources disagree" in rendered
    assert "left out as known: 1;" in rendered
