"""The pages for people who decide, in a real browser: on a phone, on a tablet, and for everybody."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.axe import grave_faults
from tests.doors.signed_in.stage import CHRIS, hold_much, lose, meeting, with_lead

OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FIRST = "document.querySelector('a[href^=\"{}\"]').getAttribute('href')"
WIDTHS = [
    pytest.param(360, id="phone"),
    pytest.param(820, id="tablet"),
    pytest.param(1280, id="desktop"),
]
PICTURES = os.environ.get("DAYKEEPER_PICTURES")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("who", "kind"),
    [
        pytest.param(None, "/", id="what waits"),
        pytest.param(None, "/questions/", id="a question to the manager"),
        pytest.param(None, "/silence", id="where a case is silenced"),
        pytest.param(None, "/held", id="what is held"),
        pytest.param(CHRIS, "/questions/", id="a draft for the chair"),
        pytest.param(CHRIS, "/conferences/", id="the conference on the day"),
    ],
)
def test_a_page_fits_and_keeps_nobody_out(place, world, provider, tab, who, kind, width):
    if kind == "/held":
        hold_much(world)
    if who is not None:
        provider.claims = who
    tab.open(f"{place.address}/", width=width)
    path = kind if kind == "/" else tab.value(FIRST.format(kind))

    faults = grave_faults(tab, f"{place.address}{path}", width=width)

    assert faults == []
    assert tab.value(OVER) == 0
    assert "Signed in as" in tab.value("document.body.innerText")
    if PICTURES:
        name = f"{'sue' if who is None else 'chris'}{kind.replace('/', '-')}{width}.png"
        Path(PICTURES, name).write_bytes(tab.picture())


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_of_a_safety_plan_fits_and_keeps_nobody_out(place, provider, world, tab, width):
    lose(world, "safety_plan_recorded")
    provider.claims = CHRIS
    tab.open(f"{place.address}/", width=width)
    path = tab.value(
        "[...document.querySelectorAll('a')].find(one => one.textContent.startsWith("
        "'Safety plan')).getAttribute('href')"
    )

    faults = grave_faults(tab, f"{place.address}{path}", width=width)

    assert faults == []
    assert tab.value(OVER) == 0
    if PICTURES:
        Path(PICTURES, f"safety-plan-{width}.png").write_bytes(tab.picture())


@pytest.mark.parametrize("width", WIDTHS)
def test_a_letter_that_may_say_nothing_is_warned_of(place, world, provider, tab, width):
    provider.claims = CHRIS
    with_lead(world, "elsewhere.example")
    world.house.terms = replace(world.house.terms, accepted=frozenset({"police.example"}))
    tab.open(f"{place.address}/", width=width)
    path = tab.value(FIRST.format("/questions/"))

    faults = grave_faults(tab, f"{place.address}{path}", width=width)

    assert faults == []
    assert tab.value(OVER) == 0
    assert "It cannot go to lena" in tab.value("document.body.innerText")
    if PICTURES:
        Path(PICTURES, f"letter-untold-{width}.png").write_bytes(tab.picture())


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_a_reply_fit_and_keep_nobody_out(place, world, provider, tab, width):
    provider.claims = CHRIS
    for ref in ("SC-1", "SC-2"):
        with world.case(ref) as body:
            letter = {"at": "2026-03-20T10:18", "about": "police"}
            facts = {**body["meetings"][0]["facts"], "issue_resolution_informal_sent": letter}
            body["meetings"] = [meeting(**facts)]
    world.turn()
    tab.open(f"{place.address}/replies", width=width)
    for path in ("/replies", tab.value(FIRST.format("/replies/"))):
        faults = grave_faults(tab, f"{place.address}{path}", width=width)

        assert faults == []
        assert tab.value(OVER) == 0
        if PICTURES:
            name = f"chris-{path.split('/')[1]}-{path.count('/')}-{width}.png"
            Path(PICTURES, name).write_bytes(tab.picture())


@pytest.mark.parametrize("width", [pytest.param(360, id="phone"), pytest.param(1280, id="desktop")])
@pytest.mark.parametrize(
    ("offer", "asks"),
    [
        pytest.param("Not required, because", "Why is this not required?", id="not required"),
        pytest.param("This is not for me", "Is this item not for you?", id="the wrong person"),
        pytest.param("Open the item", "Item DK-", id="the item"),
    ],
)
def test_whoever_answers_from_a_message_needs_no_account(world, place, tab, offer, asks, width):
    links = [
        line.rpartition(": ")[2]
        for one in world.email.sent
        for line in one.message.text.splitlines()
        if line.startswith(offer)
    ]
    assert links, "nobody was offered it"
    path = f"/item/{links[0].rpartition('/')[2]}"

    faults = grave_faults(tab, f"{place.address}{path}", width=width)

    assert faults == []
    assert tab.value(OVER) == 0
    assert asks in tab.value("document.body.innerText")
    assert "SC-" not in tab.value("document.body.innerText")
    if PICTURES:
        name = f"item-{offer.split()[0].lower()}-{offer.split()[-1].lower()}-{width}.png"
        Path(PICTURES, name).write_bytes(tab.picture())
