"""A thousand notices through the whole line while Notify fails in every way: none is lost, none comes twice."""

from collections import Counter
from random import Random

import pytest

from daemon.testing.notify.faults import Fault
from daemon.testing.notify.server import TEMPLATE
from integrations.govuk_notify.channel import NotifyEmail
from integrations.govuk_notify.config import EmailConfig
from tests.integrations.govuk_notify.conftest import options
from tests.storm import blow, judge, town

STORM = {  # of a hundred notices
    Fault.LIMITED: 4, Fault.DAILY: 0.3, Fault.BROKEN: 3, Fault.BROKEN_AFTER: 3, Fault.DOWN: 3,
    Fault.LATE_AFTER: 3, Fault.CUT: 2, Fault.CUT_AFTER: 3, Fault.HANG: 0.5, Fault.HANG_AFTER: 0.5,
    Fault.CLOCK: 1, Fault.REVOKED: 1, Fault.REDIRECT: 1, Fault.INSIDE: 1, Fault.NOISE: 1,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_thousand_notices_in_a_storm(server, tmp_path):
    world, chance = town(tmp_path), Random(7)
    happened: Counter[Fault] = Counter()
    given = options(tmp_path, server, template=TEMPLATE, timeout_s=1)
    channel = NotifyEmail(
        EmailConfig.model_validate(given, context={"base": tmp_path}), world.clock
    )
    world.house.channels = {"email": channel}

    def fault(reference):
        weights = [*STORM.values(), 100 - sum(STORM.values())]
        (one,) = chance.choices([*STORM, Fault.NONE], weights)
        happened[one] += one is not Fault.NONE
        return one

    server.fault = fault
    sent = blow(world)
    channel.close()

    copies = Counter(one["reference"] for one in server.taken)
    judge(sent, copies, {str(one): many for one, many in happened.items() if many})
    assert max(copies.values()) == 1
    assert server.refused == []
