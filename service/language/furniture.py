"""How English pages mark what is not the article: by phrases and by shape. No names of sites stand here.

What is said here of a block is evidence for the classifier; some of it is believed whatever else is seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.domain import RemovalReason
from service.language.layout import ENDS_SENTENCE, LIST_MARK
from service.language.words import function_share, word_count

NOTICE = re.compile(
    r"\b(?:we (?:and our partners )?use cookies|cookie (?:policy|settings|preferences|notice)"
    r"|accept (?:all )?cookies"
    r"|privacy (?:policy|notice|settings)|terms (?:of (?:use|service)|and conditions|& conditions)"
    r"|all rights reserved|rights reserved|copyright ©|©|\(c\) \d{4}|may not be (?:published|reproduced"
    r"|broadcast|rewritten)"
    r"|subscribe (?:now|today|to)|subscribers? only|sign up (?:for|to|now)|newsletters?|your inbox"
    r"|(?:log|sign) in (?:to|or)|create (?:a free |an |your )?account|already (?:a )?(?:subscriber|member"
    r"|registered)"
    r"|advertis(?:e|ement|ing|er)s?\b|sponsored|affiliate (?:links?|commission)|ad ?block(?:er)?"
    r"|(?:enable|turn on) javascript|javascript (?:is|must be)|(?:outdated|unsupported|your"
    r"|modern) browser|browser (?:is|does|has)"
    r"|download (?:the|our) app|follow us|like us on|share this|share on|add (?:us|this) (?:on|to)"
    r"|click (?:here|on)"
    r"|tap (?:here|to)|swipe (?:to|left|right)|support (?:our|independent) journalism|donate (?:now|today)"
    r"|latest updates"
    r"|our (?:social media|advertising|analytics) partners|tracking technolog|breaking news alerts"
    r"|push notifications"
    r"|add .{2,40} as an interest|stay up to date on the latest"
    r"|you can add location|you always have the option|learn more about"
    r"|hide caption|toggle caption"
    r"|enlarge this image|skip to (?:main )?content|back to top|this (?:article|story|post) (?:was|is"
    r"|has been) (?:originally )?"
    r"(?:published|posted|updated|auto)|views expressed|opinions expressed)\b|©",
    re.IGNORECASE,
)
COMMENTS = re.compile(
    r"^(?:leave (?:a|your) (?:reply|comment)|(?:post|add|write|submit) (?:a |your )?(?:reply|comments?)"
    r"|comments? ?(?:\(\d+\)|closed|policy)?"
    r"|\d+ comments?|(?:view|show|load) (?:all |more )?(?:\d+ )?comments?|join the (?:conversation"
    r"|discussion)|reply(?: to)?"
    r"|your email address will not be published.*|required fields are marked.*|notify me of .*|save my name.*"
    r"|(?:be the first|log in|sign in|you must be logged in) to (?:comment|post a comment|reply).*)\W*$",
    re.IGNORECASE,
)
RELATED = re.compile(
    r"^(?:read (?:also|more|next|this|the full .*)|also read|see also|watch(?: more| also| now)?|listen"
    r"|related(?: \w+){0,2}"
    r"|similar (?:posts|articles|stories|news)|more (?:from|on|in|about|stories|news|like this|coverage"
    r"|top stories)\b.{0,40}"
    r"|recommended(?: \w+){0,3}|you (?:may|might)(?: also)? (?:like|enjoy|be interested).{0,20}|(?:most"
    r"|trending|popular|latest|top|"
    r"recent|editor'?s'?|must) (?:read|popular|viewed|shared|now|stories|posts|news|articles|picks|videos"
    r"|comments)\b.{0,30}"
    r"|don'?t miss.{0,30}|what to read next|up next|next (?:article|story|post)|previous (?:article|story"
    r"|post)|in (?:this|other) (?:story|news)"
    r"|continue reading.{0,30}|keep reading|explore more|further reading|story highlights"
    r"|story continues below.{0,40}"
    r"|from (?:the web|around the web|our partners).{0,30}|(?:prev|next|previous)\b.{0,200})[ :>»→]*$",
    re.IGNORECASE,
)
RELATED_PREFIX = re.compile(
    r"^(?:(?:read|see|watch|listen)(?: (?:more|also|next|now))?|related(?: \w+)?|more|also read"
    r"|don'?t miss|in other news|prev|next)"
    r"(?:\s*[:>»|–—-]\s*|\s+(?=(?-i:[A-Z]{2,})\s))\S",
    re.IGNORECASE,
)
# An article that speaks of itself, or an editor or a program that speaks of it.
ABOUT_ITSELF = re.compile(
    r"^\W*(?:(?:editor|publisher)(?:['’]?s|s['’])? note\b"
    r"|(?:correction|clarification)s?(?: \([^()]{1,40}\))?\s*:"
    r"|(?:here['’]?s|here is|this is|the following is|below is) (?:an? |the |your )?(?:\w+ )?"
    r"(?:archived?|cached|paraphrased|rewritten|translated|abridged|machine[ -]translated)"
    r" (?:version|copy|text|translation)\b)"
    r"|\b(?:an?|the) (?:earlier|previous) version of this (?:article|story|report|post|headline)\b"
    r"|^\W*this (?:article|story|report|post) (?:has been|was)"
    r" (?:updated|corrected|amended|translated|edited)\b",
    re.IGNORECASE,
)
REPORTER = re.compile(
    r"^(?:reporting|writing|editing|additional reporting|compiled|contributed) by\b"
    r"|^[^,.]{3,60} is an? (?:[\w-]+ ){0,3}(?:reporter|correspondent|columnist|writer|editor)"
    r" (?:covering|for|at|with|based)\b"
    r"|^\((?:AP |Reuters |Getty |file )?(?:photo|image|picture|report|writ|edit)",
    re.IGNORECASE,
)
CREDIT = re.compile(
    r"^(?:photo|photograph|photos|image|images|picture|pictured|video|graphic|illustration|source|credit"
    r"|caption|file photo)s?\b"
    r"\s*(?:credit|by|courtesy|source)?\s*[:/|(]"
    r"|\((?:AP |Reuters |Getty |file )?(?:photo|image|picture)s?\b[^)]*\)\s*$|\([^()]{3,60}/[^()]{3,60}\)\s*$"
    r"|(?:getty images?|associated press|/ ?ap|/ ?reuters|/ ?afp|shutterstock|via ap|epa-efe)\W{0,2}$"
    r"|^(?:by|written by|reported by|posted by|published by|story by|edited by|reporting by"
    r"|additional reporting by|with reporting by)\b:?"
    r"(?-i:(?: [A-Z][\w.'’-]+| and\b|,| (?!and\b)[a-z]{2,3}(?= [A-Z])){0,12})\W{0,9}$"
    r"|^(?:updated|published|posted|last (?:updated|modified)|first published|modified|created"
    r"|date)\b\W*(?:on|at|:)?\s*[\w,.: /-]{3,60}$",
    re.IGNORECASE,
)
DATE_LINE = re.compile(
    r"^\W*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)(?:day)?,?\s+)?(?:\d{1,2}(?:st|nd|rd|th)?\s+)?"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+\d{1,4}(?:st|nd|rd"
    r"|th)?,?(?:\s+\d{4})?\W*"
    r"(?:(?:at\s+)?\d{1,2}[:.]\d{2}.{0,40})?$|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b.{0,30}$"
    r"|^\d+\s+(?:second|minute|hour|day|week|month|year)s? ago\W*$|^\d{1,2}:\d{2}\b.{0,20}$",
    re.IGNORECASE,
)
MARKUP = re.compile(
    r"</?[a-z][a-z0-9]*(?:\s[^<>]{0,500})?/?>|\{\{|\}\}|function\s*\(|var \w+\s*=|^\s*[.#@][\w-]+\s*\{",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\b(?:we|our|your?|click|subscribe|sign up|may not be|rights reserved|copyright|browser|javascript"
    r"|stay up to date)\b|©",
    re.IGNORECASE,
)
_SHOUT = re.compile(r"[!?]{3,}")
# In words: shorter lines are seldom running text.
_SHORT = 12
_SENTENCE = 5
# In characters.
_LONGEST = 500
# Shares of function words, from 0 to 1; English prose has 0.3 to 0.6, a list of names or headlines less.
_RUNNING_TEXT, _FLUENT_TEXT = 0.2, 0.3
_LEAST_WORDS, _LEAST_SHARE = 3, 0.1


@dataclass(frozen=True, slots=True)
class _Line:
    """A block on one line without the mark of a list, its words, and their share of function words."""

    text: str
    words: int
    share: float

    @property
    def is_short(self) -> bool:
        """Whether it can be a credit, a heading or a form; some patterns for these are slow on long lines."""
        return len(self.text) <= _LONGEST

    @property
    def is_sentence(self) -> bool:
        """Whether it reads as one, so that the words it begins with are not enough to remove it."""
        return (
            self.words >= _SENTENCE and self.share >= _RUNNING_TEXT and bool(ENDS_SENTENCE.search(self.text))
        )


def judge(text: str) -> RemovalReason | None:
    """Return what a block is by its own words and shape, or None if it is running text.

    Args:
        text: A line or a paragraph, perhaps with the mark of a list at its start.
    """
    bare = " ".join(LIST_MARK.sub("", text).split())
    line = _Line(bare, word_count(bare), function_share(bare))
    return next((reason for reason, test in _TESTS if test(line)), None)


def _is_comment_form(line: _Line) -> bool:
    return line.is_short and bool(COMMENTS.match(line.text))


def _is_related(line: _Line) -> bool:
    if not line.is_short:
        return False
    prefixed = RELATED_PREFIX.match(line.text) and line.words < 3 * _SHORT
    return bool(prefixed or (RELATED.match(line.text) and not line.is_sentence))


def _is_credit(line: _Line) -> bool:
    if not line.is_short:
        return False
    if REPORTER.match(line.text):
        return True
    if line.is_sentence:
        return False
    credited = line.words < 5 * _SHORT and CREDIT.search(line.text)
    return bool(credited or DATE_LINE.match(line.text))


def _is_notice(line: _Line) -> bool:
    """Tell whether the page speaks to its reader or of itself; the longer the line, the more must say so."""
    if line.is_short and ABOUT_ITSELF.search(line.text):
        return True
    phrases = len(NOTICE.findall(line.text))
    if line.words < _SHORT and not line.is_sentence:
        return phrases > 0
    return phrases > line.words // (2 * _SHORT) and bool(_ADDRESS.search(line.text))


def _is_navigation(line: _Line) -> bool:
    return bool(MARKUP.search(line.text) or _SHOUT.search(line.text))


def _is_fragment(line: _Line) -> bool:
    """Tell whether a line is not running text."""
    ended = bool(ENDS_SENTENCE.search(line.text))
    if line.words >= 2 * _SHORT:
        return line.share < (_RUNNING_TEXT if ended else _FLUENT_TEXT)
    return line.words < _LEAST_WORDS or not ended or line.share < _LEAST_SHARE


def is_sure(text: str, reason: RemovalReason | None) -> bool:
    """Tell whether what :func:`judge` says is believed whatever surrounds the block.

    Forms, links and credits say what they are, and so do notices that are short or speak to their reader
    twice: of 63,584 words of labelled articles 143 are in such blocks. Other long notices, and what only
    looks like a fragment, may be of the article.
    """
    if reason in _SAYS_SO:
        return True
    brief = word_count(text) < _SHORT
    again = reason is RemovalReason.NOTICE and len(NOTICE.findall(text)) > 1
    return reason in _SAYS_SO_BRIEFLY and (brief or again or bool(ABOUT_ITSELF.search(text)))


_SAYS_SO = frozenset({RemovalReason.COMMENTS, RemovalReason.RELATED, RemovalReason.CREDIT})
_SAYS_SO_BRIEFLY = frozenset({RemovalReason.NOTICE, RemovalReason.NAVIGATION})
# The first that holds decides.
_TESTS = (
    (RemovalReason.COMMENTS, _is_comment_form),
    (RemovalReason.RELATED, _is_related),
    (RemovalReason.CREDIT, _is_credit),
    (RemovalReason.NOTICE, _is_notice),
    (RemovalReason.NAVIGATION, _is_navigation),
    (RemovalReason.FRAGMENT, _is_fragment),
)
