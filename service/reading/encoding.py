"""Bytes -> text, or a precise fault: a character is never guessed.

Labels mean what the Encoding Standard of the WHATWG says: who declares ISO 8859-1 writes Windows-1252.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from service.reading.found import Unreadable
from service.reading.reasons import Reason

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Codecs of Python by what is declared, where these differ.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# All of these write ASCII as ASCII. Codecs that do not, or are no encodings of text, are not taken.
_KNOWN = re.compile(
    r"cp125[0-8]|cp866|cp874|cp932|cp949|iso8859-(?:[2-8]|1[03-6])|koi8-[ru]|mac-(?:roman|cyrillic)"
    r"|gb18030|big5hkscs|euc_jp"
)
# A text that begins in ASCII has a NUL in these bytes in UTF-16 and UTF-32, and in nothing else.
_FIRST = 4
# In these, other letters are written with the bytes of ASCII, so that valid UTF-8 may be something else.
_SHIFTING = re.compile(r"iso2022|utf-7|hz")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, and the encoding that was declared if it is not the one that was found."""

    text: str
    wrongly_declared: str = ""


def decode(content: bytes, declared: str = "") -> Decoded:
    """Return the text of ``content``.

    UTF-16 and UTF-32 are known by their marks. What is valid UTF-8 is taken for it, whatever was declared:
    text in another encoding is valid UTF-8 as good as never. A mark of UTF-8 stays, as the first character.

    Raises:
        Unreadable: It is not UTF-8, nor what was declared; bytes of UTF-16 without a mark are valid UTF-8,
            and are none.
    """
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return Decoded(_strict(content, codec, codec.upper()))
    if b"\0" in content[:_FIRST]:
        about = (
            "has a byte 0x00 at its beginning, as UTF-16 and UTF-32 do without their mark: convert it first"
        )
        raise Unreadable(Reason.NOT_UTF8, about)
    codec = _codec(declared)
    if _SHIFTING.match(codec):
        raise Unreadable(Reason.UNKNOWN_ENCODING, f"is in {declared!r}, which is not read; convert it first")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return Decoded(_as_declared(content, declared, codec, error))
    is_wrong = not text.isascii() and codec not in {"", "utf-8", "utf-16", "utf-32"}
    return Decoded(text, declared if is_wrong else "")


def _codec(declared: str) -> str:
    """Return the name by which Python knows an encoding, or nothing."""
    try:
        name = codecs.lookup(declared.strip()).name
    except (LookupError, ValueError):
        return "unknown" if declared else ""
    return _MEANT.get(name, name)


def _as_declared(content: bytes, declared: str, codec: str, fault: UnicodeDecodeError) -> str:
    if not declared or codec.startswith("utf"):
        about = f"is not UTF-8: byte {fault.start} is 0x{content[fault.start]:02x}; convert it first"
        raise Unreadable(Reason.NOT_UTF8, about)
    if not _KNOWN.fullmatch(codec):
        raise Unreadable(Reason.UNKNOWN_ENCODING, f"is in {declared!r}, which is not read; convert it first")
    return _strict(content, codec, declared)


def _strict(content: bytes, codec: str, declared: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        about = f"is not in {declared}, as it says: byte {error.start} is 0x{content[error.start]:02x}"
        raise Unreadable(Reason.WRONG_ENCODING, about) from None
