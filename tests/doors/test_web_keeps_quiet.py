"""The pages behind links say nothing about a case, to anybody, and keep themselves to themselves."""

import logging
import re
from base64 import b64encode
from hashlib import sha256

import pytest

from daemon.testing.world import World
from tests.doors.conftest import REF, Door, Opened


def test_no_page_says_anything_about_a_case(
    door: Door, world: World, promise: str, wrong_person: str
) -> None:
    pages = [door.browser.get(link) for link in door.links()]
    pages += [door.press(promise), door.press(promise, until="2026-03-10")]
    pages += [door.press(wrong_person), door.browser.get(promise), door.browser.get("/metrics")]
    known = [REF, "icpc", "invite", "north", "section", "strategy"]
    known += [one.id for one in world.directory.everybody] + ["example"]

    said = [
        (word, page.url.path)
        for page in pages
        for word in known
        if re.search(rf"\b{word}\b", page.text)
    ]

    assert said == []
    assert "DK-" in pages[0].text


@pytest.mark.parametrize(
    ("method", "address"),
    [
        pytest.param("GET", "promise", id="a link"),
        pytest.param("POST", "promise", id="a refused form"),
        pytest.param("PUT", "promise", id="an unknown method"),
        pytest.param("GET", "/nowhere", id="no page"),
        pytest.param("GET", "/health/live/", id="an address with a slash too many"),
        pytest.param("GET", "/health/live", id="alive"),
        pytest.param("GET", "/health/ready", id="something that went wrong"),
        pytest.param("GET", "/metrics", id="figures"),
    ],
)
def test_every_answer_keeps_itself_to_itself(
    opened: Opened, promise: str, method: str, address: str
) -> None:
    def fail() -> list[str]:
        raise ValueError(REF)

    with opened(fail) as door:
        answer = door.browser.request(method, promise if address == "promise" else address)

    policy = answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "form-action" in policy
    assert "location" not in answer.headers
    assert "server" not in answer.headers
    assert REF not in answer.text


def test_a_page_needs_nothing_but_itself(door: Door, promise: str) -> None:
    answer = door.browser.get(promise)

    style = answer.text.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["content-security-policy"]
    assert (
        re.findall(
            r"(?:src|href|action)=\"(?!/item/|/accessibility\"|#)|https?://|url\(|@import|<script| style=",
            answer.text,
        )
        == []
    )
    assert 'lang="en-GB"' in answer.text
    assert answer.text.count("<h1") == 1
    inputs = re.findall(r'type="radio" id="([\w-]+)"', answer.text)
    assert inputs == re.findall(r'label for="([\w-]+)"', answer.text)


def test_no_address_of_an_item_is_logged(
    door: Door, promise: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    door.press(promise, until="2026-03-10")
    door.browser.get(f"{promise}x")

    ours = [str(one.msg) for one in caplog.records if not one.name.startswith("http")]
    assert any("promise.made" in line for line in ours)
    assert not any(promise.removeprefix("/item/") in line for line in ours)
