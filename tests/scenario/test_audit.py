"""The audit: a second look that trusts neither the ladder's memory nor its next moment."""

import pytest
from sqlalchemy import create_engine, text

from daemon.domain.errors import Permanent
from daemon.testing.world import at

LATE = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
}


@pytest.fixture
def world(story):
    return story("2026-03-02 09:00")


def spoil(world, statement):
    engine = create_engine(world.url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        changed = connection.execute(text(statement)).rowcount
    engine.dispose()
    assert changed


def audited(world):
    return [(one.what, one.about) for one in world.line.auditor.audit(world.clock()).missed]


def test_a_day_on_which_all_was_sent_balances(world):
    world.fact("SC-1", **LATE)
    world.until("2026-03-06 17:30")

    balance = world.line.auditor.audit(world.clock())

    assert balance.balances
    assert balance.expected == 3


@pytest.mark.parametrize(
    ("statement", "missed"),
    [
        pytest.param(
            "UPDATE obligations SET next_at = NULL",
            ("never-fired", "SC-1/icpc-invite-list/icpc-1|invite-list-missed"),
            id="a timer that was lost",
        ),
        pytest.param(
            "DELETE FROM notices WHERE rung = 'invite-list-due-today'",
            ("never-fired", "SC-1/icpc-invite-list/icpc-1|invite-list-due-today"),
            id="notices that are gone though the ladder thinks that they fired",
        ),
        pytest.param(
            "DELETE FROM obligations",
            ("never-opened", "SC-1/icpc-invite-list/icpc-1"),
            id="an obligation that was never opened",
        ),
    ],
)
def test_what_went_missing_is_named(world, statement, missed):
    world.fact("SC-1", **LATE)
    world.until("2026-03-06 12:00")
    spoil(world, statement)
    world.until("2026-03-06 17:30")

    assert missed in audited(world)


def test_a_message_that_nobody_sends_is_named(world):
    world.fact("SC-1", **LATE)
    world.until("2026-03-05 08:00")
    world.clock.now = at("2026-03-05 09:00")
    world.line.decide()
    world.clock.now = at("2026-03-05 09:10")

    assert [what for what, _ in audited(world)] == ["waiting"]


def test_a_refused_message_that_was_passed_on_balances(world):
    world.fact("SC-1", **LATE)
    world.email.answers = [Permanent("refused-550")]
    world.until("2026-03-05 10:00")

    assert audited(world) == []
