from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from newsweave.v1 import newsweave_pb2 as pb
from service.render import markdown
from service.render.escaping import linked, literal
from service.render.safe import printable
from tests.unit.service.render.shown import digest, known_story, summary

GOLDEN = Path(__file__).parents[3] / "golden"
# All that GitHub reads beyond CommonMark and that is not its own; HTML stays HTML.
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

HOSTILE = [
    "<script>alert(1)</script>",
    "<!-- x",
    "&lt;b&gt; &amp; &#60;",
    "[a](javascript:alert(1))",
    "![a](http://a.example/x.png)",
    "[a]: http://a.example/",
    "<http://a.example/>",
    "http://a.example/ and www.a.example",
    "# Heading",
    "A heading ##",
    "- item",
    "+ item",
    "1. item",
    "12) item",
    "> quote",
    "    code",
    "```code",
    "~~~code",
    "`code`",
    "***",
    "---",
    "===",
    "*a* _b_ __c__ ~~d~~",
    "| a | b |",
    "a\\",
    "\\*a\\*",
    "a  \nb",
    "[^1]: note",
    "",
]


def _text_of(source: str) -> list[str]:
    """Return the text of every block, and fail if there is anything but text in it."""
    found = []
    for token in READER.parse(source):
        assert token.type in {"paragraph_open", "paragraph_close", "inline"}
        assert {child.type for child in token.children or []} <= {"text"}
        found += ["".join(child.content for child in token.children)] if token.children else []
    return found


@given(st.text() | st.text(st.sampled_from("#-+=*_~`<>[]()!&|\\.:/1w a\n\t"), max_size=20))
@example("1234567890. a")
@pytest.mark.parametrize("around", ["{}", "text {}", "“{}”"])
def test_text_of_articles_stands_for_itself(around: str, text: str) -> None:
    shown = printable(text).strip()
    wanted = around.format(shown).strip()
    assert _text_of(around.format(literal(text))) == ([wanted] if wanted else [])


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("lead", ["- {}", "## {}", "- **{}** a", "1. {}"])
def test_nor_does_it_become_markup_in_lists_and_headings(lead: str, text: str) -> None:
    tokens = READER.parse(lead.format(literal(text)))
    kinds = {token.type for token in tokens} | {
        child.type for token in tokens for child in token.children or []
    }
    blocks = ("paragraph", "heading", "list_item", "bullet_list", "ordered_list", "strong")
    allowed = {"inline", "text", *(f"{block}_{end}" for block in blocks for end in ("open", "close"))}
    assert kinds <= allowed
    joined = "".join(child.content for token in tokens for child in token.children or [])
    assert printable(text).strip() in joined
    assert "://" not in literal(text)


@pytest.mark.parametrize(
    ("uri", "target"),
    [
        ("https://a.example/1?b=c&d=e#f", "https://a.example/1?b=c&amp;d=e#f"),
        ("http://a.example/(x)<y>", "http://a.example/%28x%29%3Cy%3E"),
        ('https://a.example/"onclick="x', "https://a.example/%22onclick=%22x"),
        ("HTTPS://a.example/ü", "HTTPS://a.example/%C3%BC"),
    ],
)
def test_addresses_of_the_web_become_links(uri: str, target: str) -> None:
    assert READER.render(linked("a [b](c)", uri)) == f'<p><a href="{target}">a [b](c)</a></p>\n'


@given(
    st.text(max_size=30)
    | st.sampled_from(["javascript:alert(1)", "data:text/html,x", "//a.example", "https:", "http:///x",
                       "ftp://a.example", "https://a.example/ b", "https://[", "mailto:a@b.example"])
)  # fmt: skip
def test_nothing_else_becomes_one(uri: str) -> None:
    assert "<a" not in READER.render(linked("title", uri))


@given(st.text(max_size=30))
def test_no_address_can_leave_its_link(path: str) -> None:
    uri = f"https://a.example/{path}"
    links = [
        child for token in READER.parse(linked("t", uri)) for child in token.children or [] if child.attrs
    ]
    assert len(links) <= 1
    assert all(str(link.attrs["href"]).startswith("https://a.example") for link in links)


def _compare(name: str, rendered: str) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(rendered, "utf-8")
    assert rendered == path.read_text("utf-8")


def test_a_summary_looks_as_it_did() -> None:
    _compare("summary.md", markdown.render(summary()))


def test_a_digest_looks_as_it_did() -> None:
    _compare("digest.md", markdown.render_digest(*digest()))


@pytest.mark.parametrize("text", HOSTILE)
def test_an_article_that_is_markdown_changes_nothing_in_a_digest(text: str) -> None:
    stories, completed = digest()
    plain = [token.type for token in READER.parse(markdown.render_digest(*digest()))]
    told = stories[0].summary
    for sentence in told.sentences:
        sentence.text = f"{text} x"
        for citation in sentence.citations:
            citation.quote = text
    told.headline.text = completed.unassigned[0].message = f"x {text}"
    told.sources[0].title = told.sources[0].publisher = told.warnings[1].message = f"{text} x"
    told.timeline[0].text = told.known[0].citation.quote = stories[2].error.message = f"{text} x"
    told.conflicts[0].explanation = told.conflicts[0].values[0].value = f"{text} x"
    rendered = markdown.render_digest(stories, completed)
    assert [token.type for token in READER.parse(rendered)] == plain
    assert "<script" not in READER.render(rendered)


def test_what_is_known_is_told_with_its_source() -> None:
    rendered = markdown.render_digest(*digest())
    assert "### Known already\n\n- herald 60–82 “And the bridge is old.”\n" in rendered


def test_stories_without_news_stand_at_the_end_under_one_heading() -> None:
    stories, completed = digest()
    rendered = markdown.render_digest([known_story(4), *stories, known_story(5)], completed)
    assert rendered.startswith(
        markdown.render_digest(stories, completed)
        .split("\n\n## In")[0]
        .replace("3 stories of 5", "5 stories of 7")
    )
    assert rendered.count("## Nothing new\n\n### 4. It snowed.\n\n#### Known already\n\n- snow 7–21") == 1
    assert rendered.count("Nothing new") == 1


def test_an_empty_summary_and_an_empty_digest_can_be_rendered() -> None:
    assert markdown.render(pb.Summary()) == "\n"
    assert markdown.render_digest([], pb.DigestCompleted()) == "# Digest\n\n0 stories of 0 articles.\n"
