from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import RemovalReason
from service.language.furniture import is_sure, judge

LONG_PROSE = (
    "Over the next three days the crews looked for the men who had been on the pier, and on the fourth day "
    "they found a boat that had been tied to it when the fire began."
)
LONG_NOTICE = (
    "We and our partners use cookies, and you can change your privacy settings or read our privacy policy "
    "before you sign in to your account."
)
LONG_MENU = (
    "Home of Sports, Weather Today, Opinion, Travel and Food, World News, Business Markets, Fashion Week, "
    "Health Science, Real Estate, Arts Theater, Books, Video, Podcasts, Games."
)
PROSE = [
    "The fire broke out at the port on Monday, and 12 men were hurt.",
    "He left it at that.”",
    "“We will rebuild the port,” the mayor told reporters at the scene.",
    "The company said that its new cookie policy would be put to a vote in the spring of next year.",
    LONG_PROSE,
    "• The mayor said that the port would be closed for a week.",
]
FURNITURE = {
    RemovalReason.COMMENTS: [
        "Leave a reply",
        "14 Comments",
        "Join the conversation",
        "Your email address will not be published. Required",
    ],
    RemovalReason.RELATED: [
        "Read also:",
        "• Related stories",
        "Most read in World",
        "READ MORE: Fire at a port in the north",
        "You may also like",
    ],
    RemovalReason.CREDIT: [
        "Photo: Anna Berg",
        "By Anna Berg and Bela Csonka",
        "(Reuters photo of the port)",
        "Reporting by Anna Berg in Oslo; editing by others",
        "Anna Berg is a staff reporter covering crime and courts.",
        "Published on 12 June 2024",
        "June 12, 2024",
        "3 hours ago",
        "2024-06-12 at noon",
    ],
    RemovalReason.NOTICE: [
        "We use cookies.",
        "© 2024 The Port Gazette",
        "Sign up for our newsletter.",
        "Accept all cookies",
        "Add Anna Berg as an interest to stay up to date on the latest Anna Berg news and analysis from us.",
        "Editor’s note: this story was updated after the police had spoken to reporters.",
        "Here's the paraphrased version of your text:",
        "An earlier version of this article gave the wrong age of the man who was hurt in the fire.",
        LONG_NOTICE,
    ],
    RemovalReason.NAVIGATION: ["<div class='menu'>The port is closed.</div>", "Win a boat today!!!!"],
    RemovalReason.FRAGMENT: [
        "Home",
        "Fire at the port hurts twelve men",
        "Sports. Weather. Opinion. Travel.",
        LONG_MENU,
    ],
}
CASES = [(text, reason) for reason, texts in FURNITURE.items() for text in texts]


@pytest.mark.parametrize("text", PROSE)
def test_running_text_is_kept(text: str) -> None:
    assert judge(text) is None


@pytest.mark.parametrize(("text", "reason"), CASES)
def test_furniture_is_told_by_its_words_and_shape(text: str, reason: RemovalReason) -> None:
    assert judge(text) is reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By Anna Berg", True),
        ("14 Comments", True),
        ("Accept all cookies", True),
        ("Editor’s note: this story was updated after the police had spoken to reporters.", True),
        (LONG_NOTICE, True),
        ("He said that people should click on the link that the police had sent to all of them.", False),
        ("Fire at the port hurts twelve men", False),
        (LONG_PROSE, False),
    ],
)
def test_what_says_what_it_is_is_believed_and_what_only_may_be_is_not(text: str, *, expected: bool) -> None:
    assert is_sure(text, judge(text)) is expected


@pytest.mark.parametrize("text", PROSE[:4])
def test_the_mark_of_a_list_changes_nothing(text: str) -> None:
    assert judge(f"  12) {text}") is judge(f"– {text}") is None


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    assert judge(text) in {None, *RemovalReason}
    assert judge(text) or any(map(str.isalnum, text))


@pytest.mark.parametrize(
    "text",
    [
        "By Tuesday the bridge was open again.",
        "By nightfall, police had made no arrests.",
        "Next year the council will vote on the plan for the bridge.",
        "More than 20 people were hurt in the fire.",
        "Watch as the port burns in the night.",
        "Updated figures showed that 20 men were dead.",
        "The mayor told the Associated Press.",
        "Copies of the newsletter were sent to all of the houses.",
        "The editor noted that the story had been read by a million people.",
        "The correction of the map was made by the city in the spring.",
    ],
)
def test_the_first_words_of_a_sentence_do_not_make_it_furniture(text: str) -> None:
    assert judge(text) is None


@pytest.mark.parametrize(
    "text",
    [
        f"next{' ' * 50_000}x",
        f"Updated{' ' * 50_000}{'x' * 70}",
        f"photo{' ' * 50_000}x",
        f"by{' and' * 12} 1x 2",
        "(photo" * 20_000,
        f"save my name{'!' * 50_000}\nx",
    ],
    ids=lambda text: text[:7].strip(),
)
def test_no_line_makes_a_pattern_try_for_ever(text: str) -> None:
    judge(text)
