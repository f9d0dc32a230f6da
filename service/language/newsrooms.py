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
AGENCY = rf"(?:[Tt]he )?(?:{'|'.join(_AGENCIES.values())})(?: [Nn]ews(?: [Aa]gency)?| Agency)?"
# Names that stand in a text as ordinary words, though a caller may send them as publishers.
_ORDINARY = re.compile(
    r"admin|agenc(?:y|ies)|authors?|authorities|correspondents?|editors?|government|media|news|newsroom"
    r"|officials|police|press|reporters?|residents|sources?|staff|witnesses",
    re.IGNORECASE,
)
# "According to Police in Moss" and "according to Gazette Weekly" are of others than Police and Gazette.
_MORE_OF_A_NAME = r"(?! (?:in|of|at|from)\b|[ -][A-Z])"
_REPORTS = r"(?:(?:first|also|has|had|have|exclusively|previously) )*(?:reports|reported)\b"
_ARTICLE = re.compile(r"^[Tt]he\s+")
_IGNORED = re.compile(r"\W+|\bthe\b")


def newsroom(publisher: str) -> str:
    """Return one name for all ways to write a publisher: "The Gazette", "gazette"; may be empty."""
    name = publisher.strip()
    if re.fullmatch(AGENCY, name):
        return next(agency for agency, names in _AGENCIES.items() if re.search(rf"\b(?:{names})\b", name))
    return _IGNORED.sub("", name.casefold())


def credited(text: str, start: int, end: int, publishers: Collection[str]) -> Iterator[tuple[str, Span]]:
    """Yield the newsrooms from which a part of a text says that its news is: "NDTV reports"; and where.

    What somebody *told* a paper is left out: he tells it to others as well, and the paper may be this one.

    Args:
        text: An article.
        start: Where the part starts.
        end: Where it ends.
        publishers: Names of papers that may be meant, beside the agencies.
    """
    papers = [name for given in publishers if (name := _ARTICLE.sub("", given.strip()))]
    papers = [name for name in papers if not _ORDINARY.fullmatch(name)]
    names = [AGENCY, *(rf"(?:[Tt]he )?{re.escape(name)}{_MORE_OF_A_NAME}" for name in papers)]
    by = rf"(?P<by>{'|'.join(names)})"
    for pattern in (rf"\b{by}(?!\w),? {_REPORTS}", rf"\b(?:[Aa]ccording to|[Rr]eported by) {by}(?!\w)"):
        for match in re.compile(pattern).finditer(text, start, end):
            yield newsroom(match["by"]), Span(*match.span())
