from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.domain import OffsetEncoding, Span
from service.rpc.offsets import Offsets

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@st.composite
def spans(draw: st.DrawFn) -> tuple[str, Span]:
    text = draw(TEXTS | st.sampled_from(["👩‍👩‍👧 e\u0301\x00", "🇰🇵 \u202eabc\ufeff", "Å\u030a" * 20]))
    start = draw(st.integers(0, len(text) - 1))
    return text, Span(start, draw(st.integers(start + 1, len(text))))


@given(spans())
def test_code_points_stay_as_they_are(case: tuple[str, Span]) -> None:
    text, span = case
    assert Offsets(text, OffsetEncoding.CODE_POINTS).of(span) == (span.start, span.end)


@given(spans())
def test_bytes_cut_the_same_text_out_of_utf8(case: tuple[str, Span]) -> None:
    text, span = case
    start, end = Offsets(text, OffsetEncoding.UTF8_BYTES).of(span)
    assert text.encode()[start:end] == span.of(text).encode()


@given(spans())
def test_units_cut_the_same_text_out_of_utf16(case: tuple[str, Span]) -> None:
    text, span = case
    start, end = Offsets(text, OffsetEncoding.UTF16_UNITS).of(span)
    assert text.encode("utf-16-le")[2 * start : 2 * end] == span.of(text).encode("utf-16-le")
