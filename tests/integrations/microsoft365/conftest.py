"""A stand-in for a tenant on this machine, and adapters that reach it by Microsoft's own client."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from daemon.ports import Clock
from daemon.testing.fakes import HandClock
from daemon.testing.microsoft365.server import Microsoft365
from daemon.testing.microsoft365.tenant import Tenant
from integrations.microsoft365.calendar import OutlookCalendar
from integrations.microsoft365.channel import Outlook
from integrations.microsoft365.config import CalendarConfig, MailConfig
from tests.integrations.microsoft365.online import Online

NOW = datetime(2026, 3, 6, 17, tzinfo=UTC)
MAILBOX = "daykeeper@council.example"


@pytest.fixture
def clock() -> HandClock:
    """Give the clock of both sides; it is moved by hand."""
    return HandClock(NOW)


@pytest.fixture
def office(tmp_path: Path, clock: HandClock) -> Iterator[Microsoft365]:
    """Give a tenant that behaves until it is told otherwise; no request of ours may be unknown to it."""
    with Microsoft365(tmp_path / "tls", Tenant(clock)) as office:
        yield office
        assert office.tenant.refused == []
        assert office.has_been_left_alone


@pytest.fixture
def reach(office: Microsoft365, tmp_path: Path) -> dict[str, Any]:
    """Give the options by which an adapter reaches the tenant."""
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text(office.tenant.secret)
    return {
        "tenant": "11111111-1111-1111-1111-111111111111",
        "client_id": "22222222-2222-2222-2222-222222222222",
        "secret_file": secret,
        "login": office.address,
        "graph": office.address,
        "ca_file": office.certificate,
    }


@pytest.fixture
def connect(reach: dict[str, Any], clock: HandClock) -> Iterator[Callable[..., Outlook]]:
    """Make channels, and close them in the end."""
    made: list[Outlook] = []

    def make(own_clock: Clock = clock, **options: Any) -> Outlook:
        given = {**reach, "mailbox": MAILBOX, "mails_a_minute": 1000}
        made.append(Outlook(MailConfig(**{**given, **options}), own_clock))
        return made[-1]

    yield make
    for channel in made:
        channel.close()


@pytest.fixture(params=["draft", "send_mail"])
def channel(connect: Callable[..., Outlook], request: pytest.FixtureRequest) -> Outlook:
    """Give a channel in each of its modes."""
    return connect(mode=request.param)


@pytest.fixture
def connect_calendar(
    reach: dict[str, Any], clock: HandClock
) -> Iterator[Callable[..., OutlookCalendar]]:
    """Make calendars, and close them in the end."""
    made: list[OutlookCalendar] = []

    def make(**options: Any) -> OutlookCalendar:
        given = {**reach, "mailbox": MAILBOX, "mails_a_minute": 1000, **options}
        made.append(OutlookCalendar(CalendarConfig(**given), clock))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def calendar(connect_calendar: Callable[..., OutlookCalendar]) -> OutlookCalendar:
    """Give a calendar."""
    return connect_calendar()


@pytest.fixture
def arrived(office: Microsoft365) -> Callable[[], Sequence[EmailMessage]]:
    """Give a call that returns what came, oldest first."""
    return lambda: list(office.tenant.delivered)


@pytest.fixture
def online(office: Microsoft365, reach: dict[str, Any], clock: HandClock) -> Iterator[Online]:
    """Give a site with a diary in it."""
    made = Online(office, reach, clock)
    yield made
    made.close()
