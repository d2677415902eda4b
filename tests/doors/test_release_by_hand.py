"""release of what was refused, and of what the brake holds: what is listed, and that it goes with a reason."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.domain.brake import Limits
from daemon.domain.errors import Permanent
from daemon.domain.notice import Notice
from daemon.testing.world import World, at
from tests.small import SMALL
from tests.testshire import ENQUIRY, settled


@pytest.fixture
def undelivered(tmp_path: Path) -> Iterator[World]:
    """Return an authority of which a message was refused, and what was sent instead as well."""
    settled(tmp_path)
    made = World(tmp_path, "2026-03-02 16:00", policies=SMALL)
    made.fact("SC-1", **ENQUIRY)
    made.until("2026-03-06 16:59")
    made.email.answers = [Permanent("refused-550")] * 3
    made.until("2026-03-06 17:00")
    yield made
    made.close()


def test_what_was_refused_is_listed_by_role_and_reason_without_an_address(
    undelivered, config, capsys
):
    codes = [main(["release", "refused", *config])]
    said = capsys.readouterr().out
    codes.append(main(["release", "refused", *config, "--json"]))
    listed = json.loads(capsys.readouterr().out)

    assert codes == [1, 1]
    assert said.startswith("3 messages refused for good\n")
    assert "refused-550 (safeguarding_service_manager): NOBODY WAS TOLD INSTEAD" in said
    assert "@" not in said
    assert listed["released"] is False
    assert {one["reason"] for one in listed["refused"]} == {"refused-550"}
    assert undelivered.email.answers == []


def test_what_was_refused_is_released_with_a_reason_and_all_or_one_by_one(
    undelivered, config, capsys
):
    main(["release", "refused", *config, "--json"])
    first = json.loads(capsys.readouterr().out)["refused"][0]["message"]
    yes = ["release", "refused", *config, "--yes", "--by", "A. Name"]

    codes = [
        main(yes),
        main([*yes, "--why", "mended", "--message", "nobody's"]),
        main([*yes, "--why", "mended", "--message", first]),
        main([*yes, "--why", "mended"]),
        main([*yes, "--why", "mended"]),
    ]

    said = capsys.readouterr()
    assert codes == [1, 1, 0, 0, 0]
    assert "--why: is missing; say what was mended" in said.err
    assert "--message: no refused message is called nobody's" in said.err
    assert said.out.startswith("1 message refused for good")
    assert said.out.endswith("there is nothing to release: no message stands refused\n")


@pytest.fixture
def braked(tmp_path: Path) -> Iterator[World]:
    """Return an authority in which twice as many invite lists are overdue at once as it expects."""
    settled(tmp_path)
    made = World(tmp_path, "2026-03-02 16:00", policies=SMALL, brake=Limits(1, None))
    made.fact("SC-1", **ENQUIRY)
    made.fact("SC-2", **ENQUIRY)
    made.until("2026-03-06 17:00")
    yield made
    made.close()


def test_what_the_brake_holds_is_listed_and_let_out_with_a_reason(braked, config, capsys):
    yes = ["release", "brake", *config, "--yes", "--by", "A. Name"]

    codes = [main(["release", "brake", *config, "--json"])]
    listed = json.loads(capsys.readouterr().out)
    codes += [main(["release", "brake", *config]), main(yes), main([*yes, "--why", "a backlog"])]
    codes += [main(["release", "brake", *config]), main([*yes, "--why", "a backlog"])]
    said = capsys.readouterr()
    braked.turn()

    assert codes == [1, 1, 1, 0, 0, 0]
    assert (listed["on"], listed["released"], len(listed["held"])) == (True, False, 2)
    assert "2 x invite-list-missed to safeguarding_service_manager (1 person)" in said.out
    assert "@" not in said.out
    assert "--why: is missing; say what was mended" in said.err
    assert said.out.endswith("there is nothing to release: the brake is off\n" * 2)
    assert sorted(one.refs for one in told(braked)) == [("SC-1",), ("SC-2",)]


def test_the_status_says_that_the_brake_holds_them(braked, config, capsys):
    code = main(["status", *config])

    assert code == 1
    assert (
        "2 escalations are held by the brake since Friday 6 March 2026, 5pm"
        in capsys.readouterr().out
    )


def told(world: World) -> list[Notice]:
    """Return what said that a list is missing and has gone out."""
    with world.store.read() as tx:
        fired = tx.notices.since(at("2026-03-06 17:00"))
    return [one for one in fired if one.message == "invite-list-missed" and one.message_id]
