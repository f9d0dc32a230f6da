"""What a sentence needs to stand alone: no connective to, and no pronoun for, something outside it."""

from __future__ import annotations

import re

from service.language.words import FUNCTION_WORDS, lexicon

# "First, Second and Third streets" names them, and "Next, the retailer," is one.
_ORDER = (
    r"(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|next|finally|lastly|plus|anyway|in short)"
    r"(?=\s*,)(?!\s*,\s*(?:second|third|fourth|fifth)\b|\s*,\s*(?:the|an?)\b[^,]{1,80},)"
)
_CONNECTIVE = re.compile(
    r"(?:however|but|and|so|yet|also|moreover|furthermore|meanwhile|still|instead|nevertheless|nonetheless|"
    r"therefore|thus|hence|then|besides|similarly|likewise|otherwise|conversely|consequently|accordingly|"
    r"additionally|indeed|in fact|of course|in addition|in turn|as a result|at the same time|for example|"
    r"for instance|on the other hand|on the contrary|by contrast|in contrast|in other words|after all|"
    r"that said|by extension|even so|as such|for that reason|for this reason|because of this|despite this|"
    r"more to the point|what is more|to that end|"
    r"according to (?:him|her|them|it))\b(?:\s*,\s*|\s+)"
    # These are connectives before a comma alone: "Finally free, Berg left the port".
    rf"|(?:{_ORDER}|or)\s*,\s*",
    re.IGNORECASE,
)
# Somebody speaks, and who that is stands elsewhere: "Wow, the ratings are in".
_SPOKEN = re.compile(
    r"^(?:wow|oh|ah|hey|hi|hello|well|yes|yeah|no|nope|ok|okay|look|listen|thanks|sorry)(?=,)"
    r"|^please\b(?=,|\s+(?-i:[a-z]))",
    re.IGNORECASE,
)
# "The port will close, she said." is seldom of somebody in the sentence; "When Berg came, she said no" is.
_SAID_BY = re.compile(
    r",\s+(?P<speaker>he|she|they)\s+(?:also\s+|later\s+|then\s+|\w+ly\s+)?(?:said|says|say|added|adds|explained"
    r"|explains|noted|notes|wrote|writes|argued|argues|claimed|claims|recalled|continued|warned|insisted"
    r"|admitted|testified|stressed|concluded|tweeted)(?:\s+(?:on|in|at|by|during)(?:\s+(?!that\b)[\w’'-]+){1,4}"
    r"|\s+\w+day)?(?=[.,;]|$)",
    re.IGNORECASE,
)
# Datelines such as "AUSTIN, Texas (AP) — ", "(CNN) ", "WASHINGTON - " and "Sycamore, Illinois (CNN) ".
_CITY = r"[A-Z][A-Z.’'-]+(?:[ /][A-Z][A-Z.’'-]*)*(?:,\s[A-Z][\w.]*(?:\s[A-Z][\w.]*)*)?"
_AGENCY = r"\((?:AP|CNN|AFP|UPI|Reuters|REUTERS|[A-Z][A-Z .]{2,20})\)"
_DASH = r"(?:[—–]|--?)"
_DATELINE = re.compile(
    rf"(?:{_CITY}\s*(?:\([^()]{{2,40}}\)\s*)?{_DASH}\s*"
    rf"|(?:[A-Z][\w.’'-]*,?\s){{0,5}}{_AGENCY}\s*{_DASH}?\s*)(?=[A-Z“\"‘0-9])"
)
_DROPPABLE = re.compile(
    r"(?:however|moreover|furthermore|meanwhile|nevertheless|nonetheless|besides|additionally|indeed|in fact|"
    r"of course|in addition|also|similarly|likewise|still|and|but)\s*,\s*|(?:but|and)\s+"
    rf"|{_ORDER}\s*,\s*",
    re.IGNORECASE,
)
# "US" is a country and "IT" a trade.
_PRONOUN = re.compile(
    r"\b(?:he|him|his|she|her|hers|they|them|their|theirs|its|himself|herself|themselves|itself"
    r"|i|we|our|my|me|you|your|(?-i:[Uu]s|[Ii]t))\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:I|[Ww]e|[Uu]s|[Oo]ur|[Mm]y|[Mm]e|[Yy]ou|[Yy]our|[Ii]’m|[Ww]e’re)\b")
# "Those who came" and "ports such as Oslo" say themselves what they mean.
_DEMONSTRATIVE = re.compile(
    r"\b(?:this|these|such(?!\s+as\b)"
    r"|those(?!\s+(?:who|whom|whose|that|which|with|without|of|in|on|at|from|near|aboard|around|inside|outside"
    r"|under|over|not|\w+ed|\w+ing|\w+ly\s+\w+(?:ed|ing))\b))\b(?!\s+(?:year|month|week|morning|afternoon|evening|weekend|summer|winter"
    r"|spring|autumn|fall|season|time))|^that\b(?!\s+\w+\s+\w+ed)",
    re.IGNORECASE,
)
_ANAPHOR = re.compile(
    r"^(?:both(?!\s+(?:(?-i:[A-Z])|of\b))|the (?:two|pair|former|latter|duo|three|men|women|other|same"
    r"|move|incident|decision|news|statement|comments?|remarks?|announcement|report|document|letter|couple)\b"
    r"|there\b(?! (?:is|are|was|were|has|have|will|could|may|might|would))|here\b|one of them"
    r"|some of (?:them|these|those)|another\b|others\b|that(?:’s|'s)\b|it(?:’s|'s)\b|neither\b|either\b)",
    re.IGNORECASE,
)
# "In her case, it seems to have.": the verb stands in another sentence.
_ELLIPSIS = re.compile(
    r"\b(?:have|has|had|do|does|did|is|was|are|were|will|would|could|should)(?: not|n['’]t| so)?[.!]$"
)
_SUBJECTLESS = re.compile(
    r"^([A-Z][a-z]+s) (?:no|not|a|an|the|his|her|its|their|that|it|him|them|out|up|down)\b"
)
_NO_VERBS = lexicon("across always as besides perhaps regardless thus towards unless upwards versus yes")
_EXPLETIVE = re.compile(
    r"^it\s+(?:is|was|has been|will be|remains?|seems?|appears?)\s+(?:\w+\s+(?:that|whether|how|if)"
    r"|(?:too )?(?:possible|impossible|hard|difficult|easy|important|necessary|time|likely|unlikely"
    r"|early|late)\s+to)\b",
    re.IGNORECASE,
)
_LEANING = (_SPOKEN, _ANAPHOR, _DEMONSTRATIVE, _FIRST_PERSON, _ELLIPSIS)
# "After he took office, Putin went": the name comes behind the clause that the pronoun is in.
_SUBORDINATE = re.compile(
    r"\b(?:after|before|when|while|since|although|though|until|once|as)\s+$", re.IGNORECASE
)
_CATAPHOR = re.compile(r"(?:he|she|they|it)\b[^,]{1,80},\s+(?!The\b)[A-Z][a-z]")
# What adds to, or turns against, a sentence before; in a paragraph that sentence mostly stands there.
_BACKWARD = re.compile(
    r"\b(?:(?<!but )also(?! known)|instead(?! of)|too(?=[.,;])|then(?=[.,])|meanwhile|however|moreover"
    r"|furthermore|likewise|nevertheless|nonetheless|therefore|afterwards?|thereafter|^later(?=,)"
    r"|the (?:same|following|previous|next) (?:day|time|week|month|year))\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“\"«][^”\"»]*[”\"»]?")
# "A judge ordered him freed": an object is seldom what the subject names, so a name must stand before it.
_OBJECTS = frozenset({"him", "them"})
_NAME = re.compile(r"(?<!^)\b[A-Z][\w’'-]+|^[A-Z][\w’'-]+(?=\s[A-Z]|[’']s\b)")
_ANTECEDENT = re.compile(r"(?<![.!?]\s)\b(?:(?i:the|a|an|some|many|several|its?)\s+\w+|[A-Z][\w’'-]+)")


def quotable(text: str) -> str:
    """Return a sentence on one line, without a dateline or an empty connective at its start."""
    line = " ".join(text.split())
    if match := _DATELINE.match(line):
        line = line[match.end() :]
    match = _DROPPABLE.match(line)
    if not match or match.end() >= len(line):
        return line
    rest = line[match.end() :]
    return rest[0].upper() + rest[1:]


def leans_on_context(text: str) -> str:
    """Return the word by which a sentence leans on something outside it, or an empty string.

    A pronoun is fine if something that it can stand for comes before it in the sentence. Words inside
    quotation marks are the speaker's and are not judged.
    """
    bare = _QUOTED.sub(" ", text).strip()
    if match := _CONNECTIVE.match(bare):
        return match.group().strip(" ,")
    found = (pattern.search(bare) for pattern in _LEANING)
    return (
        next((match.group() for match in found if match), "")
        or _subjectless(bare)
        or _unbound_pronoun(bare)
        or _said_by(bare)
    )


def refers_back(text: str) -> str:
    """Return the word by which a sentence goes on from another one, or an empty string.

    Such a sentence can be read alone, as :func:`leans_on_context` asks, but says that something came before.
    """
    match = _BACKWARD.search(_QUOTED.sub(" ", text))
    return match.group() if match else ""


def _subjectless(bare: str) -> str:
    match = _SUBJECTLESS.match(bare)
    return match.group() if match and match.group(1).lower() not in _NO_VERBS else ""


def _unbound_pronoun(bare: str) -> str:
    for match in _PRONOUN.finditer(bare):
        if match.start() == 0 and _EXPLETIVE.match(bare):
            continue
        if _CATAPHOR.match(bare, match.start()) and _SUBORDINATE.search(bare[: match.start()]):
            continue
        antecedent = _NAME if match.group().lower() in _OBJECTS else _ANTECEDENT
        return "" if _has_antecedent(bare[: match.start()], antecedent) else match.group()
    return ""


def _said_by(bare: str) -> str:
    match = _SAID_BY.search(bare)
    return match["speaker"] if match else ""


def _has_antecedent(before: str, antecedent: re.Pattern[str]) -> bool:
    """Tell whether something stands before a pronoun that it can mean: not "When they", not "Soon they"."""
    end = len(before.rstrip())
    return any(
        match.end() < end and match.group().lower() not in FUNCTION_WORDS
        for match in antecedent.finditer(before)
    )
