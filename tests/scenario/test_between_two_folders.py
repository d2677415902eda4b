"""A run is killed while Outlook has its mails in no folder: whoever takes over waits for them, and sends none twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event, Thread

import pytest

from daemon.domain.message import Message, Receipt
from daemon.domain.person import Person
from daemon.testing.microsoft365.server import Microsoft365
from daemon.testing.microsoft365.tenant import Tenant
from integrations.microsoft365.channel import SETTLES, Outlook
from integrations.microsoft365.config import MailConfig
from tests.scenario.conftest import Story
from tests.scenario.test_exchange import goes_on

MAILBOX = "daykeeper@council.example"


class Killed(Outlook):
    """A channel of a run that ends in the middle: before it has handed a mail over, or after."""

    def __init__(self, config: MailConfig, clock, *, is_too_late: bool) -> None:
        super().__init__(config, clock)
        self.is_too_late, self.reached, self.ending = is_too_late, Event(), Event()

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        """Say nothing any more."""
        receipt = super().send(message, to, key) if self.is_too_late else Receipt()
        self.reached.set()
        self.ending.wait()
        return receipt


@pytest.fixture
def first(folder) -> Iterator[Story]:
    world = Story(folder, "2026-03-05 09:00")
    yield world
    world.close()


@pytest.fixture
def office(folder, first) -> Iterator[Microsoft365]:
    with Microsoft365(folder / "tls", Tenant(first.clock)) as office:
        yield office
        assert office.tenant.refused == []


@pytest.fixture(params=["draft", "send_mail"])
def config(folder, office, request) -> MailConfig:
    secret = folder / "secret"
    secret.touch(mode=0o600)
    secret.write_text(office.tenant.secret)
    return MailConfig(
        tenant="11111111-1111-1111-1111-111111111111", mailbox=MAILBOX, mails_a_minute=10_000,
        client_id="22222222-2222-2222-2222-222222222222", secret_file=secret, mode=request.param,
        login=office.address, graph=office.address, ca_file=office.certificate,
    )  # fmt: skip


@pytest.fixture
def takes_over(folder, first, config) -> Iterator[Callable[..., Story]]:
    """Give a call that has the first run die, and returns another one on the same database."""
    made: list[Story] = []

    def take_over(*, is_too_late: bool) -> Story:
        dying = Killed(config, first.clock, is_too_late=is_too_late)
        first.house.channels = {"email": dying}
        first.opens()
        run = Thread(target=first.turn, daemon=True)
        run.start()
        assert dying.reached.wait(30)
        second = Story(folder, "2026-03-05 09:00", url=first.url)
        second.feed.bodies, second.directory.everybody = (
            first.feed.bodies,
            first.directory.everybody,
        )
        first.clock.now += first.house.terms.lease
        second.clock.now = first.clock.now
        outlook = Outlook(config, second.clock)
        second.house.channels = {"email": outlook}
        made.append(second)
        ends.extend([dying.ending.set, run.join, dying.close, outlook.close])
        return second

    ends: list[Callable[[], object]] = []
    yield take_over
    for end in ends:
        end()
    for world in made:
        world.close()


def test_what_was_handed_over_and_lies_in_no_folder_yet_is_not_sent_again(office, takes_over):
    office.tenant.hides_sent = 2
    second = takes_over(is_too_late=True)

    accepted = goes_on(second)

    came = Counter(str(mail["Message-ID"]) for mail in office.tenant.delivered)
    assert len(came) == came.total() == accepted > 0


def test_what_was_never_handed_over_goes_once_the_folders_have_had_their_time(office, takes_over):
    second = takes_over(is_too_late=False)
    began_at = second.clock.now - second.house.terms.lease

    accepted = goes_on(second)

    came = Counter(str(mail["Message-ID"]) for mail in office.tenant.delivered)
    assert len(came) == came.total() == accepted > 0
    with second.store.read() as tx:
        told = {one.message_id for one in tx.notices.since(began_at - timedelta(days=1))}
        messages = tx.messages.of(told - {None}).values()
        ended_at = [one.accepted_at for one in messages if one.ambiguous]
    assert ended_at
    assert min(ended_at) >= began_at + SETTLES
