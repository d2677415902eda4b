"""The page on which a service manager silences a case."""

from tests.doors.entrance import nonce_in
from tests.doors.signed_in.stage import SAM


def press(browser, **fields):
    nonce = nonce_in(browser.get("/silence"))
    return browser.post("/silence", data={"nonce": nonce, **fields})


def silenced(world):
    with world.store.read() as tx:
        return list(tx.silenced.all())


def test_a_manager_silences_a_case_sees_it_and_lets_it_be_heard_again(place, world):
    with place.browser() as browser:
        home = browser.get("/")
        sure = press(browser, ref="SC-1", reason="messages_do_harm")
        not_yet = silenced(world)
        done = press(browser, ref="SC-1", reason="messages_do_harm", sure="on")
        kept = silenced(world)
        over = press(browser, ref="SC-1", end="on")

    assert 'href="/silence"' in home.text
    assert "Silence case SC-1 for a week" in sure.text
    assert not_yet == []
    assert "SC-1 is silenced for a week." in done.text
    assert "Silenced until" in done.text
    assert kept == ["SC-1"]
    assert "SC-1 is heard again." in over.text
    assert silenced(world) == []


def test_what_is_filled_in_wrongly_is_said_and_changes_nothing(place, world):
    with place.browser() as browser:
        answers = [
            press(browser, ref="", reason="other"),
            press(browser, ref="SC-1"),
            press(browser, ref="SC-404", reason="other"),
            press(browser, ref="SC-404", end="on"),
        ]

    assert [one.status_code for one in answers] == [400] * 4
    assert "Write the reference of the case" in answers[0].text
    assert "Choose a reason" in answers[1].text
    assert silenced(world) == []


def test_nobody_else_finds_the_page(place, provider, world):
    provider.claims = SAM
    with place.browser() as browser:
        home, page = browser.get("/"), browser.get("/silence")

    assert 'href="/silence"' not in home.text
    assert page.status_code == 403
