"""Words for numbers and for units of measure, and what each is worth."""

from __future__ import annotations

from service.language.words import lexicon

TEENS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SMALL = {word: value for value, word in enumerate(TEENS, start=1)} | {
    word: 10 * value for value, word in enumerate(TENS, start=2)
}
SCALES = {"dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
SHORT_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9}
CURRENCIES = {"dollar": "$", "dollars": "$", "euro": "€", "euros": "€"}
# In metres, kilograms, square metres and hours; a month is a twelfth of a year.
_WORTH = {
    "length": "km:1000 kilometer:1000 kilometre:1000 kilometers:1000 kilometres:1000 mile:1609.344"
    " miles:1609.344 meter:1 metre:1 meters:1 metres:1 foot:0.3048 feet:0.3048 yard:0.9144 yards:0.9144"
    " inch:0.0254 inches:0.0254",
    "mass": "kg:1 kilogram:1 kilograms:1 kilos:1 ton:1000 tons:1000 tonne:1000 tonnes:1000 pound:0.45359237"
    " pounds:0.45359237 lbs:0.45359237 ounce:0.02834952 ounces:0.02834952 grams:0.001",
    "area": "acre:4046.856 acres:4046.856 hectare:10000 hectares:10000",
    "time": "second:0.00027778 seconds:0.00027778 minute:0.01666667 minutes:0.01666667 hour:1 hours:1"
    " day:24 days:24 week:168 weeks:168 month:730.5 months:730.5 year:8766 years:8766"
    " decade:87660 decades:87660",
}


def _units() -> dict[str, tuple[str, float]]:
    return {
        form: (dimension, float(worth))
        for dimension, listed in _WORTH.items()
        for form, _, worth in (entry.partition(":") for entry in lexicon(listed))
    }


UNITS = _units()
