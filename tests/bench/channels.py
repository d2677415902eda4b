"""Goal 15: processor time of a message by a channel of ours, beside the bare client library making the same calls.

Both compose, and both talk to the same stand-in, which is a process of its own and is not counted.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from time import process_time
from typing import Any

from daemon.domain.message import Message
from daemon.domain.person import Person
from daemon.testing.microsoft365.tenant import Tenant
from daemon.testing.notify.server import KEY, TEMPLATE
from integrations.exchange.channel import Exchange
from integrations.exchange.config import Config as ExchangeConfig
from integrations.govuk_notify.channel import NotifyEmail
from integrations.govuk_notify.config import EmailConfig
from integrations.microsoft365.channel import Outlook
from integrations.microsoft365.config import MailConfig
from integrations.smtp.channel import Smtp
from integrations.smtp.config import Config as SmtpConfig
from integrations.teams.channel import Teams
from integrations.teams.config import Config as TeamsConfig
from tests.bench import bare
from tests.bench.other_side import MAILBOX, other_side
from tests.bench.row import Row, medians
from tests.bench.sink import HOST, Sink
from tests.bench.stage import Stage

AT_MOST_TIMES = 1.2
TO = "sw01@council.example"
LINES = [f"The invite list for SC-10023{number} is due on Friday 6 March 2026." for number in range(8)]  # fmt: skip
MESSAGE = Message(
    "01JQ-7", "email", "Conference invite lists", "\n".join(LINES),
    "<!doctype html><html><body>" + "".join(f"<p>{line}</p>" for line in LINES) + "</body></html>",
    made_at=datetime(2026, 3, 6, 17, tzinfo=UTC), codes=("KD7Q-24",),
)  # fmt: skip
NUMBERS = count(1)
NOTE = "processor time of the client's side, the other side in a process of its own"
Sides = Iterator[tuple[str, str, Callable[[int], None], Callable[[int], None]]]


def measure(stage: Stage) -> Iterator[Row]:
    """Yield a row a channel."""
    many = stage.sizes.handed_over
    for number, pair in enumerate(PAIRS):
        folder = stage.folder / f"channel-{number}"
        folder.mkdir()
        for name, peer, ours, theirs in pair(folder):
            both = [partial(spent_ms, send, many) for send in (ours, theirs)]
            own, other = medians(stage.sizes.long_runs, *both)
            yield Row(
                15, f"{many} messages by {name}: each", own, "ms", other, peer,
                at_least_times=1 / AT_MOST_TIMES, note=NOTE,
            )  # fmt: skip


def spent_ms(send: Callable[[int], None], many: int) -> float:
    """Return the processor time of one message, all threads together, without what making a client takes."""
    send(1)
    spent_s = []
    for messages in (1, 1 + many):
        before = process_time()
        send(messages)
        spent_s.append(process_time() - before)
    return (spent_s[1] - spent_s[0]) / many * 1000


def sends(channel: Any, address: str) -> Callable[[int], None]:
    """Return the call that sends so many messages by a channel of ours."""
    person = Person("sw01", {"email": address, "teams": address})

    def send(many: int) -> None:
        for _ in range(many):
            key = f"01JQ-{next(NUMBERS)}"
            channel.send(replace(MESSAGE, id=key), person, key)

    return send


def kept(folder: Path, name: str, text: str) -> Path:
    """Return a file that its owner alone may read."""
    file = folder / name
    file.touch(mode=0o600)
    file.write_text(text)
    return file


def now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def by_microsoft365(folder: Path) -> Sides:
    """Give mail by Graph: a draft, and a call that sends it."""
    tenant, app = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
    secret = Tenant().secret
    with other_side("microsoft365", folder) as address:
        ca_file = folder / "certificate.pem"
        config = MailConfig(
            tenant=tenant, client_id=app, secret_file=kept(folder, "secret", secret), login=address,
            graph=address, ca_file=ca_file, mailbox=MAILBOX, mails_a_minute=1_000_000,
        )  # fmt: skip
        with closing(Outlook(config, now)) as channel:
            theirs = bare.msgraph_sends(address, str(ca_file), (tenant, app), secret, MESSAGE, TO)
            yield "microsoft365", "msgraph-sdk", sends(channel, TO), theirs


def by_teams(folder: Path) -> Sides:
    """Give cards by a workflow."""
    with other_side("teams", folder) as url:
        file = kept(folder, "workflows.toml", f'north = "{url}"\n')
        config = TeamsConfig.model_validate({"workflows_file": file, "post_every_s": 0})
        with closing(Teams(config, now)) as channel:
            ours = sends(channel, "workflow:north")
            yield "a workflow of Teams", "httpx2", ours, bare.httpx2_posts(url, MESSAGE)


def by_exchange(folder: Path) -> Sides:
    """Give mail by EWS: one call, that sends and keeps a copy."""
    with other_side("exchange", folder) as endpoint:
        config = ExchangeConfig(
            endpoint=endpoint, mailbox=MAILBOX, username="COUNCIL\\daykeeper", auth="basic",
            password_file=kept(folder, "password", "secret"),
        )  # fmt: skip
        with closing(Exchange(config, now)) as channel:
            theirs = bare.exchangelib_sends(endpoint, MESSAGE, TO)
            yield "exchange", "exchangelib", sends(channel, TO), theirs


def by_notify(folder: Path) -> Sides:
    """Give mail by Notify: one call under a reference."""
    with other_side("notify", folder) as url:
        given = {
            "api_key_file": kept(folder, "notify.key", KEY),
            "base_url": url,
            "template": TEMPLATE,
        }
        with closing(NotifyEmail(EmailConfig.model_validate(given), now)) as channel:
            theirs = bare.notify_sends(url, MESSAGE, TO)
            yield "govuk_notify", "notifications-python-client", sends(channel, TO), theirs


def by_smtp(_: Path) -> Sides:
    """Give mail by SMTP, on a kept connection."""
    with Sink(0.0) as sink:
        config = SmtpConfig(
            host=HOST, port=sink.port, security="none", sender=MAILBOX, connections=1
        )
        with closing(Smtp(config, now)) as channel:
            theirs = bare.smtplib_sends(sink.port, MESSAGE, TO)
            yield "smtp", "smtplib", sends(channel, TO), theirs


PAIRS = (by_microsoft365, by_teams, by_exchange, by_notify, by_smtp)
