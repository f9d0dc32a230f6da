from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.language.reference import leans_on_context, quotable, refers_back

ALONE = [
    "In 2000, shortly after he took office, Putin went to Oslo.",
    "Thousands of people left the port.",
    "The mayor closed the port on Monday.",
    "The mayor said that he would close the port.",
    "Anna Berg said that her port was closed.",
    "The mayor said: “We will close it, and they know this.”",
    "It is possible that the port is closed.",
    "Both Anna and Bela left the port.",
    "There was a fire at the port.",
    "The port was closed this week.",
    "Anna Berg asked the police to free him.",
    "Police say the fire began at noon.",
    "US forces left the port.",
    "The US closed the port.",
    "IT workers left the port.",
    "The fire hit ports such as Oslo.",
    "The port is open only to those who have a pass.",
    "The port is open to those fully vaccinated against the flu.",
    "Prices rose for those with ships.",
    "When Anna Berg came to the port, she said no.",
    "In a letter to Oslo, she said on Monday that the port would close.",
    "Finally free, Anna Berg left the port.",
    "First, Second and Third streets were closed.",
    "Please Touch Museum opened in Oslo.",
    "Hello! magazine showed Anna Berg at the port.",
    "First Minister Anna Berg closed the port.",
    "No port in Norway was closed, Anna Berg said.",
]
LEANING = [
    ("As he left, the port burned.", "he"),
    ("When they came, the port was closed.", "they"),
    ("Soon they closed the port.", "they"),
    ("Both left the port.", "Both"),
    ("Makes no mention of the port.", "Makes no"),
    ("It is taught to children in Oslo.", "It"),
    ("However, the port was closed.", "However"),
    ("According to him the port was closed.", "According to him"),
    ("He closed the port.", "He"),
    ("It was closed on Monday.", "It"),
    ("“The port is closed,” they said.", "they"),
    ("The incident closed the port.", "The incident"),
    ("The two left the port.", "The two"),
    ("This closed the port.", "This"),
    ("The mayor closed such ports.", "such"),
    ("The mayor closed those ports.", "those"),
    ("The fire told us to leave.", "us"),
    ("Denies that the port was closed.", "Denies that"),
    ("The port will be closed, and we know why.", "we"),
    ("A judge set him free.", "him"),
    ("There the port was closed.", "There"),
    ("Finally, the port of Oslo was closed.", "Finally"),
    ("Next, Anna Berg closed the port.", "Next"),
    ("Second, the port of Oslo was closed.", "Second"),
    ("Or, the port of Oslo was closed.", "Or"),
    ("More to the point, he was asked about Oslo.", "More to the point"),
    ("Please follow Anna Berg for news of the port.", "Please"),
    ("Wow, Anna Berg closed the port.", "Wow"),
    ("The port of Oslo will be closed, she said.", "she"),
    ("The port of Oslo, he added, will be closed.", "he"),
    ("The port of Oslo will be closed, they said on Monday.", "they"),
    ("The port of Oslo will be closed, he also said in a letter to Norway.", "he"),
]


@pytest.mark.parametrize("text", ALONE)
def test_a_sentence_stands_alone_if_all_that_it_speaks_of_is_in_it(text: str) -> None:
    assert leans_on_context(text) == ""


@pytest.mark.parametrize(("text", "word"), LEANING)
def test_a_sentence_that_leans_on_another_says_by_which_word(text: str, word: str) -> None:
    assert leans_on_context(text) == word


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("The port\n  is closed.", "The port is closed."),
        ("OSLO, Norway (AP) — The port is closed.", "The port is closed."),
        ("(CNN) The port is closed.", "The port is closed."),
        ("OSLO - The port is closed.", "The port is closed."),
        ("Sycamore, Illinois (CNN) The port is closed.", "The port is closed."),
        ("However, the port is closed.", "The port is closed."),
        ("Finally, the port is closed.", "The port is closed."),
        ("Next, Rep. Berg closed the port.", "Rep. Berg closed the port."),
        ("First, Second and Third streets are closed.", "First, Second and Third streets are closed."),
        ("Next, the British retailer, closed.", "Next, the British retailer, closed."),
        ("Next week the port is closed.", "Next week the port is closed."),
        ("OSLO (Reuters) - But the port is closed.", "The port is closed."),
        ("And", "And"),
        ("Oslo - a port - is closed.", "Oslo - a port - is closed."),
        ("Andy is here.", "Andy is here."),
        ("", ""),
    ],
)
def test_datelines_and_empty_connectives_are_left_out(text: str, quoted: str) -> None:
    assert quotable(text) == quoted


@given(st.text())
def test_what_is_quotable_is_one_line_that_ends_as_the_sentence_does(text: str) -> None:
    line = quotable(text)
    assert line == " ".join(line.split())
    assert " ".join(text.split()).lower().endswith(line[1:].lower())
    assert bool(line) == bool(text.split())


@given(st.text())
def test_the_word_at_fault_stands_in_the_sentence(text: str) -> None:
    assert not leans_on_context(text) or leans_on_context(text).lower() in text.lower()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Anna Berg also closed the bridge.", "also"),
        ("The mayor, however, opened the port.", "however"),
        ("Anna Berg left the same day.", "the same day"),
        ("The port was closed, too.", "too"),
        ("The town bought a ferry instead.", "instead"),
        ("Later, Anna Berg closed the port.", "Later"),
        ("A later ferry, Anna Berg said, was full.", ""),
        ("Anna Berg, also known as the Duke, sang.", ""),
        ("The fire was not only hot but also long.", ""),
        ("The town bought a ferry instead of a bridge.", ""),
        ("The mayor said “we also closed the bridge” in Moss.", ""),
        ("The fire was too hot for the men.", ""),
    ],
)
def test_what_goes_on_from_another_sentence_says_so(text: str, word: str) -> None:
    assert refers_back(text) == word
