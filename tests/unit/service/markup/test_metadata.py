from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from service.markup.metadata import Metadata, metadata_of
from service.markup.tree import parse
from tests.unit.service.pages import FOR_MACHINES, HEADLINE, NEWS_PAGE, STORY

if TYPE_CHECKING:
    from collections.abc import Mapping

GRAPH = """<html><head><meta property="og:title" content=" Bridge
 closed "><meta property="og:site_name" content="Courier"><meta property="og:url" content="https://c.example/a">
<meta property="article:published_time" content="2024-03-04"></head><body><h1>Other</h1></body></html>"""


def read(html: str) -> Metadata:
    root = parse(html)
    assert root is not None
    return metadata_of(root)


def article(**told: object) -> Metadata:
    node = json.dumps({"@type": "NewsArticle", **told})
    return read(f'<html><head><script type="application/ld+json">{node}</script></head><body>x</body></html>')


def test_what_stands_for_machines_wins_over_all_else() -> None:
    assert read(NEWS_PAGE) == Metadata(
        title=HEADLINE,
        publisher="The Dale Courier",
        uri="https://courier.example/bridge",
        published_at=datetime(2024, 3, 4, 17, 20, tzinfo=UTC),
    )


TEASER = {
    "@type": "NewsArticle",
    "headline": "Cod",
    "url": "https://c.example/cod",
    "datePublished": "2020-01-01",
}
OWN = {
    "@type": "NewsArticle",
    "headline": "Bridge closed",
    "publisher": {"name": "Courier"},
}


def several(head: str, *nodes: Mapping[str, object]) -> Metadata:
    script = f'<script type="application/ld+json">{json.dumps(nodes)}</script>'
    return read(f"<html><head>{script}{head}</head><body><p>x</p></body></html>")


@pytest.mark.parametrize(
    ("head", "own"),
    [
        ("<link rel=canonical href=https://c.example/b>", {"url": "http://c.example/b/"}),
        ("<link rel=canonical href=https://c.example/b>", {"@id": "https://c.example/b#article"}),
        ("<meta property=og:url content=https://c.example/b>", {"mainEntityOfPage": "https://c.example/b"}),
        (
            "<meta property=og:url content=https://c.example/b>",
            {"mainEntityOfPage": [{"@id": "https://c.example/b"}], "headline": "Other"},
        ),
        ("<meta property=og:title content='bridge  closed'>", {}),
        ("</head><body><h1>Courier</h1><h1>Bridge <i>closed</i></h1>", {}),
    ],
)
def test_of_several_articles_the_one_of_the_page_is_taken(head: str, own: Mapping[str, object]) -> None:
    assert several(head, TEASER, {**OWN, **own}).publisher == "Courier"
    assert several(head, {**OWN, **own}, TEASER).publisher == "Courier"


def test_an_address_tells_more_than_a_title() -> None:
    head = "<meta property=og:title content=Cod><link rel=canonical href=https://c.example/b>"
    assert several(head, TEASER, OWN | {"url": "https://c.example/b"}).title == "Bridge closed"


def test_of_several_articles_none_is_taken_if_none_is_of_the_page() -> None:
    assert several("<link rel=canonical href=https://c.example/c>", TEASER, OWN) == Metadata(
        uri="https://c.example/c"
    )
    assert several("", TEASER, OWN) == Metadata()
    assert several("", TEASER).title == "Cod"


def test_open_graph_is_next() -> None:
    assert read(GRAPH) == Metadata(
        "Bridge closed", "Courier", "https://c.example/a", datetime(2024, 3, 4, tzinfo=UTC)
    )


def test_the_canonical_link_and_the_only_main_heading_are_last() -> None:
    told = read(
        "<html><head><link rel=canonical href=https://c.example/b></head><body><h1>The <i>bridge</i></h1>"
    )
    assert (told.title, told.uri) == ("The bridge", "https://c.example/b")
    assert read("<h1>The Courier</h1><h1>The bridge</h1>").title == ""


def test_a_page_that_says_nothing_gives_nothing() -> None:
    assert read("<html><head><title>Home</title></head><body><p>4 March 2024</p></body></html>") == Metadata()


def test_a_body_for_machines_keeps_its_paragraphs() -> None:
    told = read(FOR_MACHINES)
    assert (told.title, told.body.splitlines()) == ("Old bridge & cracks", list(STORY))
    assert article(articleBody="<p>One.</p>").body == article(articleBody="&lt;p&gt;One.").body == ""


@pytest.mark.parametrize(
    ("given", "time"),
    [
        ("2024-03-04T18:20:00Z", datetime(2024, 3, 4, 18, 20, tzinfo=UTC)),
        ("2024-03-04T18:20:00.5-0500", datetime(2024, 3, 4, 23, 20, 0, 500_000, tzinfo=UTC)),
        ("2024-03-04 18:20", datetime(2024, 3, 4, 18, 20, tzinfo=UTC)),
        ("4 March 2024", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("", None),
    ],
)
def test_times_are_read_as_iso_8601_and_never_guessed(given: str, time: datetime | None) -> None:
    assert article(datePublished=given).published_at == time


@pytest.mark.parametrize(
    ("given", "local"),
    [
        ("2024-06-18T22:10:00-04:00", "2024-06-18 22:10:00-04:00"),
        ("2024-06-19T02:10:00+09:00", "2024-06-19 02:10:00+09:00"),
        ("2024-06-18T22:10:00Z", "2024-06-18 22:10:00+00:00"),
        ("2024-06-18T22:10:00", "2024-06-18 22:10:00+00:00"),
        ("2024-06-18", "2024-06-18 00:00:00+00:00"),
    ],
)
def test_a_time_keeps_the_offset_that_the_page_states(given: str, local: str) -> None:
    assert str(article(datePublished=given).published_at) == local


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "/bridge", "https://a b", "ftp://c.example/", "https://"]
)
def test_what_is_no_address_of_a_page_is_left_out(address: str) -> None:
    assert article(url=address).uri == ""


def test_values_of_other_kinds_and_of_no_sane_length_are_left_out() -> None:
    assert article(headline=["x"], publisher=[{"name": 5}], url={"@id": 1}, datePublished=2024) == Metadata()
    assert article(headline="x" * 1_001).title == ""
    assert article(publisher=["The Courier", "Other"]).publisher == "The Courier"


def test_halves_of_surrogate_pairs_do_not_get_out() -> None:
    assert article(headline="Bridge \ud800 \U0001f600").title == "Bridge ? \U0001f600"


@pytest.mark.parametrize(
    "broken", ["{", "[" * 100_000, "null", "5", '{"@graph": ' * 50_000, '"\0"', "1" * 5_000]
)
def test_broken_notes_for_machines_are_passed_over(broken: str) -> None:
    html = (
        f'<html><head><script type="application/ld+json">{broken}</script></head><body><h1>Title</h1></body>'
    )
    assert read(html) == Metadata(title="Title")
