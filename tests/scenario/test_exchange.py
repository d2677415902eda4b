"""The whole line by an Exchange Server: mail and meetings sent, answered and looked up, under any storm."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from daemon.domain.message import Lane
from daemon.engine.house import Mailbox as Box
from daemon.testing.exchange.server import FAULTS, ExchangeServer
from daemon.testing.inbox_contract import answer, reply_text
from integrations.exchange.calendar import ExchangeCalendar
from integrations.exchange.channel import Exchange
from integrations.exchange.config import Config, InboxConfig
from integrations.exchange.inbox import ExchangeInbox
from tests.scenario.conftest import Story
from tests.scenario.invited import POLICE, Invited, icpc
from tests.sizes import MANY

SENDER, THEIRS, CASES = "conferences@council.example", "cp@police.example", MANY * 21 // 100
STEP, LONGEST, MOST_STEPS = (
    timedelta(seconds=40),
    10,
    2 * MANY,
)  # a refusal puts the whole mailbox off
SHARE = 0.3  # of requests that go wrong
# a refusal for good; a wait that is none
NO_STORM = frozenset({"413", "hang", "hang after accepting"})
LASTING = [one for one in FAULTS if one not in NO_STORM]


def options(server: ExchangeServer, folder: Path, **more: object) -> dict[str, object]:
    """Return the options of an adapter to that server."""
    password = folder / "exchange.password"
    password.write_text("secret")
    password.chmod(0o600)
    return {
        "endpoint": server.endpoint, "mailbox": SENDER, "username": "COUNCIL\\daykeeper",
        "password_file": password, "auth": "basic", **more,
    }  # fmt: skip


class ByExchange(Invited):
    """A story whose mail, calendar and answers are an Exchange Server's."""

    def __init__(self, folder: Path, server: ExchangeServer) -> None:
        super().__init__(folder, "2026-03-05 11:00")
        self.server, self.folder = server, folder
        server.office.clock = self.clock
        terms = Config.model_validate(options(server, folder))
        self.house.channels = {
            "email": Exchange(terms, self.clock),
            "calendar": ExchangeCalendar(terms, self.clock),
        }
        inbox = ExchangeInbox(InboxConfig.model_validate(options(server, folder)), self.clock)
        self.house.inboxes = {"answers": Box("answers", inbox, timedelta(0))}

    def answers(self, said: str, which: int = -1) -> None:
        """Have the attendee of a meeting message answer it, and turn."""
        notice = self.server.office.notices[which]
        text = reply_text(said, who=THEIRS, uid=notice.fields["UID"], revision=notice.sequence)
        stamp = f"DTSTAMP:{self.clock():%Y%m%dT%H%M%SZ}"
        lines = [stamp if one.startswith("DTSTAMP") else one for one in text.split("\r\n")]
        self.server.office.deliver(answer("\r\n".join(lines), THEIRS))
        self.turn()

    def invitee(self) -> object:
        with self.store.read() as tx:
            record = self.house.record(tx, "SC-1")
        return record.meetings[0].invitees[0] if record else None


@pytest.fixture
def server() -> Iterator[ExchangeServer]:
    with ExchangeServer(SENDER) as server:
        yield server
    assert server.broken_rules == []


@pytest.fixture
def world(folder: Path, server: ExchangeServer) -> Iterator[ByExchange]:
    made = ByExchange(folder, server)
    made.books(icpc(POLICE))
    yield made
    made.close()


def test_an_invitation_is_answered_and_the_answer_counts(world, server):
    world.answers("DECLINED")

    (notice,) = server.office.notices
    assert notice.attendees == (THEIRS,)
    assert notice.fields["Subject"].startswith("Conference: DK-")
    assert world.invitee().response == "declined"


def test_three_reschedules_leave_one_meeting_and_an_answer_to_an_old_one_counts_no_more(
    world, server
):
    for day in ("23", "24", "25"):
        world.books(icpc(POLICE, scheduled_at=f"2026-03-{day}T10:00"))

    world.answers("ACCEPTED", which=0)
    after_an_old_one = world.invitee().response
    world.leaps("2026-03-05 11:10")
    world.answers("TENTATIVE")

    meetings = [one for one in server.office.items.values() if one.folder == "calendar"]
    assert [one.sequence for one in server.office.notices] == [0, 1, 2, 3]
    assert len(meetings) == 1
    assert (after_an_old_one, world.invitee().response) == ("none", "tentative")


def test_who_is_taken_off_the_list_has_the_meeting_taken_out(world, server):
    world.books(icpc())

    assert [one.method for one in server.office.notices] == ["REQUEST", "CANCEL"]
    assert server.office.notices[-1].fields.get("Location", "") == ""


def test_a_mail_whose_answer_was_lost_is_looked_up_and_not_sent_again(folder, server):
    world = Story(folder, "2026-03-05 09:00")
    mail = Exchange(Config.model_validate(options(server, folder)), world.clock)
    world.house.channels = {"email": mail}
    server.misbehave("cut after accepting")
    world.opens()

    accepted = goes_on(world)
    world.close()

    came = [str(mail["Message-ID"]) for mail in server.office.mails]
    assert len(came) == len(set(came)) == accepted
    assert Counter(server.asked) == {"CreateItem": accepted, "FindItem": 1}


def goes_on(world: Story) -> int:
    """Turn the line, step by step, until nothing waits to be sent; return how many messages were accepted."""
    world.turn()
    for number in range(MOST_STEPS):
        world.line.send()
        world.clock.now += STEP * min(LONGEST, 1 + number // 5)
        with world.store.read() as tx:
            summary = tx.summary(world.clock())
            unsent = [tx.oldest_unsent(world.clock(), lane) for lane in Lane]
        if not any(unsent):
            found = summary.messages["email"]
            ended = {state for state, count in found.items() if count and state != "ambiguous"}
            assert ended == {"accepted"}
            return found["accepted"]
    raise AssertionError("something is still to be sent")


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("late", [0.0, 0.5], ids=["copies are there at once", "copies are late"])
def test_a_storm_loses_nothing_and_doubles_only_what_its_copy_was_late_for(folder, late, capsys):
    chance = Random(20260306)
    with ExchangeServer(SENDER) as server:
        world = Story(folder, "2026-03-05 09:00")
        terms = Config.model_validate(options(server, folder, timeout_s=4, connections=4))
        world.house.channels = {"email": Exchange(terms, world.clock)}
        for number in range(CASES):
            world.opens(f"SC-{number}")
        late_ones: Counter[str] = Counter()

        def comes_late() -> int:
            is_late = chance.random() < late
            late_ones[str(server.office.mails[-1]["Message-ID"])] += is_late
            return int(is_late)

        server.weather = lambda _: chance.choice(LASTING) if chance.random() < SHARE else None
        server.office.copies_late = comes_late

        accepted = goes_on(world)
        world.close()

        came = Counter(str(mail["Message-ID"]) for mail in server.office.mails)
        doubled = {one: count - 1 for one, count in came.items() if count > 1}
        with capsys.disabled():
            print(
                f"\nexchange, {late:.0%} of copies late: {accepted} messages in {len(server.asked)} requests,"
                f" lost {accepted - len(came)}, doubled {sum(doubled.values())},"
                f" of which by a late copy {sum(min(late_ones[one], doubled[one]) for one in doubled)}"
            )
        assert accepted == len(came) >= MANY
        assert all(times <= late_ones[one] for one, times in doubled.items())
        assert not server.broken_rules
