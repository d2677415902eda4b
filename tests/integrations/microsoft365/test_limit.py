"""Many mails at once by a mailbox that takes four a second: at the mailbox's own pace, and at one that is too fast."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest

from daemon.domain.errors import Temporary
from daemon.domain.mail import parse_message_id
from daemon.testing.microsoft365.faults import Fault, Faults
from daemon.testing.microsoft365.server import Microsoft365
from daemon.testing.microsoft365.tenant import Tenant
from integrations.microsoft365.channel import Outlook
from integrations.microsoft365.config import MailConfig
from tests.integrations.microsoft365.conftest import MAILBOX
from tests.limited import ASKS_S, Limit, growing
from tests.sizes import LIMITED
from tests.storm import blow, town

SENDS = "/send"


class Limiting(Faults):
    """What a mailbox does that takes so many mails a second."""

    def __init__(self, limit: Limit) -> None:
        super().__init__()
        self.limit = limit

    def draw(self, request: str) -> Fault | None:
        """Return what a request meets, None where it is served as it should be."""
        if not request.endswith((SENDS, "/sendMail")) or self.limit.lets():
            return None
        return Fault(429, "ApplicationThrottled", retry_after_s=ASKS_S)


@pytest.fixture
def world(tmp_path):
    return town(tmp_path / "world", cases=LIMITED // 2)


@pytest.fixture
def office(tmp_path, world):
    """Give a tenant by the clock of the line; no request of ours may be unknown to it."""
    with Microsoft365(tmp_path / "tls", Tenant(world.clock)) as office:
        yield office
        assert office.tenant.refused == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("given", "step_s"),
    [
        pytest.param({"mode": "draft"}, 5, id="the mailbox's own pace"),
        pytest.param({"mode": "send_mail", "mails_a_minute": 10_000}, 0.5, id="too fast a pace"),
    ],
)
def test_a_mailbox_that_takes_four_a_second_is_hardly_asked_in_vain(
    world, office, reach, given, step_s
):
    limit = Limit(world.clock, says_how_long=True)
    channel = Outlook(MailConfig(**{**reach, "mailbox": MAILBOX, **given}), world.clock)
    with suppress(Temporary):
        channel.find("warm")  # Microsoft's own client is loaded when it is first used
    office.faults = Limiting(limit)
    with growing() as growth:
        world.house.channels = {"email": channel}
        sent = blow(world, timedelta(seconds=step_s))
        channel.close()

    ids = [str(mail["Message-ID"]) for mail in office.tenant.delivered]
    limit.judge(
        sent, Counter(str(parse_message_id(one, "council.example")) for one in ids), growth.mb
    )
    assert limit.refused
