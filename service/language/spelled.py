"""Numbers of several words, or of digits and a word, as patterns and as values."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from service.language.units import SCALES, SHORT_SCALES, SMALL, TEENS, TENS

if TYPE_CHECKING:
    from collections.abc import Sequence

DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
SCALE = "|".join(SCALES)
_SPELLED = (
    rf"(?:{'|'.join(TENS)})[- ](?:{'|'.join(TEENS[:9])})|{'|'.join(sorted(SMALL, key=len, reverse=True))}"
)
# "A hundred and twenty", "two thousand five hundred"; behind "and" may begin another clause. A
# number has four scales at most, and a line of a megabyte may have any.
_HUNDREDS = (
    rf"(?:an?|{_SPELLED})[\s-]hundred\s(?:and\s)?(?:{_SPELLED})\b"
    r"(?!\s(?:hundred|dozen|others?|more|was|were|is|are|has|have|had)\b)"
)
_BELOW_THOUSAND = rf"(?:{_HUNDREDS}|(?:{_SPELLED})(?:[\s-]hundred)?\b)"
_JOINED = (
    rf"(?<!between\s)(?:(?:(?:an?|{_BELOW_THOUSAND})\s(?:thousand|million|billion|trillion)\s(?:and\s)?){{1,4}}"
    rf"{_BELOW_THOUSAND}(?!\s(?:{SCALE}|others?|more|was|were|is|are|has|have|had)\b)"
    rf"|(?:an?|{_BELOW_THOUSAND})\s(?:million|billion|trillion)\s(?:and\s)?{_BELOW_THOUSAND}(?=\sthousand)"
    rf"|{_HUNDREDS})"
)
# To be used where case does not matter. Its groups are what :func:`worth` reads.
NUMBER = (
    rf"(?:(?P<digits>{DIGITS})(?P<short>k|mn?|bn?)?|(?P<joined>{_JOINED})|(?P<word>{_SPELLED})"
    rf"|(?P<half>half an?)(?=\s(?:{SCALE})\b)|(?P<article>an?)(?=\s(?:{SCALE})\b))"
    rf"(?P<more>\sand\sa\shalf\b)?(?P<scales>(?:[\s-](?:{SCALE})\b)*)"
)


def worth(match: re.Match[str]) -> float:
    """Return the value of a match of :data:`NUMBER`."""
    if match["joined"]:
        return _sum(re.split(r"[-\s]", f"{match['joined']}{match['scales']}".lower()))
    if match["digits"]:
        value = float(match["digits"].replace(",", "")) * SHORT_SCALES.get((match["short"] or "").lower(), 1)
    elif match["word"]:
        value = float(sum(SMALL[part] for part in re.split(r"[- ]", match["word"].lower())))
    else:
        value = 0.5 if match["half"] else 1.0
    value += 0.5 if match["more"] else 0.0
    return value * math.prod(SCALES[scale] for scale in re.findall(SCALE, match["scales"].lower()))


def _sum(words: Sequence[str]) -> float:
    """Return the number that words stand for: what is below a thousand is worth the scale behind it."""
    whole = below = 0.0
    for word in words:
        if word in SMALL:
            below += SMALL[word]
        elif word == "hundred":
            below = max(below, 1.0) * SCALES[word]
        elif word in SCALES:
            whole, below = whole + max(below, 1.0) * SCALES[word], 0.0
    return whole + below
