"""The whole line by Microsoft 365: from a case record to a mail in a person's Outlook."""

import pytest

from daemon.testing.microsoft365.faults import Fault
from daemon.testing.microsoft365.server import Microsoft365
from daemon.testing.microsoft365.tenant import Tenant
from integrations.microsoft365.channel import Outlook
from integrations.microsoft365.config import MailConfig


@pytest.fixture
def world(story):
    return story()


@pytest.fixture
def office(world, tmp_path):
    with Microsoft365(tmp_path / "tls", Tenant(world.clock)) as office:
        yield office


@pytest.fixture
def outlook(world, office, tmp_path):
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text(office.tenant.secret)
    channel = Outlook(
        MailConfig(
            tenant="council.example", client_id="2222", secret_file=secret, ca_file=office.certificate,
            login=office.address, graph=office.address, mailbox="daykeeper@council.example",
        ),
        world.clock,
    )  # fmt: skip
    world.house.channels["email"] = channel
    yield channel
    channel.close()


def test_a_duty_reaches_its_people_once_each_whatever_becomes_of_the_answers(
    world, office, outlook
):
    office.misbehave(
        Fault(504, after=True, on="/send$", times=1),
        Fault(0, after=True, on="/send$", times=1),
        Fault(429, on="/messages$", retry_after_s=30, times=1),
    )
    world.opens()

    world.until("2026-03-06 18:00")

    ids = [str(mail["Message-ID"]) for mail in office.tenant.delivered]
    with world.store.read() as tx:
        states = tx.summary(world.clock()).messages["email"]
    assert len(office.faults.happened) == 3
    assert "tom@council.example" in {str(mail["To"]) for mail in office.tenant.delivered}
    assert len(ids) == len(set(ids)) == states["accepted"] > 0
    assert states["ambiguous"] == 2
    assert states["will-retry"] == states["unknown"] == states["refused"] == 0
    assert office.tenant.refused == []
    assert office.has_been_left_alone
