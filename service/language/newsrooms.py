"""Newsrooms: whose story an article tells, by its publisher and by the agencies and papers that it credits.

The agencies are those whose stories other papers print as a matter of course; papers are known only by
what the caller says of the articles.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.domain import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

# What each agency is called. Upper and lower case matter, and initials that mean other things are left out.
_AGENCIES = {
    "AP": r"AP|A\.P\.|Associated Press",
    "Reuters": r"(?:Thomson )?Reuters|REUTERS",
    "AFP": r"AFP|Agence France[- ]Presse",
    "dpa": r"dpa|DPA|Deutsche Presse-Agentur",
    "PA": r"PA Media|Press Association",
    "UPI": r"UPI|United Press International",
    "Bloomberg": r"Bloomberg",
    "CNN": r"CNN|CNN Wire",
    "Xinhua": r"Xinhua|XINHUA",
    "TASS": r"(?:ITAR-)?TASS",
    "Interfax": r"Interfax",
    "KCNA": r"KCNA|Korean Central News Agency",
    "Yonhap": r"Yonhap",
    "Kyodo": r"Kyodo",
    "Jiji": r"Jiji Press",
    "PTI": r"PTI|Press Trust of India",
    "ANI": r"ANI|Asian News International",
    "IANS": r"IANS|Indo-Asian News Service",
    "EFE": r"EFE",
    "ANSA": r"ANSA",
    "Anadolu": r"Anadolu",
    "Canadian Press": r"Canadian Press",
}
_AGENCY = rf"(?:[Tt]he )?(?:{'|'.join(_AGENCIES.values())})(?: [Nn]ews(?: [Aa]gency)?| Agency)?"
# Bounded, so that the work stays linear whatever a text is full of.
_MARKS = r"[^\w\n]{0,8}"
_CAPITALISED = r"(?:[A-Z\d][\w.’'-]*[,/ ]\s?)"
_SIGNATURES = (
    # Datelines such as "SEOUL, South Korea, June 5 (Yonhap) -- " or "MOSCOW, June 5. /TASS/. "
    rf"^{_MARKS}{_CAPITALISED}{{0,7}}[(/](?P<by>{_AGENCY})[)/]\.?\s{{0,3}}(?:[—–-]|(?=[A-Z“\"]))",
    # "By Jane Doe, Associated Press"
    rf"^[Bb][Yy] [^,|/\n]{{2,60}}[,|/] ?(?P<by>{_AGENCY}){_MARKS}$",
    # "Copyright 2018 The Associated Press. All rights reserved."
    rf"(?:Copyright|©)[ ©]{{1,3}}(?:\d{{4}},? )?(?P<by>{_AGENCY})\b",
    # "Associated Press writers Jane Doe and John Roe contributed to this report."
    rf"^{_MARKS}(?P<by>{_AGENCY}) (?:writers?|reporters?|journalists?)\b.{{0,400}}\bcontributed",
    # The last line or the last bracket of the text.
    rf"(?:^|[(—–])\s?(?P<by>{_AGENCY})\)?{_MARKS}\s*\Z",
)
_PATTERNS = tuple(re.compile(pattern, re.MULTILINE) for pattern in _SIGNATURES)
_REPORTS = r"(?:(?:first|also|has|had|have|exclusively|previously) )*(?:reports|reported)\b"
_ARTICLE = re.compile(r"^[Tt]he\s+")
_IGNORED = re.compile(r"\W+|\bthe\b")


def newsroom(publisher: str) -> str:
    """Return one name for all ways to write a publisher: "The Gazette", "gazette"; may be empty."""
    name = publisher.strip()
    if re.fullmatch(_AGENCY, name):
        return next(agency for agency, names in _AGENCIES.items() if re.search(rf"\b(?:{names})\b", name))
    return _IGNORED.sub("", name.casefold())


def signatures(text: str) -> Iterator[tuple[str, Span]]:
    """Yield the agencies that sign an article, in a dateline, a byline, or at its end, and where."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield newsroom(match["by"]), Span(*match.span())


def credited(text: str, start: int, end: int, publishers: Collection[str]) -> Iterator[tuple[str, Span]]:
    """Yield the newsrooms from which a part of a text says that its news is: "NDTV reports"; and where.

    What somebody *told* a paper is left out: he tells it to others as well, and the paper may be this one.

    Args:
        text: An article.
        start: Where the part starts.
        end: Where it ends.
        publishers: Names of papers that may be meant, beside the agencies.
    """
    papers = [_ARTICLE.sub("", name.strip()) for name in publishers]
    names = [_AGENCY, *(rf"(?:[Tt]he )?{re.escape(name)}" for name in papers if name)]
    by = rf"(?P<by>{'|'.join(names)})"
    for pattern in (rf"\b{by}(?!\w),? {_REPORTS}", rf"\b(?:[Aa]ccording to|[Rr]eported by) {by}(?!\w)"):
        for match in re.compile(pattern).finditer(text, start, end):
            yield newsroom(match["by"]), Span(*match.span())
