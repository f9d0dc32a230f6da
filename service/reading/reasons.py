"""Stable names of all that a remark can be about; docs/reading.md tells what each means."""

from __future__ import annotations

from enum import StrEnum, auto


class Reason(StrEnum):
    """Why something was left out, or what should be known of what was not."""

    @staticmethod
    def _generate_next_value_(name: str, _start: int, _count: int, _last: list[str]) -> str:
        return name

    # Files.
    UNREADABLE_FILE = auto()
    NO_SUCH_FILE = auto()
    TOO_LARGE = auto()
    TOO_MUCH = auto()
    TOO_MANY_FAULTS = auto()
    SAME_FILE = auto()
    OTHER_FILES = auto()
    # Characters.
    NOT_UTF8 = auto()
    UNKNOWN_ENCODING = auto()
    WRONG_ENCODING = auto()
    WRONG_DECLARATION = auto()
    # Articles of every kind.
    EMPTY_TEXT = auto()
    EMPTY_HTML = auto()
    HTML_AS_TEXT = auto()
    FIELD_TOO_LONG = auto()
    INVALID_TIMESTAMP = auto()
    DUPLICATE_ID = auto()
    SAME_ARTICLE = auto()
    NO_ARTICLES = auto()
    # JSON.
    NOT_JSON = auto()
    JSON_TOO_DEEP = auto()
    WRONG_TYPE = auto()
    MISSING_CONTENT = auto()
    TWO_ADDRESSES = auto()
    HALF_CHARACTER = auto()
    UNKNOWN_FIELDS = auto()
    # Feeds.
    NOT_XML = auto()
    XML_DECLARES = auto()
    UNKNOWN_ENTITY = auto()
    NOT_A_FEED = auto()
    ONLY_A_TEASER = auto()
    MARKUP_AS_TEXT = auto()
    # Archives.
    DAMAGED = auto()
    CUT_OFF = auto()
    UNKNOWN_PACKING = auto()
    OTHER_RECORDS = auto()
