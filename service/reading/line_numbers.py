"""The values of a JSON text, one at a time, each with the line on which it begins."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NoReturn

from service.reading.found import Unreadable
from service.reading.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\r\n]*+")
_DECODER = json.JSONDecoder()


class Cursor:
    """A place in a JSON text that moves on from value to value.

    Its methods raise Unreadable, with the line, where the text is not JSON.
    """

    def __init__(self, text: str, first_line: int = 1) -> None:
        """Begin at the first value; the text begins on ``first_line`` of its file."""
        self._text = text
        self._first_line = first_line
        self._counted, self._line = 0, first_line
        self._place = 0
        self._skip_space()

    @property
    def line(self) -> int:
        """The line of the place, from 1."""
        self._line += self._text.count("\n", self._counted, self._place)
        self._counted = self._place
        return self._line

    @property
    def next(self) -> str:
        """The next character, or nothing at the end."""
        return self._text[self._place : self._place + 1]

    def value(self) -> Any:  # noqa: ANN401  any value that JSON has
        """Return the value that begins here, and go behind it."""
        try:
            found, self._place = _DECODER.raw_decode(self._text, self._place)
        except json.JSONDecodeError as error:
            line = self._first_line + error.lineno - 1
            raise Unreadable(Reason.NOT_JSON, f"line {line}: is not JSON: {error.msg}") from None
        except RecursionError:
            raise Unreadable(Reason.JSON_TOO_DEEP, f"line {self.line}: is nested too deep") from None
        except ValueError as error:  # a number of more than 4,300 digits
            raise Unreadable(Reason.NOT_JSON, f"line {self.line}: {error}") from None
        self._skip_space()
        return found

    def items(self) -> Iterator[int]:
        """Enter an array, and yield the line of each item; the caller takes the values."""
        self.expect("[")
        while self.next != "]":
            yield self.line
            if self.next != "]":
                self._comma("]")
        self.expect("]")

    def keys(self) -> Iterator[str]:
        """Enter an object, and yield each key; the caller takes the values."""
        self.expect("{")
        while self.next != "}":
            key = self.value()
            if not isinstance(key, str):
                self._miss("a name in quotation marks")
            self.expect(":")
            yield key
            self._comma("}")
        self.expect("}")

    def end(self) -> None:
        """Make sure that nothing follows."""
        if self.next:
            self._miss("the end of the file")

    def expect(self, character: str) -> None:
        """Go behind a character."""
        if self.next != character:
            self._miss(repr(character))
        self._place += 1
        self._skip_space()

    def _comma(self, closing: str) -> None:
        if self.next != closing:
            self.expect(",")
            if self.next == closing:
                self._miss("a value")

    def _miss(self, wanted: str) -> NoReturn:
        raise Unreadable(Reason.NOT_JSON, f"line {self.line}: is not JSON: {wanted} is missing")

    def _skip_space(self) -> None:
        space = _SPACE.match(self._text, self._place)
        self._place = space.end() if space else self._place
