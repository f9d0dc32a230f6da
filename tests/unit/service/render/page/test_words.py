from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newsweave.v1 import newsweave_pb2 as pb
from service.render.page import words
from service.render.page.links import followable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.protobuf.internal.enum_type_wrapper import _EnumTypeWrapper

TABLES = [
    (words.REMOVALS, pb.RemovalReason),
    (words.MERGES, pb.MergeReason),
    (words.DROPS, pb.DropReason),
    (words.OUTCOMES, pb.DropOutcome),
    (words.ORIGINS, pb.OriginReason),
    (words.SLOTS, pb.ConflictSlot),
    (words.STATUSES, pb.ConflictStatus),
    (words.MODES, pb.SentenceMode),
    (words.UNASSIGNED, pb.UnassignedReason),
]


@pytest.mark.parametrize(("table", "enum"), TABLES)
def test_every_value_of_the_contract_has_words(table: Mapping[int, str], enum: _EnumTypeWrapper[int]) -> None:
    assert set(enum.values()) - {0} == set(table)


def test_a_value_of_a_newer_contract_has_words_too() -> None:
    assert words.told(words.REMOVALS, 99) == "for a reason that this version does not know"


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("2024-03-04", "4 March 2024"),
        ("2024-03", "March 2024"),
        ("2024", "2024"),
        ("soon", "soon"),
        ("2024-13", "2024-13"),
    ],
)
def test_days_are_told_as_exactly_as_they_are_known(date: str, told: str) -> None:
    assert words.day(date) == told


@pytest.mark.parametrize("uri", ["https://a.example/b?c=d&e#f", "http://a.example", "HTTPS://Ä.example/ü"])
def test_addresses_of_the_web_are_followed(uri: str) -> None:
    assert followable(uri) == uri


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        " https://a.example",
        "https://a.example\n",
        "data:text/html,x",
        "ftp://a.example",
        "//a.example",
        "https://",
        "https:///path",
        "https:\\\\a.example",
        "file:///etc/passwd",
        'https://a.example/"onclick=x',
        "urn:newsml:1",
        "",
    ],
)
def test_no_other_address_is_followed(uri: str) -> None:
    assert followable(uri) == ""
