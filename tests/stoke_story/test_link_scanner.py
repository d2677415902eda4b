"""A scanner in front of every mailbox: it opens each link at once, looks at each form, and changes nothing."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from daemon.domain.obligation import State
from tests.doors.entrance import entrance
from tests.doors.provider import provided
from tests.stoke_story import conference, page
from tests.stoke_story.listing import lines
from tests.stoke_story.story import tell

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
ONE = pytest.mark.parametrize("backend", ["sqlite"])
AGENTS = (
    "Mozilla/5.0 (compatible; BingPreview/2.0)", "Barracuda Sentinel (EE)", "Slackbot-LinkExpanding 1.0",
    "python-requests/2.32", "Proofpoint URL Defense", "",
)  # fmt: skip
LINK = re.compile(r"https?://[^\s\"'<>]+")
FORM = re.compile(r'<form method="post" action="([^"]+)"')
FIELD = re.compile(r'<input type="(?:hidden|radio)"[^>]*? name="(\w+)" value="([^"]*)"')
MAY_CHANGE = {
    "links",
    "promises",
    "waivers",
    "notices",
    "messages",
    "deliveries",
    "journal",
    "obligations",
}


class Scanner:
    """Opens what came since it last looked, by GET and HEAD, and posts each form as it stands without its nonce."""

    def __init__(self, on, at) -> None:
        self.on, self.at, self.opened, self.pressed = on, at, 0, 0
        self.seen: set[str] = set()
        self.browser = httpx.Client(base_url=at.address, timeout=60)
        self.file = sqlite3.connect(on.store.path)

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.browser.close()
        self.file.close()

    def version(self):
        """Return a number that changes with whatever anybody else writes into the database."""
        return self.file.execute("PRAGMA data_version").fetchone()[0]

    def links(self, sent) -> Iterator[str]:
        ours = self.on.house.terms.address
        for one in sent:
            found = LINK.findall(f"{one.message.text} {one.message.html}")
            yield from dict.fromkeys(
                link.removeprefix(ours) for link in found if link.startswith(ours)
            )

    def look(self) -> None:
        """Scan what is new; raises AssertionError where anything was written."""
        fresh = [one for one in self.on.sent() if one.message.id not in self.seen]
        self.seen.update(one.message.id for one in fresh)
        before = self.version()
        for link in self.links(fresh):
            agent = {"user-agent": AGENTS[self.opened % len(AGENTS)]}
            shown = self.browser.get(link, headers=agent)
            assert self.browser.head(link, headers=agent).status_code == shown.status_code < 500
            self.opened += 1
            for action in FORM.findall(shown.text):
                fields = {k: v for k, v in FIELD.findall(shown.text) if k != "nonce"}
                assert self.browser.post(action, data=fields, headers=agent).status_code in (
                    401,
                    403,
                )
                assert self.browser.post(action, headers=agent).status_code in (401, 403)
                self.pressed += 1
        assert self.version() == before


@contextmanager
def scanning(on) -> Iterator[Scanner]:
    with provided() as provider, entrance(on, provider.issuer) as at, Scanner(on, at) as scanner:
        yield scanner


@ONE
def test_the_story_is_the_same_with_a_scanner_before_every_mailbox(on):
    with scanning(on) as scanner:
        turn = on.turn

        def turn_and_scan() -> None:
            turn()
            scanner.look()

        on.turn = turn_and_scan
        tell(on)

        assert scanner.opened == len(list(scanner.links(on.sent())))
        assert scanner.pressed > 100
    assert lines(on) == page.read()


@ONE
def test_a_robot_that_fills_in_every_form_ends_no_duty_and_decides_nothing(on):
    """What a form with its nonce may do: rest our own reminders, pass a message on, ask a manager."""
    conference.enquiry(on)
    with scanning(on) as scanner:
        before, stood = tables(scanner), states(on)
        for link in scanner.links(on.sent()):
            page_ = scanner.browser.get(link)
            for action in FORM.findall(page_.text):
                fields = dict(reversed(FIELD.findall(page_.text)))
                assert scanner.browser.post(action, data=fields).status_code < 500
        on.turn()
        after = tables(scanner)

    changed = {name for name in after if after[name] != before[name]}
    assert {"links", "journal"} <= changed <= MAY_CHANGE
    assert states(on) == stood
    assert set(stood.values()) >= {State.OPEN, State.MET}


def states(on):
    with on.store.read() as tx:
        found = tx.obligations.of(["SC-1", "SC-2", "SC-3"])
    return {track.id: track.state for each in found.values() for track in each}


def tables(scanner):
    names = [
        name
        for (name,) in scanner.file.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
    ]
    return {name: list(scanner.file.execute(f'SELECT * FROM "{name}"')) for name in names}
