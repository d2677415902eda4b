"""Notices through the whole line while Notify fails in every way: none is lost, none comes twice."""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from daemon.domain.errors import Temporary, Unknown
from daemon.testing.courier_contract import LETTER
from daemon.testing.notify.faults import Fault
from daemon.testing.notify.server import LETTER_TEMPLATE, TEMPLATE
from integrations.govuk_notify.channel import NotifyEmail, NotifyText
from integrations.govuk_notify.config import EmailConfig
from integrations.govuk_notify.post import NotifyPost
from tests.integrations.govuk_notify.conftest import options
from tests.integrations.govuk_notify.test_channel import BARE, BEN
from tests.sizes import MANY
from tests.storm import blow, judge, town

STORM = {  # of a hundred notices
    Fault.LIMITED: 4, Fault.DAILY: 0.3, Fault.BROKEN: 3, Fault.BROKEN_AFTER: 3, Fault.DOWN: 3,
    Fault.LATE_AFTER: 3, Fault.CUT: 2, Fault.CUT_AFTER: 3, Fault.HANG: 0.5, Fault.HANG_AFTER: 0.5,
    Fault.CLOCK: 1, Fault.REVOKED: 1, Fault.REDIRECT: 1, Fault.INSIDE: 1, Fault.NOISE: 1,
}  # fmt: skip


class Weather:
    """Which message meets which fault, and how often each came."""

    def __init__(self) -> None:
        self.chance = Random(7)
        self.happened: Counter[str] = Counter()

    def __call__(self, _: str) -> Fault:
        weights = [*STORM.values(), 100 - sum(STORM.values())]
        (one,) = self.chance.choices([*STORM, Fault.NONE], weights)
        self.happened[str(one)] += one is not Fault.NONE
        return one

    def __str__(self) -> str:
        return str({one: many for one, many in self.happened.items() if many})


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_notices_in_a_storm(server, tmp_path):
    world = town(tmp_path)
    given = options(tmp_path, server, template=TEMPLATE, timeout_s=1)
    channel = NotifyEmail(
        EmailConfig.model_validate(given, context={"base": tmp_path}), world.clock
    )
    world.house.channels = {"email": channel}

    server.fault = weather = Weather()
    sent = blow(world)
    channel.close()

    copies = Counter(one["reference"] for one in server.taken)
    judge(sent, copies, weather)
    assert max(copies.values()) == 1
    assert server.refused == []


def goes(way: NotifyText | NotifyPost, hand_over: Callable[[str], object], keys: list[str]) -> int:
    """Hand each over until it is taken, looking up what may have arrived; return how often that was."""
    waiting, unsure, ambiguous = deque(keys), set(), 0
    while waiting:
        key = waiting.popleft()
        try:
            if key not in unsure or way.find(key) is None:
                hand_over(key)
            continue
        except Unknown:
            unsure.add(key)
            ambiguous += 1
        except Temporary:
            pass
        waiting.append(key)
    return ambiguous


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("kind", "more"),
    [
        pytest.param(NotifyText, {}, id="texts"),
        pytest.param(NotifyPost, {}, id="letters"),
        pytest.param(NotifyPost, {"template": LETTER_TEMPLATE}, id="letters by template"),
    ],
)
def test_texts_and_letters_in_a_storm(server, connect, kind, more):
    way, keys = connect(kind, timeout_s=1, **more), [f"m-{number}" for number in range(MANY)]
    server.fault = weather = Weather()
    hand_over: dict[type, Callable[[str], object]] = {
        NotifyText: lambda key: way.send(replace(BARE, id=key), BEN, key),
        NotifyPost: lambda key: way.send(LETTER, key),
    }

    ambiguous = goes(way, hand_over[kind], keys)

    came = Counter(one["reference"] for one in server.taken)
    print(
        f"\n{len(keys)} by {kind.__name__}, lost {len(set(keys) - came.keys())}; counted as ambiguous "
        f"{ambiguous}, copies {came.total() - len(came)}; {weather}"
    )
    assert came == dict.fromkeys(keys, 1)
    assert ambiguous > 0
    assert server.refused == []
