from __future__ import annotations

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from service.domain import Span
from service.language.passages import overlaps, prose
from service.language.words import WORD
from tests.unit.service.fakes import TEXTS

LONG = "Crews from three towns fought the fire at the old paint store until late in the night"
OTHER = "The council will meet on Friday to talk about what the port may cost the town"


def texts_of(*texts: str) -> list[tuple[str, list[Span]]]:
    return [(text, [Span(*match.span()) for match in re.finditer(r"[^\n]+", text)]) for text in texts]


def shared(*texts: str) -> list[tuple[int, int, int, float]]:
    found = overlaps([prose(text, blocks) for text, blocks in texts_of(*texts)])
    return [(item.left, item.right, item.words, round(item.share, 3)) for item in found]


def test_a_passage_is_counted_in_words_and_shown_in_both_texts() -> None:
    texts = (f"{OTHER}. {LONG}.", f"Last week:\n{LONG.replace(' ', '  ')}, said police.")
    (found,) = overlaps([prose(text, blocks) for text, blocks in texts_of(*texts)])
    assert (found.words, found.longest, found.share) == (17, 17, 17 / 21)
    assert found.span.of(texts[0]) == LONG
    assert found.other_span.of(texts[1]) == LONG.replace(" ", "  ")


def test_texts_that_share_only_a_phrase_or_a_quotation_share_nothing() -> None:
    assert not shared(f"{LONG}.", f"{OTHER}.")
    assert not shared("Crews from three towns fought the blaze.", "Then crews from three towns fought on.")
    assert not shared(f"“{LONG},” he said.", f"“{LONG},” he said.")


def test_no_passage_runs_across_a_quotation_or_a_block() -> None:
    half, rest = LONG.split(" old ")
    for parted in (f"{half} “very” old {rest}.", f"{half}\nold {rest}."):
        (found,) = overlaps([prose(text, blocks) for text, blocks in texts_of(f"{LONG}.", parted)])
        assert found.longest == 9
        assert found.other_span.of(parted) == half


def test_words_that_two_passages_share_count_once() -> None:
    changed = LONG.replace("fire", "blaze")
    assert shared(f"{LONG}.", f"{changed}.") == [(0, 1, 10, round(10 / 17, 3))]
    assert shared(f"{LONG} {LONG}.", f"{LONG}.") == [(0, 1, 17, 1.0)]
    overlapping = "a b c d e f g h i j k l m n", "a b c d e f g h x f g h i j k l m n"
    assert shared(*overlapping) == [(0, 1, 14, 1.0)]


def test_many_texts_are_compared_pair_by_pair_in_order() -> None:
    found = shared(LONG, OTHER, LONG, f"{LONG} and {OTHER}")
    assert [pair[:2] for pair in found] == [(0, 2), (0, 3), (1, 3), (2, 3)]


def test_nothing_comes_of_nothing() -> None:
    assert not shared()
    assert not shared("", "")
    assert not shared("word " * 4, "word " * 4)


@given(st.lists(st.one_of(TEXTS, st.sampled_from([LONG, f"{OTHER} {LONG}"])), max_size=4))
def test_every_passage_stands_in_both_texts_and_shares_are_shares(texts: list[str]) -> None:
    read = texts_of(*texts)
    for item in overlaps([prose(text, blocks) for text, blocks in read]):
        one, other = (
            [word.casefold().replace("’", "'") for word in WORD.findall(span.of(texts[index]))]
            for index, span in ((item.left, item.span), (item.right, item.other_span))
        )
        assert one == other
        assert len(one) == item.longest >= 5
        assert 0 < item.share <= 1
        assert item.words >= 8


@given(st.permutations([LONG, f"{OTHER}. {LONG}", OTHER, f"{LONG}\n{OTHER}"]))
def test_the_order_of_the_texts_changes_nothing_but_numbers(texts: list[str]) -> None:
    found = {frozenset((texts[left], texts[right])): rest for left, right, *rest in shared(*texts)}
    ordered = sorted(texts)
    again = {frozenset((ordered[left], ordered[right])): rest for left, right, *rest in shared(*ordered)}
    assert found == again
    assert len(found) == sum(
        bool(set(re.findall("Crews|council", one)) & set(re.findall("Crews|council", other)))
        for one, other in itertools.combinations(texts, 2)
    )
