"""The pages on which signed-in people decide: a manager at a conference that cannot go ahead."""

import re
from dataclasses import replace

import httpx
import pytest

from tests.doors.entrance import nonce_in
from tests.doors.signed_in.stage import BOTH, CHRIS, SAM, lose, state, with_lead

ASKED = "Agreement to rearrange the initial conference, or to go ahead"


def paths(page: httpx.Response) -> list[str]:
    return re.findall(r'href="(/questions/\w+)"', page.text)


def path_of(page: httpx.Response, title: str) -> str:
    found = re.search(rf'href="(/questions/\w+)">{title}<', page.text)
    assert found, page.text
    return found[1]


def press(browser: httpx.Client, path: str, **fields: str) -> httpx.Response:
    page = browser.get(path)
    return browser.post(path, data={"nonce": nonce_in(page), **fields})


def test_the_manager_finds_the_question_and_answers_it_once_for_both_children(place, world):
    with place.browser() as browser:
        path = path_of(browser.get("/"), ASKED)
        shown = browser.get(path)
        answered = press(browser, path, answer="yes", reason="key_agency_absent", **BOTH)
        left = browser.get("/")

    assert "SC-1" in shown.text
    assert "SC-2" in shown.text
    assert (answered.status_code, "It is recorded." in answered.text) == (200, True)
    assert path not in paths(left)
    assert state(world, "rearrangement-approval") == {"met"}


def test_a_safety_plan_that_no_feed_shows_is_said_to_be_done_by_whoever_owes_it(
    place, provider, world
):
    lose(world, "safety_plan_recorded")
    provider.claims = CHRIS
    with place.browser() as browser:
        path = path_of(browser.get("/"), "Safety plan until the new date")
        shown = browser.get(path)
        refused = press(browser, path, answer="no", reason="recorded_in_case_file", **BOTH)
        before = state(world, "interim-safety-plan")
        answered = press(browser, path, answer="yes", reason="recorded_in_case_file", **BOTH)

    assert "cannot show whether this is done. Is it done?" in shown.text
    assert "On record: the safety plan until the new date" in shown.text
    assert (refused.status_code, before) == (400, {"open"})
    assert answered.status_code == 200
    assert state(world, "interim-safety-plan") == {"met"}


def test_what_waits_is_there_for_programs_too_and_for_nobody_else(place, provider):
    with place.browser() as browser:
        path = path_of(browser.get("/"), ASKED)
        waiting = browser.get("/questions.json").json()
    provider.claims = SAM
    with place.browser() as other:
        other.get("/")
        nothing = other.get("/questions.json").json()

    (one,) = [each for each in waiting if path.endswith(each["id"])]
    assert (one["conference"], one["state"]) == ("M-1", "open")
    assert nothing == []


def test_a_yes_takes_the_new_date_with_it_and_shows_by_when_it_must_be(place, world):
    agreed = {**BOTH, "answer": "yes", "reason": "key_agency_absent"}
    with place.browser() as browser:
        path = path_of(browser.get("/"), ASKED)
        shown = browser.get(path)
        wrong = press(browser, path, **agreed, **{"anew": "2026-03-28", "anew-at": "14:00"})
        done = press(browser, path, **agreed, **{"anew": "2026-03-26", "anew-at": "14:00"})

    limits = re.findall(r'id="limits">(.*?)</p>', shown.text)
    assert "by Monday 23 March 2026, 5pm" in limits[0]
    assert (wrong.status_code, 'href="#anew"' in wrong.text) == (400, True)
    assert 'value="2026-03-28"' in wrong.text
    assert done.status_code == 200
    with world.store.read() as tx:
        record = world.house.record(tx, "SC-2")
    assert record is not None
    assert [
        str(one.scheduled[0]) for one in record.meetings if one.scheduled and not one.failed
    ] == ["2026-03-26 14:00:00+00:00"]


@pytest.mark.parametrize(
    ("fields", "mistake"),
    [
        pytest.param({**BOTH, "reason": "key_agency_absent"}, "Choose an answer", id="no answer"),
        pytest.param({**BOTH, "answer": "yes"}, "Choose a reason", id="no reason"),
        pytest.param(
            {"answer": "yes", "reason": "key_agency_absent"},
            "Choose at least one case",
            id="no case",
        ),
        pytest.param(
            {**BOTH, "answer": "perhaps", "reason": "key_agency_absent"},
            "Choose an answer",
            id="no answer of ours",
        ),
    ],
)
def test_a_form_that_is_half_filled_says_what_is_missing_and_keeps_the_rest(
    place, world, fields, mistake
):
    with place.browser() as browser:
        answered = press(browser, path_of(browser.get("/"), ASKED), **fields)

    assert answered.status_code == 400
    assert f">{mistake}</a>" in answered.text
    assert answered.text.count(" checked") == len(fields) - ("perhaps" in fields.values())
    assert state(world, "rearrangement-approval") == {"open"}


@pytest.mark.parametrize(
    "claims", [pytest.param(CHRIS, id="the chair"), pytest.param(SAM, id="a social worker")]
)
def test_whoever_does_not_decide_is_not_shown_it(place, world, provider, claims):
    with place.browser() as browser:
        path = path_of(browser.get("/"), ASKED)
    provider.claims = claims

    with place.browser() as browser:
        own = browser.get("/")
        shown = browser.get(path)

    assert path not in paths(own)
    assert shown.status_code == 404
    assert "SC-1" not in shown.text


def test_a_scanner_that_opens_everything_and_presses_every_button_decides_nothing(place, world):
    with place.browser() as browser:
        path = path_of(browser.get("/"), ASKED)

    with place.browser(follows=False) as scanner:
        answers = [
            scanner.request(
                method, path, data={"answer": "yes", "reason": "key_agency_absent", **BOTH}
            )
            for method in ("GET", "HEAD", "POST", "POST")
        ]
        answers += [scanner.request(method, "/") for method in ("GET", "HEAD")]

    assert {one.status_code for one in answers} == {303, 401}
    assert all("SC-1" not in one.text for one in answers)
    assert state(world, "rearrangement-approval") == {"open"}


def test_a_form_from_another_site_is_refused(place, world):
    with place.browser() as browser:
        path = path_of(browser.get("/"), ASKED)
        answered = browser.post(path, data={"answer": "yes", "reason": "key_agency_absent", **BOTH})

    assert answered.status_code == 403
    assert state(world, "rearrangement-approval") == {"open"}


def test_the_chair_reads_the_draft_changes_it_and_sends_it(place, world, provider):
    provider.claims = CHRIS
    with_lead(world)

    with place.browser() as browser:
        path = path_of(browser.get("/"), "Informal stage of issue resolution")
        shown = browser.get(path)
        sent = press(browser, path, answer="yes", lead="Nobody came.", clear="Tell me why.", **BOTH)
    world.turn()

    assert "was not represented" in shown.text
    assert "put on record before this counts" in shown.text
    assert "It is on its way." in sent.text
    mails = [one.message for one in world.email.sent if one.to == "lena"]
    assert [mail.reply_to for mail in mails] == ["chris@council.example"]
    assert "Nobody came." in mails[0].text
    assert state(world, "issue-resolution-informal") == {"met"}


def test_what_is_answered_meanwhile_says_so(place, world):
    with place.browser() as one, place.browser() as other:
        path = path_of(one.get("/"), ASKED)
        page = other.get(path)
        press(one, path, answer="yes", reason="key_agency_absent", **BOTH)
        late = other.post(
            path,
            data={"nonce": nonce_in(page), "answer": "no", "reason": "risk_cannot_wait", **BOTH},
        )

    assert late.status_code == 404
    assert "no longer waits" in late.text


def test_the_chair_says_why_an_agency_gets_none(place, world, provider):
    provider.claims = CHRIS

    with place.browser() as browser:
        path = path_of(browser.get("/"), "Informal stage of issue resolution")
        unsaid = press(browser, path, answer="no", **BOTH)
        said = press(browser, path, answer="no", reason="done_elsewhere", **BOTH)

    assert (unsaid.status_code, said.status_code) == (400, 200)
    assert "Choose a reason" in unsaid.text
    assert state(world, "issue-resolution-informal") == {"waived"}


def test_what_cannot_wait_is_put_to_the_manager_at_once(place, world, provider):
    with_lead(world)
    sent = len(world.email.sent)
    provider.claims = CHRIS
    with place.browser() as browser:
        path = path_of(browser.get("/"), "Informal stage of issue resolution")
        shown = browser.get(path)
        unreasoned = press(browser, path, answer="further", **BOTH)
        answered = press(browser, path, answer="further", reason="other", **BOTH)

    assert "It cannot wait: the next stage is asked at once" in shown.text
    assert (unreasoned.status_code, "Choose a reason" in unreasoned.text) == (400, True)
    assert "It is recorded." in answered.text
    assert state(world, "issue-resolution-stage-two") == {"open"}
    assert not [one for one in world.email.sent[sent:] if one.to == "lena"]


def test_a_draft_that_tells_what_no_message_may_is_not_sent(place, world, provider):
    provider.claims = CHRIS
    with_lead(world)

    with place.browser() as browser:
        path = path_of(browser.get("/"), "Informal stage of issue resolution")
        words = {"lead": "The police investigation goes on.", "clear": "Tell me why."}
        refused = press(browser, path, answer="yes", **words, **BOTH)
    world.turn()

    assert refused.status_code == 400
    assert "No message may say" in refused.text
    assert "lena" not in {one.to for one in world.email.sent}


def test_a_letter_that_could_say_nothing_is_warned_of_refused_and_may_go_by_hand(
    place, world, provider
):
    provider.claims = CHRIS
    with_lead(world, "elsewhere.example")
    words = {"answer": "yes", "lead": "Nobody came.", "clear": "Tell me why.", **BOTH}

    with place.browser() as browser:
        path = path_of(browser.get("/"), "Informal stage of issue resolution")
        shown = browser.get(path)
        refused = press(browser, path, way="here", **words)
        undated = press(browser, path, way="hand", **words)
        stood = state(world, "issue-resolution-informal")
        by_hand = press(browser, path, way="hand", **{"hand-on": "2026-03-20"}, **words)
    world.turn()

    assert "It cannot go to lena" in shown.text
    assert 'value="here"' not in shown.text
    assert (refused.status_code, "Say how it goes" in refused.text) == (400, True)
    assert (undated.status_code, 'href="#hand-on"' in undated.text) == (400, True)
    assert stood == {"open"}
    assert (by_hand.status_code, "It is recorded." in by_hand.text) == (200, True)
    assert state(world, "issue-resolution-informal") == {"met"}
    assert "lena" not in {one.to for one in world.email.sent}


def test_a_letter_goes_to_the_agencys_own_desk_where_its_lead_may_be_told_nothing(
    place, world, provider
):
    provider.claims = CHRIS
    with_lead(world, "elsewhere.example")
    world.house.terms = replace(world.house.terms, accepted=frozenset({"police.example"}))
    words = {"answer": "yes", "lead": "Nobody came.", "clear": "Tell me why.", **BOTH}

    with place.browser() as browser:
        path = path_of(browser.get("/"), "Informal stage of issue resolution")
        shown = browser.get(path)
        sent = press(browser, path, way="contact-0", **words)
    world.turn()

    assert "petra@police.example (person invited) instead" in shown.text
    assert "It is on its way." in sent.text
    assert [one.to for one in world.email.sent if "Nobody came." in one.message.text] == [
        "petra@police.example"
    ]
