from __future__ import annotations

import re

from service.render.page import template
from service.web import files
from service.web.calls import RPCS


def test_the_page_names_its_own_files_and_nothing_else() -> None:
    assert re.findall(r'(?:src|href)="([^"]*)"', files.page()) == ["data:,", "/try.css", "/try.js", "#form"]
    assert "style=" not in files.page()
    assert "http" not in files.style()


def test_the_script_writes_no_html_and_keeps_nothing_but_the_token() -> None:
    script = files.script()
    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "eval(",
        "Function(",
        "localStorage",
        "cookie",
    ):
        assert forbidden not in script
    assert set(re.findall(r"sessionStorage\.\w+\((\w+)", script)) == {"TOKEN"}


def test_the_script_calls_what_is_served() -> None:
    assert set(re.findall(r'call\("(\w+)"', files.script())) == set(RPCS)


def test_the_policy_lets_the_report_run_in_its_frame_and_nothing_else_inline() -> None:
    policy = files.policy()
    assert "unsafe" not in policy
    assert "*" not in policy
    assert set(re.findall(r"'(sha256-[^']+)'", policy)) == {
        template.digest(template.style()),
        template.digest(template.script()),
    }
