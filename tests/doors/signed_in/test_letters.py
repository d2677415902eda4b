"""The pages on which whoever writes to families does so: looked at first, posted once, kept nowhere."""

import os
import re
import sqlite3
from pathlib import Path

import pytest

from daemon.domain.event import Bounce
from daemon.engine.conference.posting import letter_back
from daemon.testing.notify.faults import Fault
from daemon.testing.notify.server import LETTER_TEMPLATE, NotifyServer
from integrations.govuk_notify.config import PostConfig
from integrations.govuk_notify.post import NotifyPost
from tests.axe import grave_faults
from tests.doors.entrance import nonce_in
from tests.doors.signed_in.stage import CONOR, SAM, with_a_letter
from tests.integrations.govuk_notify.conftest import options

OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PICTURES = os.environ.get("DAYKEEPER_PICTURES")
ADDRESS = "Ms A Example\r\n12 High Street\r\nPotterby\r\nST1 1AA"
WORDS = "Dear Ms Example\r\n\r\nPlease come. A-word-of-this-letter."
LETTER = {"address": ADDRESS, "text": WORDS}


@pytest.fixture
def notify():
    with NotifyServer() as server:
        yield server


@pytest.fixture
def post(world, notify, tmp_path):
    with_a_letter(world)
    config = PostConfig.model_validate(options(tmp_path, notify), context={"base": tmp_path})
    world.house.post = made = NotifyPost(config, world.clock)
    yield made
    made.close()


@pytest.fixture
def browser(place, provider, post):
    provider.claims = CONOR
    with place.browser() as one:
        yield one


def letter(browser) -> str:
    """Return the page of the one letter that waits."""
    (path,) = set(re.findall(r"/letters/\w+", browser.get("/letters").text))
    return str(path)


def press(browser, path, **fields):
    return browser.post(path, data={"nonce": nonce_in(browser.get(path)), **fields})


def seen(page) -> str:
    return str(re.findall(r'name="seen" value="(\w+)"', page.text)[0])


def post_it(browser, path):
    look = press(browser, path, do="look", **LETTER)
    return press(browser, path, do="post", seen=seen(look), **LETTER)


def row(world, path):
    uid = path.rpartition("/")[2]
    with world.store.read() as tx:
        return tx.invitations.get([uid])[uid]


def everything(world) -> str:
    connection = sqlite3.connect(world.store.path)
    found = "\n".join(connection.iterdump())
    connection.close()
    return found


@pytest.mark.parametrize("template", [None, LETTER_TEMPLATE], ids=["ours", "notify's"])
def test_who_looks_at_a_letter_knows_whether_it_will_look_so(
    world, notify, browser, tmp_path, template
):
    given = options(tmp_path, notify, template=template)
    config = PostConfig.model_validate(given, context={"base": tmp_path})
    world.house.post = post = NotifyPost(config, world.clock)

    look = press(browser, letter(browser), do="look", **LETTER)
    post_it(browser, letter(browser))
    post.close()

    assert ("See about how it will be printed" in look.text) == (template is not None)
    assert ("See it as it will be printed" in look.text) == (template is None)
    assert ("whatever else it says are the template" in look.text) == (template is not None)
    assert [one["type"] for one in notify.taken] == ["letter"]
    assert ("content" in notify.taken[0]["said"]) == (template is None)


def test_who_has_posted_a_letter_knows_why_it_is_asked_for_again(browser, world):
    path = letter(browser)
    posted = press(browser, path, do="hand").text
    with world.case("SC-9") as body:
        body["meetings"][0]["venue"] = "The Town Hall"
    world.turn()

    assert "earlier form" not in posted
    assert "An earlier form was posted: write it anew." in browser.get("/letters").text
    assert "this letter replaces the one before" in browser.get(path).text


def test_a_letter_is_looked_at_printed_and_posted_once(browser, notify, world):
    home, path = browser.get("/"), letter(browser)
    start = browser.get(path)

    look = press(browser, path, do="look", **LETTER)
    pdf = press(browser, path, do="print", seen=seen(look), **LETTER)
    done = press(browser, path, do="post", seen=seen(look), **LETTER)
    again = press_again(browser, path, look)

    if PICTURES:
        Path(PICTURES, "conor-look.html").write_text(look.text)
    assert "1 letter to write" in home.text
    assert "When: Wednesday 1 April 2026" in start.text
    assert "12 High Street" in look.text
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert "It is recorded as posted." in done.text
    assert "It has been posted." in again.text
    assert [one["type"] for one in notify.taken] == ["letter"]
    assert notify.refused == []
    assert row(world, path).told_revision == row(world, path).revision
    assert row(world, path).invited_at == world.clock()


@pytest.mark.parametrize("width", [pytest.param(360, id="phone"), pytest.param(820, id="tablet")])
def test_the_pages_fit_and_keep_nobody_out(place, provider, post, tab, width):
    provider.claims = CONOR
    tab.open(f"{place.address}/letters", width=width)
    path = tab.value("document.querySelector('a[href^=\"/letters/\"]').getAttribute('href')")

    for at, one in (("list", "/letters"), ("letter", path)):
        assert grave_faults(tab, f"{place.address}{one}", width=width) == []
        assert tab.value(OVER) == 0
        if PICTURES:
            Path(PICTURES, f"conor-{at}-{width}.png").write_bytes(tab.picture())


def press_again(browser, path, look):
    """Press the button of a page that is still open in another window."""
    return browser.post(
        path, data={"nonce": nonce_in(look), "do": "post", "seen": seen(look), **LETTER}
    )


def test_neither_its_words_nor_its_address_are_kept(browser, world):
    post_it(browser, letter(browser))

    kept = everything(world)
    assert "letter.posted" in kept
    assert "A-word-of-this-letter" not in kept
    assert "High Street" not in kept


def test_what_nobody_has_looked_at_is_not_posted(browser, notify):
    path = letter(browser)
    look = press(browser, path, do="look", **LETTER)

    unseen = press(browser, path, do="post", seen="", **LETTER)
    other = press(browser, path, do="post", seen=seen(look), address=ADDRESS, text="Another")

    assert "Is this letter right?" in unseen.text
    assert "Is this letter right?" in other.text
    assert notify.taken == []


def test_an_answer_that_was_lost_is_looked_up_before_a_second_letter(browser, notify, world):
    path = letter(browser)
    notify.faults.append(Fault.CUT_AFTER)

    first, second = post_it(browser, path), post_it(browser, path)

    assert first.status_code == 503
    assert "it is looked up first" in first.text
    assert "It is recorded as posted." in second.text
    assert len(notify.taken) == 1


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        pytest.param(Fault.LIMITED, "Try again in a few minutes", id="not now"),
        pytest.param(Fault.TRIAL_LETTER, "Tell whoever looks after this service", id="not live"),
        pytest.param(Fault.TOO_LARGE, "It cannot be posted (too-large)", id="never"),
    ],
)
def test_what_is_not_taken_is_said_and_waits(browser, notify, world, fault, says):
    path = letter(browser)
    notify.faults.append(fault)

    answer = post_it(browser, path)

    assert says in answer.text
    assert row(world, path).told_revision is None


def test_a_letter_that_came_back_waits_again_and_goes_under_another_name(browser, notify, world):
    path = letter(browser)
    post_it(browser, path)
    bounce = Bounce(notify.taken[0]["reference"], world.clock())

    with world.store.write() as tx:
        heard = [letter_back(tx, world.house, bounce.message, bounce.at) for _ in range(2)]
    back = browser.get(path)
    post_it(browser, path)

    assert heard == [True, True]
    assert "It came back." in back.text
    assert len({one["reference"] for one in notify.taken}) == 2


@pytest.mark.parametrize("reference", ["m-1", "letter-1", "letter-0-0-1", "letter-x-y-z-1"])
def test_another_message_is_no_letter(world, reference):
    with world.store.write() as tx:
        assert not letter_back(tx, world.house, reference, world.clock())


def test_whoever_posts_it_themselves_says_so(browser, notify, world):
    path = letter(browser)
    world.house.post = None

    page = browser.get(path)
    done = press(browser, path, do="hand")

    assert "Look at it before it is posted" not in page.text
    assert "It is recorded as posted." in done.text
    assert row(world, path).told_in == "hand"
    assert notify.taken == []


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        pytest.param({"address": "Ms A"}, "Write the name and address", id="no address"),
        pytest.param({"address": ADDRESS[:-7]}, "must be a postcode", id="no postcode"),
        pytest.param({"text": " "}, "Write the letter", id="no words"),
        pytest.param({"text": "Dear 明"}, "cannot be printed", id="a letter that ours has not"),
    ],
)
def test_what_is_filled_in_wrongly_is_said(browser, notify, fields, says):
    answer = press(browser, letter(browser), do="look", **(LETTER | fields))

    assert answer.status_code == 400
    assert says in answer.text
    assert notify.taken == []


def test_a_letter_is_nobody_elses_to_see(browser, place, provider):
    path = letter(browser)
    provider.claims = SAM
    with place.browser() as other:
        assert other.get(path).status_code == 404
        assert "No letter waits for you." in other.get("/letters").text
        assert "letter to write" not in other.get("/").text
