from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.language.classifier import Classifier, read, trained, written
from service.language.context import features
from service.language.furniture import judge
from service.language.shape import NAMES, shape

ARTICLE = [
    "The fire broke out at the port on Monday evening, and twelve men were hurt, the police said.",
    "The mayor of the city said that the port would be closed for a week, and that ships would wait.",
    "“We could not see the pier,” said a man who had been there until the morning.",
    "A ship that had been tied to the pier was lost in the fire, and two others were damaged.",
]
MENU = ["World", "Sports", "• Travel", "Sign in", "Weather", "Most read", "© 2024 The Gazette"]


def likely(*texts: str) -> list[float]:
    return [float(value) for value in trained().probabilities(texts)]


def test_an_article_is_told_from_the_menus_around_it() -> None:
    threshold = trained().threshold
    scores = likely(*MENU, *ARTICLE, *MENU)
    assert min(scores[7:11]) > threshold > max(scores[:7] + scores[11:])


def test_an_article_alone_is_all_kept() -> None:
    assert min(likely(*ARTICLE)) > trained().threshold


def test_neighbours_count() -> None:
    quote = "He was there."
    assert likely(*ARTICLE, quote, *ARTICLE)[4] > likely(*MENU, quote, *MENU)[7]


def test_no_blocks_have_no_probabilities() -> None:
    assert likely() == []


def test_what_is_written_is_read() -> None:
    classifier = Classifier(
        ("one, two", 'a "b"'), np.array([1.5, -2.0]), 0.25, 0.4, {"pages/dev.jsonl": "ab"}
    )
    again = read(written(classifier))
    assert again.data == {"pages/dev.jsonl": "ab"}
    assert (again.names, again.weights.tolist(), again.intercept, again.threshold) == (
        classifier.names, [1.5, -2.0], 0.25, 0.4,
    )  # fmt: skip


def test_weights_of_other_features_are_refused() -> None:
    with pytest.raises(ValueError, match="train the classifier again"):
        Classifier(("words",), np.array([1.0]), 0.0, 0.5).probabilities(["A fire."])


def test_the_shape_of_a_block_is_measured() -> None:
    text = "• The port, he said, is closed."
    values = dict(zip(NAMES, shape(text, judge(text)), strict=True))
    assert values["list mark"] == values["full stop"] == 1.0
    assert values["commas"] == pytest.approx(2 / 6)
    assert values["capitals"] == pytest.approx(1 / 6)
    assert values["words"] == pytest.approx(np.log(7))


def test_the_context_of_a_block_is_measured() -> None:
    names, values = features([MENU[0], ARTICLE[0], MENU[0]], [judge(MENU[0]), None, judge(MENU[0])])
    table = {name: values[:, index].tolist() for index, name in enumerate(names)}
    assert table["on the page twice"] == [1, 0, 1]
    assert table["said before"] == [0, 0, 1]
    assert table["in the body"] == [0, 1, 0]
    assert table["fragment"] == [1, 0, 1]
    assert table["full stop, above"] == [0, 0, 1]
    assert table["full stop, below"] == [1, 0, 0]
    assert table["share of prose above"] == [0, 0, 1]


@given(st.lists(st.text(max_size=60), min_size=1, max_size=8))
def test_any_blocks_have_probabilities(texts: list[str]) -> None:
    scores = likely(*texts)
    assert len(scores) == len(texts)
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize("text", ["|" * 100_000, "x" * 100_000, "a, " * 50_000, "…" * 100_000, ".)" * 50_000])
def test_a_strange_line_is_measured_in_time_and_in_bounds(text: str) -> None:
    assert all(abs(value) <= 20 for value in shape(text, None))
