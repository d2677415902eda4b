"""The demo's pages: how each case stands, who was told and why, and the mail as it was received."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from daemon.demo.mailbox import Mailbox
from daemon.demo.pages import Progress, routes
from daemon.domain.mail import Sender, as_mail
from daemon.domain.message import Message
from daemon.testing.world import World, at
from daemon.web import create, serve
from tests.axe import grave_faults
from tests.chromium import Page
from tests.small import SMALL

SENDER = Sender("daykeeper@council.example", "Daykeeper", "council.example")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "mail"
    made.mkdir()
    return made


@pytest.fixture
def world(tmp_path: Path, folder: Path) -> Iterator[World]:
    """Return an authority with a duty that is overdue, one met late, one met in time and one open."""
    made = World(tmp_path, "2026-03-02 16:00", policies=SMALL)
    for ref in ("SC-1", "SC-2"):
        made.fact(
            ref,
            strategy_discussion_held="2026-03-02",
            s47_decision_recorded={"at": "2026-03-02T15:10", "value": "section_47"},
        )
    made.until("2026-03-09 14:00")
    made.fact("SC-2", invite_list_received="2026-03-09", icpc_held="2026-03-09")
    made.until("2026-03-10 09:00")
    for number, one in enumerate(made.email.sent, start=1):
        receive(folder, number, one.message, f"{one.to}@council.example")
    yield made
    made.close()


def receive(folder: Path, number: int, message: Message, to: str) -> None:
    """Keep a message as a mail server does."""
    mail = as_mail(message, to, SENDER, at("2026-03-02 09:00"))
    (folder / f"{number:06}.eml").write_bytes(bytes(mail))


@pytest.fixture
def progress() -> Progress:
    made = Progress()
    made.show(at("2026-03-10 09:00"), 0.4, 4, 14, 3, 1)
    return made


@pytest.fixture
def pages(world: World, folder: Path, progress: Progress) -> list[Route]:
    return routes(world.store, world.house, world.clock, lambda: progress, folder)


@pytest.fixture
def browser(world: World, pages: list[Route]) -> Iterator[httpx.Client]:
    app = create(world.line, world.store, world.clock, None, list, pages, title="Testshire")
    with serve(app, "127.0.0.1", 0) as served, httpx.Client(base_url=served.address) as client:
        yield client


def words(page: httpx.Response) -> str:
    """Return what a page says, without its marks."""
    body = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_the_board_says_what_is_overdue_was_late_and_comes_next_in_each_case(
    browser: httpx.Client,
) -> None:
    page = browser.get("/")

    rows = {
        ref: [*re.findall(r'class="tag (\w+)">([\w ]+)<', row), *re.findall(r"<p>([\w ]+?) <", row)]
        for ref, row in re.findall(r"/cases/([\w-]+)\">(.*?)</tr>", page.text, re.DOTALL)
    }
    assert page.status_code == 200
    assert rows == {
        "SC-1": [("overdue", "Conference invite list"), "Initial conference by Day 15"],
        "SC-2": [("late", "Conference invite list")],
    }
    assert re.findall(r'class="count">(\d)<', page.text) == ["0", "2"]


def test_the_board_shows_the_moment_and_the_tally_and_follows_while_it_runs_if_it_is_asked_to(
    browser: httpx.Client, progress: Progress
) -> None:
    unasked = browser.get("/")
    running = browser.get("/?follow")
    progress.show(at("2026-03-23"), 1.0, 5, 20, 4, 1)
    over = browser.get("/?follow")

    assert "The clock stands at Tuesday 10 March 2026, 9am" in words(running)
    assert "met in time 3" in words(running)
    assert 'http-equiv="refresh"' not in unasked.text
    assert 'href="/?follow"' in unasked.text
    assert 'http-equiv="refresh"' in running.text
    assert 'href="/">Stop' in running.text
    assert "The three weeks are over" in words(over)
    assert "met in time 4" in words(over)
    assert 'http-equiv="refresh"' not in over.text


def test_a_case_tells_what_was_due_how_it_was_counted_and_who_was_told_and_why(
    browser: httpx.Client,
) -> None:
    said = words(browser.get("/cases/SC-1"))

    assert "Conference invite list Overdue" in said
    assert "Due Friday 6 March 2026, 5pm" in said
    assert "STK-025, STK-028, a local limit" in said
    assert "Friday 6 March 2026 day 5: due by close of business" in said
    assert "Friday 6 March 2026, 5pm : the service manager (safeguarding unit) (sue)" in said
    assert "Step invite-list-missed, because: not met by Friday 6 March 2026, 5pm" in said
    assert "Monday 16 March 2026, 1pm: the service manager (social work) is told." in said
    assert "Monday 2 March 2026 The strategy discussion" in said


def test_a_promise_shows_on_its_case(browser: httpx.Client, world: World) -> None:
    with world.store.write() as tx:
        track = tx.obligations.get("SC-1/icpc-invite-list/icpc-1")
        assert track is not None
        tx.obligations.save([replace(track, rest_until=at("2026-03-11 17:00"))])

    said = words(browser.get("/cases/SC-1"))

    assert "A promise rests its reminders until Wednesday 11 March 2026, 5pm." in said


def test_the_drawing_of_a_case_says_in_words_what_it_shows(browser: httpx.Client) -> None:
    page = browser.get("/cases/SC-2")

    says = re.findall(r'<desc id="strip-words">(.*?)</desc>', page.text)[0]
    places = [float(x) for x in re.findall(r'(?:x|cx|x1)="(-?[\d.]+)%"', page.text)]
    assert says.startswith("From Monday 2 March 2026 to ")
    assert "Conference invite list: " in says
    assert "due Friday 6 March 2026, 5pm" in says
    assert "met late, Monday 9 March 2026" in says
    assert "invite list missed, told on Friday 6 March 2026, 5pm" in says
    assert len(places) > 10
    assert all(0 <= x <= 100 for x in places)


def test_every_mail_is_listed_under_its_person_the_newest_first(
    browser: httpx.Client, world: World, folder: Path
) -> None:
    page = browser.get("/mail")

    boxes = Mailbox(folder).by_person()
    assert page.status_code == 200
    assert re.findall(r'class="address">([^<]+)<', page.text) == sorted(boxes)
    assert page.text.count('href="/mail/') == len(world.email.sent)
    for mails in boxes.values():
        assert [mail.at for mail in mails] == sorted((mail.at for mail in mails), reverse=True)


def test_a_mail_is_shown_as_it_was_received_in_a_frame_that_can_run_nothing(
    browser: httpx.Client, world: World
) -> None:
    sent = next(one for one in world.email.sent if one.to == "sue")
    page = browser.get(f"/mail/{sent.message.id}")
    framed = browser.get(f"/mail/{sent.message.id}/html")

    said = words(page)
    policy = framed.headers["content-security-policy"]
    assert sent.message.subject in said
    assert "To sue@council.example" in said
    assert "Sent because Not met by Friday 6 March 2026, 5pm" in said
    assert "allow-scripts" not in page.text
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "Conference invite list" in framed.text
    assert re.findall(r"/item/[\w-]+", framed.text)


def test_what_a_mail_says_is_never_taken_for_markup(
    browser: httpx.Client, world: World, folder: Path
) -> None:
    evil = replace(
        world.email.sent[0].message, id="evil", subject="<script>1</script>", text="</pre><script>"
    )
    receive(folder, 900, evil, "sue@council.example")

    pages = [browser.get("/mail").text, browser.get("/mail/evil").text]

    assert not any("<script>" in page for page in pages)
    assert all("&lt;script&gt;" in page for page in pages)


def test_a_mail_that_is_still_being_written_waits_for_its_turn(folder: Path, world: World) -> None:
    mailbox = Mailbox(folder)
    whole = (folder / "000001.eml").read_bytes()
    (folder / "000901.eml").write_bytes(b"")

    before = len(mailbox.mails())
    (folder / "000901.eml").write_bytes(whole)

    assert before == len(world.email.sent)
    assert len(mailbox.mails()) == before + 1


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/cases/SC-9", id="a case that no feed shows"),
        pytest.param("/mail/nothing", id="a mail that never came"),
        pytest.param("/mail/nothing/html", id="and its body"),
        pytest.param("/mail/..%2f..%2fpasswd", id="a path"),
    ],
)
def test_what_is_not_there_is_no_page(browser: httpx.Client, address: str) -> None:
    answer = browser.get(address)

    assert answer.status_code == 404
    assert "There is no such page" in answer.text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(lambda _: "/", id="the board"),
        pytest.param(lambda _: "/cases/SC-1", id="a case"),
        pytest.param(lambda _: "/mail", id="the mailboxes"),
        pytest.param(lambda world: f"/mail/{world.email.sent[0].message.id}", id="a mail"),
    ],
)
def test_every_page_can_be_read_aloud(
    browser: httpx.Client, world: World, text: Callable[[World], str]
) -> None:
    page = browser.get(text(world)).text

    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    ids = re.findall(r' id="([^"]+)"', page)
    assert 'lang="en-GB"' in page
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(ids) == len(set(ids))
    assert " style=" not in page
    assert not re.findall(r"https?://", page.replace("http://127.0.0.1:8700/item/", ""))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    "address",
    [
        pytest.param(lambda _: "/", id="the board"),
        pytest.param(lambda _: "/cases/SC-1", id="a case"),
        pytest.param(lambda _: "/mail", id="the mailboxes"),
        pytest.param(lambda world: f"/mail/{world.email.sent[0].message.id}", id="a mail"),
    ],
)
def test_nothing_keeps_a_reader_from_a_page(
    browser: httpx.Client, world: World, tab: Page, address: Callable[[World], str], dark: bool
) -> None:
    assert grave_faults(tab, str(browser.base_url.join(address(world))), dark=dark) == []


def test_a_day_is_new_once(progress: Progress) -> None:
    asked = [progress.is_new_day(), progress.is_new_day()]
    progress.show(at("2026-03-11 08:00"), 0.5, 0, 0, 0, 0)

    assert asked == [True, False]
    assert progress.is_new_day()
