"""Notices through the whole line while a tenant does everything wrong: mail without a draft, and Teams."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from daemon.domain.delivery import DeliveryState
from daemon.domain.mail import parse_message_id
from daemon.testing.microsoft365.server import Microsoft365
from daemon.testing.microsoft365.tenant import EVERYTHING, Tenant
from daemon.testing.world import World
from integrations.microsoft365.activity import ActivityFeed
from integrations.microsoft365.channel import Outlook
from integrations.microsoft365.config import ActivityConfig, MailConfig
from tests.integrations.microsoft365.conftest import MAILBOX
from tests.integrations.microsoft365.test_activity import APP
from tests.integrations.microsoft365.test_storm import STORM
from tests.sizes import MANY
from tests.storm import blow, judge, town

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture
def world(tmp_path) -> World:
    return town(tmp_path / "world")


@pytest.fixture
def office(tmp_path, world) -> Iterator[Microsoft365]:
    """Give a tenant by the clock of the line; no request of ours may be unknown to it."""
    with Microsoft365(tmp_path / "tls", Tenant(world.clock)) as office:
        yield office
        assert office.tenant.refused == []
        assert office.has_been_left_alone


def happened(office) -> dict[str, int]:
    """Return what went wrong, and how often."""
    return dict(Counter(f"{one.status}{' after' * one.after}" for one in office.faults.happened))


@pytest.mark.parametrize(
    ("granted", "copies_most"),
    [
        pytest.param(EVERYTHING, 1, id="what was sent can be looked up"),
        pytest.param(frozenset({"Mail.Send"}), 9, id="nothing can be looked up"),
    ],
)
def test_mails_without_a_draft(world, office, reach, granted, copies_most):
    given = {**reach, "mailbox": MAILBOX, "mode": "send_mail", "mails_a_minute": 10_000}
    channel = Outlook(MailConfig(**given), world.clock)
    world.house.channels = {"email": channel}
    office.tenant.granted, office.tenant.hides_sent = granted, 1
    office.misbehave(*STORM)

    sent = blow(world)
    channel.close()

    came = [str(mail["Message-ID"]) for mail in office.tenant.delivered]
    copies = Counter(parse_message_id(one, "council.example") for one in came)
    judge(sent, copies, happened(office))
    assert max(copies.values()) <= copies_most
    assert len(office.faults.happened) > len(sent) // 5


def test_notices_in_teams(world, office, reach):
    channel = ActivityFeed(ActivityConfig(**reach, app_id=APP, notices_a_second=5), world.clock)
    world.house.channels = {"email": world.email, "teams": channel}
    world.directory.everybody = [
        replace(one, addresses={**one.addresses, "teams": one.addresses["email"]})
        for one in world.directory.everybody
    ]
    office.misbehave(*STORM)

    sent = [one for one in blow(world) if one.channel == "teams"]
    channel.close()

    shown = Counter((one.to, one.body["chainId"]) for one in office.tenant.notices)
    again, ambiguous = office.tenant.taken - len(sent), sum(one.ambiguous for one in sent)
    print(
        f"\n{len(sent)} notices, lost {len(sent) - len(shown)}, shown twice "
        f"{shown.total() - len(shown)}; counted as ambiguous {ambiguous}, of which {again} took the "
        f"place of the first; {happened(office)}"
    )
    assert len(sent) >= MANY
    assert {one.state for one in sent} == {DeliveryState.ACCEPTED}
    assert len(shown) == len(sent)
    assert set(shown.values()) == {1}
    assert 0 < again <= ambiguous
