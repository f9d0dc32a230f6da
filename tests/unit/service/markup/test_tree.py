from __future__ import annotations

import time

import pytest
from hypothesis import given

from service.markup.tree import MAX_ATTRIBUTES, MAX_DEPTH, MAX_ELEMENTS, TooComplex, empty_hidden, parse
from tests.unit.service.pages import LEAD, MARKUP


def text(html: str) -> str:
    root = parse(html)
    return "" if root is None else str(root.text_content())


def test_a_page_becomes_a_tree() -> None:
    root = parse(f"<html><body><p>{LEAD}</p></body></html>")
    assert root is not None
    assert [element.tag for element in root.iter()] == ["html", "body", "p"]


@pytest.mark.parametrize("html", ["", " \n", "<!-- only a comment -->", "\0\0", "&#1;"])
def test_a_page_of_nothing_has_no_tree(html: str) -> None:
    assert parse(html) is None


@pytest.mark.parametrize(
    "declared",
    [
        '<meta charset="utf-16">',
        '<meta http-equiv="Content-Type" content="text/html; charset=shift_jis">',
        '<?xml version="1.0" encoding="iso-8859-1"?>',
        "\ufeff",
    ],
)
def test_what_a_page_says_about_its_encoding_is_ignored(declared: str) -> None:
    assert "Über 5 € – 漢" in text(f"{declared}<html><body><p>Über 5 € – 漢</p>")


def test_no_file_and_no_entity_of_the_page_is_read(tmp_path: object) -> None:
    secret = f"{tmp_path}/secret.txt"
    with open(secret, "w", encoding="utf-8") as file:  # noqa: PTH123  the path is written into the page
        file.write("SECRET")
    html = (
        f"<!DOCTYPE html [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'><!ENTITY f SYSTEM 'file://{secret}'>]>"
        "<html><body><p>&b;&f;</p>"
    )
    assert "aaaa" not in text(html)
    assert "SECRET" not in text(html)


@pytest.mark.parametrize(
    "character", ["\0", "\x01", "\x1f", "\x7f", "\ufffe", "&#0;", "&#x1;", "&#xFFFE;", "&#xD800;"]
)
def test_characters_that_no_text_can_hold_leave_the_rest_whole(character: str) -> None:
    assert text(f"<p>The old{character} bridge</p>") == "The old bridge"


def test_references_to_other_characters_are_kept() -> None:
    assert text("<p>5&#8364; &#x1F600; &#38;</p>") == "5€ 😀 &"


DEEP = "<div>" * (MAX_DEPTH + 10)


@pytest.mark.parametrize(
    ("html", "about"),
    [
        (f"<html><body>{DEEP}{LEAD}", f"nested more than {MAX_DEPTH} deep"),
        ("<html><body>" + "</x>" * 500 + DEEP, f"nested more than {MAX_DEPTH} deep"),
        ("<html><body>" + "<b>" * 100_000, f"nested more than {MAX_DEPTH} deep"),
        ("<p " + " ".join(f"a{n}" for n in range(200_000)) + ">", "200000 attributes, and at most 1000"),
        ("<p " + " ".join(f"a{n}=1" for n in range(MAX_ATTRIBUTES + 1)) + ">", "1001 attributes"),
        ("<html><body>" + "<br>" * MAX_ELEMENTS, f"{MAX_ELEMENTS + 2} elements, and at most {MAX_ELEMENTS}"),
    ],
    ids=[
        "nested tags",
        "nested tags after many faults",
        "tags that never close",
        "200,000 attributes",
        "one attribute too many",
        "too many elements",
    ],
)
def test_what_is_beyond_the_limits_is_refused_with_the_figures(html: str, about: str) -> None:
    with pytest.raises(TooComplex, match=about) as told:
        parse(html)
    assert [limit for _, limit in told.value.limits] in (
        [str(MAX_DEPTH)],
        [str(MAX_ATTRIBUTES)],
        [str(MAX_ELEMENTS)],
    )


def test_what_is_at_the_limits_is_read() -> None:
    attributes = " ".join(f"a{number}" for number in range(MAX_ATTRIBUTES))
    assert LEAD in text(f"<html><body>{'<i>' * (MAX_DEPTH - 5)}<p {attributes}>{LEAD}")


def seen(html: str) -> str:
    root = parse(html)
    assert root is not None
    empty_hidden(root)
    return " ".join(root.text_content().split())


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>Ships sank.</p>",
        '<p hidden="">Ships sank.</p>',
        "<div HIDDEN=hidden><div><p>Ships <b>sank</b>.</p></div>Ships.</div>",
        '<p aria-hidden="true">Ships sank.</p>',
        "<template><p>Ships sank.</p></template>",
        '<p style="display:none">Ships sank.</p>',
        '<p style="color: red; DISPLAY : none !important">Ships sank.</p>',
        '<p style="visibility:hidden">Ships sank.</p>',
        "<div hidden><div hidden><p hidden>Ships</p> sank</div></div><template hidden>Ships.</template>",
    ],
)
def test_what_a_page_hides_is_taken_out_and_the_rest_stays(hidden: str) -> None:
    assert (
        seen(f"<body><div>The old bridge {hidden} is <i>closed</i>.</div></body>")
        == "The old bridge is closed."
    )


@pytest.mark.parametrize(
    "attribute",
    [
        'aria-hidden="false"',
        "hidden=until-found",
        'style="display:block"',
        'style="x-display:none"',
        "class=hidden",
    ],
)
def test_what_only_looks_hidden_stays(attribute: str) -> None:
    assert seen(f"<body><p {attribute}>Ships sank.</p></body>") == "Ships sank."


@pytest.mark.parametrize("tag", ["html", "body"])
def test_a_page_that_unhides_itself_is_read(tag: str) -> None:
    assert seen("<html><body><p>x</p></body></html>".replace(f"<{tag}", f"<{tag} style=display:none")) == "x"


def test_hidden_parts_within_hidden_parts_cost_no_more_than_others() -> None:
    nested = "<div hidden>x" * (MAX_DEPTH - 5) + "<i hidden>x</i>y" * (MAX_ELEMENTS - MAX_DEPTH - 5)
    root = parse(f"<html><body>{nested}")
    assert root is not None
    start = time.process_time()
    empty_hidden(root)
    assert time.process_time() - start < 1
    assert root.text_content() == ""


@given(MARKUP)
def test_whatever_is_parsed_can_be_sent(html: str) -> None:
    text(html).encode()
