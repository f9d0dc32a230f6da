from __future__ import annotations

import pytest
from hypothesis import given

from service.language.quotation import outside_quotations
from tests.unit.service.fakes import TEXTS


def outside(text: str) -> list[str]:
    return [text[start:end] for start, end in outside_quotations(text)]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("The mayor spoke.", ["The mayor spoke."]),
        ("“We won,” he said.", [" he said."]),
        ('He said "we won" twice, "and lost".', ["He said ", " twice, ", "."]),
        ("He said: “We won. It goes on", ["He said: "]),
        ("He said ‘it’s over’ and left.", ["He said ", " and left."]),
        ("The mayor’s friends’ cars, and those of the ’80s, stay.",) * 2,
        ("A great day! — Jane Doe (@janedoe) May 4, 2016", []),
    ],
)
def test_what_others_said_is_left_out(text: str, left: list[str] | str) -> None:
    assert outside(text) == ([left] if isinstance(left, str) else left)


@given(TEXTS)
def test_ranges_are_in_order_and_never_empty(text: str) -> None:
    place = 0
    for start, end in outside_quotations(text):
        assert place <= start < end <= len(text)
        place = end
