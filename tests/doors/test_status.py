"""status: its first line tells how the service is, and what is overdue although the service is well."""

import json

import pytest

from daemon.cli.main import main
from daemon.cli.status import headline
from daemon.engine.standing.overview import standing
from daemon.testing.world import World
from tests.testshire import settled

FRIDAY_5PM = "2026-03-06T17:00:00+00:00"


@pytest.mark.parametrize(
    ("looks", "overdue", "since", "line"),
    [
        pytest.param(0, 0, None, "the service is well; nothing is overdue", id="all is well"),
        pytest.param(
            0, 1, FRIDAY_5PM,
            "the service is well; 1 duty is overdue, since Friday 6 March 2026, 5pm",
            id="one duty",
        ),
        pytest.param(
            0, 3, FRIDAY_5PM,
            "the service is well; 3 duties are overdue, the oldest since Friday 6 March 2026, 5pm",
            id="three duties",
        ),
        pytest.param(
            1, 0, None, "the service needs a person: 1 line below; nothing is overdue", id="one look"
        ),
        pytest.param(
            2, 1, FRIDAY_5PM,
            "the service needs a person: 2 lines below; 1 duty is overdue, since Friday 6 March 2026, 5pm",
            id="both",
        ),
    ],
)  # fmt: skip
def test_the_first_line_tells_both_truths(looks, overdue, since, line):
    said = {"attention": ["something"] * looks, "overdue": overdue, "overdue_since": since}

    assert headline(said) == line


def test_the_oldest_of_what_is_overdue_is_the_one_that_was_due_first(world: World) -> None:
    found = standing(world.store, world.clock(), {}, None, [])

    with world.store.read() as tx:
        overdue = tx.obligations.overdue(world.clock())
    assert overdue
    assert found["overdue"] == len(overdue)
    assert found["overdue_since"] == overdue[0].due_at.isoformat()


def test_status_begins_with_it_and_its_json_holds_the_moment(world: World, tmp_path, capsys):
    config = settled(tmp_path)

    codes = [main(["status", *config, "--json"])]
    said = json.loads(capsys.readouterr().out)
    codes += [main(["status", *config])]

    first, second, *_ = capsys.readouterr().out.splitlines()
    assert codes == [1, 1]  # no run leads it
    assert first == headline(said)
    assert said["overdue_since"] == FRIDAY_5PM
    assert "since Friday 6 March 2026, 5pm" in first
    assert second == f"LOOK: {said['attention'][0]}"
