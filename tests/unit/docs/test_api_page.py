"""``docs/api.md`` counts as it says, and tells of every call and every encoding."""

from __future__ import annotations

import re

import pytest

from newsweave import messages as pb
from tests.clients.page import PAGE

ENCODINGS = pb.DESCRIPTOR.enum_types_by_name["OffsetEncoding"].values_by_name
SIGN = "Café 🌉 closed"
PARTS = ("é", "🌉", "closed")
CODECS = {"CODE_POINTS": ("utf-32-le", 4), "UTF16_UNITS": ("utf-16-le", 2), "UTF8_BYTES": ("utf-8", 1)}


@pytest.mark.parametrize("encoding", CODECS)
def test_the_table_of_offsets_is_right(encoding: str) -> None:
    codec, size = CODECS[encoding]
    (row,) = re.findall(rf"^\| `{encoding}`((?: \| \d+–\d+)+) \|$", PAGE, re.MULTILINE)
    spans = [tuple(map(int, span)) for span in re.findall(r"(\d+)–(\d+)", row)]
    units = SIGN.encode(codec)
    assert f"In `{SIGN}`" in PAGE
    assert [units[start * size : end * size].decode(codec) for start, end in spans] == list(PARTS)


def test_the_page_knows_every_call_and_every_encoding() -> None:
    calls = pb.DESCRIPTOR.services_by_name["SummarizerService"].methods
    assert all(f"| `{call.name}` |" in PAGE for call in calls)
    names = [name.removeprefix("OFFSET_ENCODING_") for name in ENCODINGS]
    assert set(names) - {"UNSPECIFIED"} == set(CODECS)
