"""What the enums of the contract mean, in words for readers."""

from __future__ import annotations

import calendar
import re
from typing import TYPE_CHECKING

from newsweave.v1 import newsweave_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Mapping

REMOVALS: Mapping[int, str] = {
    pb.REMOVAL_REASON_NAVIGATION: "menus, buttons and lists of links",
    pb.REMOVAL_REASON_NOTICE: "a notice of the site, or words to whoever summarizes",
    pb.REMOVAL_REASON_CREDIT: "a caption, credit or byline",
    pb.REMOVAL_REASON_HEADING: "a title or heading",
    pb.REMOVAL_REASON_DUPLICATE: "text that stands here twice",
    pb.REMOVAL_REASON_RELATED: "teasers for other articles",
    pb.REMOVAL_REASON_COMMENTS: "comments",
    pb.REMOVAL_REASON_LANGUAGE: "text in another language",
    pb.REMOVAL_REASON_FRAGMENT: "a scrap that is no sentence",
    pb.REMOVAL_REASON_OFF_TOPIC: "about another story",
    pb.REMOVAL_REASON_TRUNCATED: "the end of an article that was too long",
}
FATES: Mapping[str, str] = {
    "QUOTED": "quoted",
    "DISPUTED": "quoted in disputes",
    "DATED": "quoted in the timeline",
    "KNOWN": "left out as known",
    "MERGED": "merged",
    "UNUSED": "left out",
    "OFF_TOPIC": "off topic",
    "REMOVED": "removed",
}
# What a passage is quoted for, beside sentences of the summary.
QUOTED_FOR: Mapping[str, str] = {
    "DISPUTED": ", in a dispute",
    "DATED": ", in the timeline",
    "KNOWN": ", left out as known",
}
MERGES: Mapping[int, str] = {
    pb.MERGE_REASON_CENTRAL: "it is the most central of those that say so",
    pb.MERGE_REASON_SAME_TEXT: "it has the same text",
    pb.MERGE_REASON_SAME_WORDS: "it says so in the same words",
    pb.MERGE_REASON_SAME_MEANING: "it says so in other words",
}
DROPS: Mapping[int, str] = {
    pb.DROP_REASON_MALFORMED: "not one whole sentence",
    pb.DROP_REASON_NUMBER: "a number that no quoted passage has",
    pb.DROP_REASON_DATE: "a date that no quoted passage has",
    pb.DROP_REASON_NAME: "a name that no quoted passage has, or names in another order",
    pb.DROP_REASON_QUOTATION: "a quotation that no quoted passage has",
    pb.DROP_REASON_NEGATION: "a negation that appeared or vanished",
    pb.DROP_REASON_VOCABULARY: "words that are foreign to the quoted passages",
    pb.DROP_REASON_UNSUPPORTED: "the checker found too little support",
    pb.DROP_REASON_REDUNDANT: "an earlier sentence says it",
    pb.DROP_REASON_TOO_LONG: "too long for what was left",
    pb.DROP_REASON_NOT_SELF_CONTAINED: "it refers to something outside itself",
    pb.DROP_REASON_ORDER: "words in an order that no quoted passage has",
    pb.DROP_REASON_MODALITY: "a possibility, claim or denial told as a fact, or a fact as a possibility",
    pb.DROP_REASON_NOT_WRITTEN: "the drafter wrote nothing that could be used",
    pb.DROP_REASON_NOT_COPIED: "a name or number of none of the sentences that the drafter was shown",
}
OUTCOMES: Mapping[int, str] = {
    pb.DROP_OUTCOME_RETRIED: "another draft was tried",
    pb.DROP_OUTCOME_EXTRACTED: "a sentence of a source took its place",
    pb.DROP_OUTCOME_DROPPED: "nothing took its place",
}
ORIGINS: Mapping[int, str] = {
    pb.ORIGIN_REASON_NEAR_DUPLICATE: "nearly the same text",
    pb.ORIGIN_REASON_SAME_PUBLISHER: "the same publisher",
    pb.ORIGIN_REASON_ATTRIBUTION: "credited to the same newsroom",
    pb.ORIGIN_REASON_SHARED_PASSAGES: "shared passages",
}
SLOTS: Mapping[int, str] = {
    pb.CONFLICT_SLOT_TIME: "Time",
    pb.CONFLICT_SLOT_DATE: "Date",
    pb.CONFLICT_SLOT_NUMBER: "Number",
    pb.CONFLICT_SLOT_PLACE: "Place",
    pb.CONFLICT_SLOT_PERSON: "Person",
    pb.CONFLICT_SLOT_POLARITY: "Whether it is so",
}
STATUSES: Mapping[int, str] = {
    pb.CONFLICT_STATUS_CONFLICT: "cannot all be true",
    pb.CONFLICT_STATUS_POSSIBLY_RECONCILABLE: "can be true together",
    pb.CONFLICT_STATUS_TIME_OF_WRITING: "written at different times",
}
MODES: Mapping[int, str] = {
    pb.SENTENCE_MODE_FUSED: "written from the quoted passages",
    pb.SENTENCE_MODE_EXTRACTED: "taken from one source",
}
UNASSIGNED: Mapping[int, str] = {
    pb.UNASSIGNED_REASON_NO_CONTENT: "nothing was left of it after cleaning",
    pb.UNASSIGNED_REASON_INVALID: "it could not be taken",
    pb.UNASSIGNED_REASON_MAX_STORIES: "its story is covered less than those that were asked for",
    pb.UNASSIGNED_REASON_MIN_ARTICLES: "its story has too few articles",
}
ANCHORS: Mapping[int, str] = {
    pb.DATE_ANCHOR_UNSPECIFIED: "",
    pb.DATE_ANCHOR_EXPLICIT: "",
    pb.DATE_ANCHOR_PUBLISHED_AT: "is counted from the day of publication",
    pb.DATE_ANCHOR_ARTICLE: "is of the year that its article gives that day",
}
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-\d\d)?", re.ASCII)
_UNKNOWN = "for a reason that this version does not know"


def told(words: Mapping[int, str], number: int) -> str:
    """Return what a number means; a newer server may send one that is not known here."""
    return words.get(number, _UNKNOWN)


def day(date: str) -> str:
    """Return ``2024-06-19`` as ``19 June 2024``, ``2024-06`` as ``June 2024``, and ``2024`` as it is."""
    match [int(part) for part in date.split("-")] if _DATE.fullmatch(date) else []:
        case [year, month, number]:
            return f"{number} {calendar.month_name[month]} {year:04}"
        case [year, month]:
            return f"{calendar.month_name[month]} {year:04}"
    return date


def capped(message: str) -> str:
    """Return a message of the service as a sentence begins."""
    return message[:1].upper() + message[1:]


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return ``1 story`` or ``2 stories``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
