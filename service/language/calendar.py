"""Dates in words: weekdays, months and days such as "yesterday"."""

from __future__ import annotations

from service.language.words import lexicon, words

_MONTHS = lexicon(
    """
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sept sep oct nov dec
    """
)
# As :mod:`datetime` counts them: months from 1, weekdays from Monday, 0.
MONTHS = {
    month: number
    for number, month in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)  # noqa: SIM905
}
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)
WEEKDAYS = {
    f"{day}day": number
    for number, day in enumerate("mon tues wednes thurs fri satur sun".split())  # noqa: SIM905
}
_DAYS = lexicon("monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow tonight")
# What each word is compared as: months by three letters.
CALENDAR = {**{month: month[:3] for month in _MONTHS}, **{day: day for day in _DAYS}}
# These are other words as well and count only with a capital.
_AMBIGUOUS = lexicon("may march mar")


def dates(text: str) -> frozenset[str]:
    """Return the weekdays, months and relative days of a text, as :data:`CALENDAR` writes them."""
    found = set()
    for word in words(text):
        plain = word.lower().removesuffix("'s")
        if is_date(word.removesuffix("'s")):
            found.add(CALENDAR[plain])
    return frozenset(found)


def is_date(word: str) -> bool:
    """Tell whether a word is a weekday, a month or a relative day; "may" and "march" are other words."""
    return word.lower() in CALENDAR and (word[0].isupper() or word.lower() not in _AMBIGUOUS)
