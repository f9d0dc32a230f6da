from __future__ import annotations

import pytest

from service.language.newsrooms import credited, newsroom


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
        ("According to Gazette in Moss, ships sank.", []),
        ("According to Gazette Weekly, ships sank.", []),
        ("According to the Gazette and NDTV, ships sank.", ["gazette"]),
        ("According to Reuters in Moscow, ships sank.", ["Reuters"]),
        ("According to Police, ships sank. Staff reported it.", []),
    ],
)
def test_an_article_tells_from_whom_it_has_its_news(text: str, names: list[str]) -> None:
    found = list(
        credited(text, 0, len(text), ["The Gazette", "NDTV", "", "Gazette", "Police", "staff", "Staff"])
    )
    assert [name for name, _ in found] == names
    assert all(span.of(text) in text for _, span in found)


def test_only_the_part_that_is_asked_about_is_read() -> None:
    text = "Ships sank. Reuters reported it."
    assert not list(credited(text, 0, 11, []))
    ((_, span),) = credited(text, 12, len(text), [])
    assert span.of(text) == "Reuters reported"
