from __future__ import annotations

import pytest
from hypothesis import given

from service.language.titles import as_sentence, bare, is_telling
from tests.unit.service.fakes import TEXTS


@pytest.mark.parametrize(
    ("title", "publisher", "expected"),
    [
        ("Fire closes port of Moss", "", "Fire closes port of Moss"),
        ("Fire closes port of Moss | The Gazette", "", "Fire closes port of Moss"),
        ("Fire closes port of Moss - BBC News", "", "Fire closes port of Moss"),
        ("Fire closes port of Moss — World — The Gazette", "", "Fire closes port of Moss"),
        ("Fire closes port of Moss - the moss daily and sunday post", "Moss Daily and Sunday Post", None),
        ("Fire closes port - two men hurt", "", "Fire closes port - two men hurt"),
        ("BREAKING: Fire closes port of Moss.", "", "Fire closes port of Moss"),
        ("Fire  closes\nport of Moss", "", "Fire closes port of Moss"),
        ("Fire | Moss", "", "Fire | Moss"),
    ],
)
def test_the_name_of_a_site_and_a_label_are_left_out(
    title: str, publisher: str, expected: str | None
) -> None:
    assert bare(title, publisher) == (expected or "Fire closes port of Moss")


@pytest.mark.parametrize(
    "title",
    [
        "Fire closes port",
        "Will the fire close the port of Moss?",
        "Why the fire closed the port of Moss",
        "Watch: Fire closes the port of Moss",
        "LIVE: Fire closes the port of Moss",
        "Live updates as fire closes the port",
        "Here's how the fire closed the port",
        "Five things about the fire at the port",
        "What you need to know about the fire",
        "The fire that will change your life",
        "FIRE CLOSES THE PORT OF MOSS",
        "Fire closes the port of Moss...",
        "Fire closes the port of Moss!",
        "Opinion: The port of Moss must close",
        "He closed the port after the fire",
        "Fire | closes | the | port | of | Moss",
        "",
    ],
)
def test_what_asks_lures_shouts_or_leans_tells_nothing(title: str) -> None:
    assert not is_telling(title)


@pytest.mark.parametrize(
    "title", ["Fire closes port of Moss", "US and EU sign trade pact", "Two dead in Moss port fire"]
)
def test_what_states_something_is_telling(title: str) -> None:
    assert is_telling(title)


def test_capitals_are_left_to_names_where_every_word_has_one() -> None:
    names = frozenset({"moss", "berg"})
    assert as_sentence("Fire Closes Port of Moss on Monday", names) == "Fire closes port of Moss on Monday."
    assert as_sentence("Fire closes port of Oslo", names) == "Fire closes port of Oslo."
    assert as_sentence("Berg Says NATO Will Help Moss", names) == "Berg says NATO will help Moss."


@given(TEXTS, TEXTS)
def test_any_text_can_stand_as_a_title(title: str, publisher: str) -> None:
    text = bare(title, publisher)
    is_telling(text)
    assert as_sentence(text, frozenset()).casefold() == f"{text}.".casefold()
