from __future__ import annotations

import pytest

from service.language.newsrooms import credited, newsroom, signatures


@pytest.mark.parametrize(
    ("publisher", "name"),
    [
        ("The Gazette", "gazette"),
        (" gazette ", "gazette"),
        ("Associated Press", "AP"),
        ("The Associated Press", "AP"),
        ("AP News", "AP"),
        ("Thomson Reuters", "Reuters"),
        ("Yonhap News Agency", "Yonhap"),
        ("Gulf Reuters Review", "gulfreutersreview"),
        ("", ""),
    ],
)
def test_one_newsroom_has_one_name(publisher: str, name: str) -> None:
    assert newsroom(publisher) == name


@pytest.mark.parametrize(
    ("text", "agency", "shown"),
    [
        ("LONDON (Reuters) - The port was closed.", "Reuters", "LONDON (Reuters) -"),
        ("Fire\n\nCAPE CANAVERAL, Fla. (AP) — Scientists met.", "AP", "CAPE CANAVERAL, Fla. (AP) —"),
        ("SEOUL, June 5 (Yonhap) -- The port was closed.", "Yonhap", "SEOUL, June 5 (Yonhap) -"),
        ("MOSCOW, June 5. /TASS/. The port was closed.", "TASS", "MOSCOW, June 5. /TASS/. "),
        ("Washington (CNN) Ships sank.", "CNN", "Washington (CNN) "),
        ("By Jane Doe, Associated Press\nShips sank.", "AP", "By Jane Doe, Associated Press"),
        ("Ships sank.\n© 2018 AFP", "AFP", "© 2018 AFP"),
        (
            "Ships sank.\nAssociated Press writers Jane Doe and John Roe contributed to this report.",
            "AP",
            "Associated Press writers Jane Doe and John Roe contributed",
        ),
        ("Ships sank, the mayor said. (UPI)", "UPI", "(UPI)"),
        ("Ships sank.\nXinhua\n", "Xinhua", "Xinhua\n"),
    ],
)
def test_agencies_sign_their_stories(text: str, agency: str, shown: str) -> None:
    ((found, span),) = signatures(text)
    assert found == agency
    assert span.of(text).strip() == shown.strip()


@pytest.mark.parametrize(
    "text",
    [
        "The mayor told the Associated Press that ships sank.",
        "A ship on fire. (AP Photo/Jane Doe)",
        "The Associated Press contributed to this report from Oslo.",
        "Shares of Thomson Reuters (TRI) — up a tenth — led the market.",
        "He reads the AP guide. It was late.",
        "A ship burns in the port. (Reuters)\nThe port was closed.",
    ],
)
def test_who_is_only_mentioned_did_not_sign(text: str) -> None:
    assert not list(signatures(text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ships sank on Monday, the Gazette reported.", ["gazette"]),
        ("Ships sank on Monday, NDTV reports.", ["ndtv"]),
        ("Reuters first reported that ships sank.", ["Reuters"]),
        ("According to The Gazette, ships sank.", ["gazette"]),
        ("Ships sank, according to the Associated Press.", ["AP"]),
        ("Two ships sank, as reported by Gazette.", ["gazette"]),
        ("The mayor told the Gazette that ships sank.", []),
        ("Gazetteers reported two ships.", []),
        ("According to Gazettes of old, ships sink.", []),
        ("The port reported two ships.", []),
    ],
)
def test_an_article_tells_from_whom_it_has_its_news(text: str, names: list[str]) -> None:
    found = list(credited(text, 0, len(text), ["The Gazette", "NDTV", "", "Gazette"]))
    assert [name for name, _ in found] == names
    assert all(span.of(text) in text for _, span in found)


def test_only_the_part_that_is_asked_about_is_read() -> None:
    text = "Ships sank. Reuters reported it."
    assert not list(credited(text, 0, 11, []))
    ((_, span),) = credited(text, 12, len(text), [])
    assert span.of(text) == "Reuters reported"
