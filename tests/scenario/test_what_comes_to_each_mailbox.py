"""A bounce and an automatic reply in a real mailbox, whichever reads it: the message moves to the deputy."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from daemon.engine.house import Mailbox as Box
from daemon.ports import Clock, Inbox
from daemon.testing.exchange.server import ExchangeServer
from daemon.testing.inbox_contract import OURS, bounce, written
from integrations.exchange.config import InboxConfig
from integrations.exchange.inbox import ExchangeInbox
from integrations.mailbox.config import Config
from integrations.mailbox.inbox import Mailbox
from tests.dovecot import PASSWORD, Dovecot
from tests.scenario.conftest import Story
from tests.scenario.test_exchange import SENDER, options

Kept = tuple[Inbox, Callable[[bytes], None]]


def maildir(folder: Path, clock: Clock) -> Iterator[Kept]:
    """Give a folder as a mail server fills it, and what puts a mail into it."""
    for name in ("tmp", "new", "cur"):
        (folder / "mail" / name).mkdir(parents=True)
    numbers = count(1)

    def put(mail: bytes) -> None:
        (folder / "mail" / "new" / f"1772790000.M{next(numbers)}P77.host").write_bytes(mail)

    yield Mailbox(Config(ours=(OURS,), maildir=folder / "mail"), clock), put


def imap(folder: Path, clock: Clock) -> Iterator[Kept]:
    """Give a folder at a real IMAP server."""
    secret = folder / "imap.password"
    secret.write_text(PASSWORD)
    secret.chmod(0o600)
    with Dovecot() as server:
        given = {
            "host": "127.0.0.1", "security": "none", "username": OURS, "ours": (OURS,),
            "password_file": secret, "port": server.port, "timeout_s": 20,
        }  # fmt: skip
        config = Config.model_validate(given)
        yield Mailbox(config, clock), lambda mail: server.put(mail, OURS, clock(), "INBOX")


def exchange(folder: Path, clock: Clock) -> Iterator[Kept]:
    """Give the Inbox of an Exchange Server."""
    with ExchangeServer(SENDER) as server:
        server.office.clock = clock
        inbox = ExchangeInbox(InboxConfig.model_validate(options(server, folder)), clock)
        yield inbox, server.office.deliver
        inbox.close()


@pytest.fixture(params=[maildir, imap, exchange], ids=["a Maildir", "IMAP", "Exchange"])
def town(
    story: Callable[..., Story], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[Story, Callable[[bytes], None]]]:
    """Give a world in which sue, for whom wes stands in, has just heard of a missed day; and its mailbox."""
    world = story()
    kept = request.param(tmp_path, world.clock)
    inbox, put = next(kept)
    world.house.inboxes = {"answers": Box("answers", inbox, timedelta(0))}
    world.restaff("sue", delegate="wes")
    world.opens()
    world.until("2026-03-06 17:00")
    yield world, put
    next(kept, None)


@pytest.mark.parametrize("kind", ["a bounce", "an automatic reply"])
def test_it_moves_to_the_deputy(town, kind):
    world, put = town
    sent = next(one for one in world.email.sent if one.to == "sue").message.id
    name = f"<{sent}@council.example>"

    put(
        bounce(name)
        if kind == "a bounce"
        else written(
            "sue@council.example", Auto_Submitted="auto-replied", In_Reply_To=name
        ).as_bytes()
    )
    world.clock.now += timedelta(minutes=1)
    world.turn()
    world.turn()

    assert [to for _, to, _ in world.only("invite-list-missed")] == ["sue", "wes"]
    assert len(world.journal("absence.heard")) == 1
