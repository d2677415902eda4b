"""The judge's witness in Microsoft 365: what it notes of mails that it kept, and of who came too soon."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from daemon.app import utc_now
from daemon.domain.errors import Unknown
from daemon.domain.message import Message
from daemon.domain.person import Person
from daemon.testing.channel_contract import MESSAGE
from daemon.testing.microsoft365.faults import Fault
from integrations.microsoft365.channel import Outlook
from integrations.microsoft365.config import MailConfig
from integrations.microsoft365.session import AT_ONCE
from tests.faults.authority import Telling
from tests.faults.office import ASKS_S, BELOW, MAILBOX, SENDS, Office, Patience

SUE = Person("sue", {"email": "sue@council.example"})
PAGE = """<h1>2 things to see to</h1>
<td class="card"><h2><span>SC-1</span>: Invite list</h2><p>The list is due by 17:00.</p></td>
<td class="card"><h2><span>SC-2</span>: Invite list</h2>
<p>The list was due by 17:00 and is not recorded as received.</p></td>"""
AN_AGE_S = 600  # no machine is so slow


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office(tmp_path / "office", seed=1) as office:
        yield office


@pytest.fixture
def channel(office: Office, tmp_path: Path) -> Iterator[Outlook]:
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text(office.tenant.secret)
    config = MailConfig(
        tenant="1", client_id="2", secret_file=secret, login=office.address, graph=office.address,
        ca_file=office.certificate, mailbox=MAILBOX,
    )  # fmt: skip
    channel = Outlook(config, utc_now)
    yield channel
    channel.close()


def message(id_: str) -> Message:
    return Message(
        id_, "email", "2 things to see to", MESSAGE.text, PAGE, MESSAGE.lane, MESSAGE.level,
        MESSAGE.made_at, codes=MESSAGE.codes,
    )  # fmt: skip


def test_a_mail_by_microsoft_365_is_read_by_its_sections_with_whether_its_sender_was_told(
    office, channel
):
    channel.send(message("1"), SUE, "1")
    office.misbehave(Fault(0, after=True, on=SENDS))
    with pytest.raises(Unknown):
        channel.send(message("2"), SUE, "2")
    office.misbehave(Fault(500, after=True, on=SENDS))
    with pytest.raises(Unknown):
        channel.send(message("3"), SUE, "3")

    mails = office.mails()

    told = {Telling("sue@council.example", "SC-1", "reminder"),
            Telling("sue@council.example", "SC-2", "missed")}  # fmt: skip
    assert [one.message_id for one in mails] == [f"<{n}@council.example>" for n in "123"]
    assert [one.given for one in mails] == [True, False, False]
    assert {one.tellings for one in mails} == {frozenset(told)}
    assert {(one.address, one.item) for one in mails} == {("sue@council.example", "KD7Q-24")}
    assert mails == sorted(mails, key=lambda one: one.at)
    assert office.tenant.refused == []


def test_a_channel_that_was_asked_for_patience_is_known_by_its_token_and_stays_away(
    office, channel
):
    office.misbehave(Fault(429, on=BELOW, retry_after_s=AN_AGE_S))

    for _ in range(AT_ONCE + 1):
        with pytest.raises(Exception, match="throttled"):
            channel.send(message("1"), SUE, "1")

    assert (office.patience.asked, office.patience.ignored) == (1, 0)


class Ticks:
    """Seconds, by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.mark.parametrize(
    ("after_s", "ignored"),
    [
        pytest.param(ASKS_S - 1.5, 1, id="before its time"),
        pytest.param(ASKS_S - 0.5, 0, id="a moment before it, by another clock"),
        pytest.param(ASKS_S + 0.5, 0, id="after it"),
    ],
)
def test_who_was_asked_for_patience_may_have_so_many_calls_on_the_way_and_no_more(
    ticks, after_s, ignored
):
    patience = Patience(ticks)
    patience.ask("a worker", ASKS_S)
    for _ in range(AT_ONCE - 1):
        patience.call("a worker")

    ticks.now += after_s
    patience.call("a worker")
    patience.call("another")

    assert patience.ignored == ignored


def test_who_was_asked_twice_stays_away_up_to_the_later_end_with_no_more_calls_on_the_way(ticks):
    patience = Patience(ticks)
    patience.ask("a worker", ASKS_S)
    ticks.now += 1
    patience.ask("a worker", ASKS_S)

    ticks.now += ASKS_S - 1.5
    for _ in range(AT_ONCE):
        patience.call("a worker")

    assert patience.ignored == 1


@pytest.mark.parametrize(
    ("noticed_s", "ignored"),
    [
        pytest.param(0.0, 1, id="noticed at once"),
        pytest.param(10.0, 0, id="perhaps not noticed yet"),
    ],
)
def test_a_clock_that_is_set_ends_every_wait_and_what_is_asked_before_it_is_noticed(
    ticks, noticed_s, ignored
):
    patience = Patience(ticks)
    calls: list[Callable[[], None]] = [lambda: patience.call("a worker")] * AT_ONCE
    patience.ask("a worker", ASKS_S)
    patience.set_clock(lambda: None, noticed_s)
    for call in calls:
        call()
    before = patience.ignored

    patience.ask("a worker", ASKS_S)
    for call in calls:
        call()

    assert (before, patience.ignored) == (0, ignored)
