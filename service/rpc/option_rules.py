"""The rules that the options of a request must obey."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.errors import Violation
from service.rpc import enums
from service.rpc.article_rules import limit, time_violations, too_large

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsweave.v1 import newsweave_pb2 as pb
    from service.settings import Settings

LANGUAGES = ("en",)

# A BCP 47 tag (RFC 5646, section 2.1) whose primary language is English; subtags make no difference.
_ENGLISH = re.compile(r"en(-[a-z0-9]{1,8}){0,8}", re.IGNORECASE)


def violations(
    options: pb.SummaryOptions, settings: Settings, most_background: str = "max_background_characters"
) -> Iterator[Violation]:
    """Tell every rule that the options break.

    Args:
        options: What is asked for.
        settings: Where the limits stand.
        most_background: The setting that bounds the characters of the background.
    """
    if options.max_words > settings.max_summary_words:
        about = f"{options.max_words} words, and at most {settings.max_summary_words} can be asked for"
        yield _invalid("max_words", about, limit(settings, "max_summary_words"))
    if not 0 <= options.max_share_per_source <= 1:  # not a number is refused, too
        yield _invalid("max_share_per_source", "a share lies above 0 and is at most 1")
    yield from _enum_violations(options)
    yield from _reader_violations(options, settings)
    yield from background_violations("options.background", [options], settings, most_background)
    if options.language and not _ENGLISH.fullmatch(options.language):
        about = f"only these languages and their variants are supported: {', '.join(LANGUAGES)}"
        supported = (("supported_languages", ",".join(LANGUAGES)),)
        yield Violation("options.language", "UNSUPPORTED_LANGUAGE", about, supported)


def background_violations(
    field: str,
    options: Iterable[pb.SummaryOptions],
    settings: Settings,
    most: str = "max_background_characters",
) -> Iterator[Violation]:
    """Tell whether the background of all clusters of a call is too long together for a setting."""
    total = sum(len(text) for one in options for text in one.background)
    if total > getattr(settings, most):
        yield too_large(field, total, settings, most)


def _reader_violations(options: pb.SummaryOptions, settings: Settings) -> Iterator[Violation]:
    """Tell what is wrong with what the reader asks and knows."""
    if len(options.focus_query) > settings.max_query_characters:
        count = len(options.focus_query)
        yield too_large("options.focus_query", count, settings, "max_query_characters")
    if len(options.background) > settings.max_background_texts:
        count, most = len(options.background), settings.max_background_texts
        about = f"{count} texts, and at most {most} are taken"
        yield _invalid("background", about, limit(settings, "max_background_texts"))
    times, texts = len(options.background_published_at), len(options.background)
    if times not in {0, texts}:
        yield _invalid(
            "background_published_at", f"{times} times of {texts} texts; each needs one, or none has"
        )
    for index, time in enumerate(options.background_published_at[:texts]):
        yield from time_violations(time, f"options.background_published_at[{index}]")


def _enum_violations(options: pb.SummaryOptions) -> Iterator[Violation]:
    known = {
        "offset_encoding": enums.OFFSET_ENCODINGS.member(options.offset_encoding),
        "drafting": enums.DRAFTINGS.member(options.drafting),
        "style": enums.STYLES.member(options.style),
        "overflow": enums.OVERFLOWS.member(options.overflow),
    }
    for name, member in known.items():
        if member is None:
            yield _invalid(name, f"the number {getattr(options, name)} means nothing to this server")


def _invalid(name: str, about: str, limits: tuple[tuple[str, str], ...] = ()) -> Violation:
    return Violation(f"options.{name}", "INVALID_OPTION", about, limits)
