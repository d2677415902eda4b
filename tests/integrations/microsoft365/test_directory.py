"""The people of a tenant: roles by groups, managers, who is away, and what is used when it cannot be read."""

from collections.abc import Callable, Iterator
from concurrent.futures import wait
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from daemon.domain.errors import Temporary
from daemon.domain.person import Scope
from daemon.ports import Unreadable
from daemon.testing.channel_contract import ANN, MESSAGE
from daemon.testing.contracts import DirectoryContract
from daemon.testing.microsoft365.faults import Fault
from daemon.testing.microsoft365.people import hire
from integrations.microsoft365.directory import EntraDirectory
from integrations.microsoft365.directory_config import DirectoryConfig
from tests.integrations.microsoft365.conftest import MAILBOX

MANAGERS, NORTH, LEADS, DUTY, SENIOR = (
    f"{n}0000000-0000-0000-0000-000000000000" for n in range(1, 6)
)
GROUPS = [
    {"group": NORTH, "role": "team_manager", "team": "north"},
    {"group": MANAGERS, "role": "team_manager", "team": "south"},
    {"group": SENIOR, "role": "service_manager"},
    {"group": LEADS, "role": "lead", "agency": "police", "area": "east"},
    {"group": DUTY, "role": "duty_mailbox", "is_mailboxes": True},
]
TODAY = date(2026, 3, 6)


@pytest.fixture
def staffed(office):
    """Give the tenant people: two managers under one service manager, a partner, and a mailbox."""
    for id_, group, more in (
        ("sue", SENIOR, {}),
        ("ann", NORTH, {"manager": "sue"}),
        ("bob", MANAGERS, {"manager": "sue"}),
        ("lea", LEADS, {}),
        ("duty", DUTY, {"accountEnabled": False}),
    ):
        hire(office.tenant, id_, f"{id_}@council.example", group, **more)
    return office


@pytest.fixture
def make(staffed, reach, clock) -> Iterator[Callable[..., EntraDirectory]]:
    """Make directories, and close them in the end."""
    made: list[EntraDirectory] = []

    def one(**options) -> EntraDirectory:
        given = {**reach, "groups": GROUPS, "mailbox": MAILBOX, "wait_s": 90, **options}
        made.append(EntraDirectory(DirectoryConfig.model_validate(given), clock))
        return made[-1]

    yield one
    for each in made:
        each.close()


@pytest.fixture
def directory(make):
    return make()


@pytest.fixture
def absent(make, office):
    office.misbehave(Fault(503))
    return make()


class TestEntra(DirectoryContract):
    """The promises of every directory."""


def by_id(directory):
    return {one.id: one for one in directory.people()}


def test_a_person_has_their_addresses_their_manager_and_no_name(directory):
    people = by_id(directory)

    assert people["ann"].addresses == {
        "email": "ann@council.example",
        "teams": "ann@council.example",
    }
    assert (people["ann"].manager, people["sue"].manager) == ("sue", None)
    assert people["duty"].addresses == {"email": "duty@council.example"}
    assert "Name of" not in repr(people)


def test_a_manager_who_is_in_no_group_is_known_and_holds_nothing(staffed, directory):
    hire(staffed.tenant, "max", "max@council.example")
    staffed.tenant.users["lea"]["manager"] = "max"

    found = by_id(directory)

    assert found["lea"].manager == "max"
    assert found["max"].posts == ()


def test_who_is_in_two_groups_holds_both_posts(staffed, directory):
    staffed.tenant.groups[SENIOR].append("ann")

    posts = by_id(directory)["ann"].posts

    assert {(one.role, one.team) for one in posts} == {
        ("team_manager", "north"),
        ("service_manager", None),
    }


def test_a_leaver_whose_account_is_off_holds_nothing_and_manages_nobody(staffed, directory):
    staffed.tenant.users["sue"]["accountEnabled"] = False

    people = by_id(directory)

    assert "sue" not in people
    assert people["ann"].manager is None


def test_what_is_no_person_and_who_has_no_mailbox_is_left_out_and_the_second_said(
    staffed, directory
):
    staffed.tenant.groups[NORTH].append("a-device")
    hire(staffed.tenant, "new", "new@council.example", NORTH, mail=None)

    people = by_id(directory)

    assert {"a-device", "new"}.isdisjoint(people)
    (problem,) = directory.problems
    assert "it has no mailbox" in str(problem)
    assert "@" not in str(problem)


def test_a_large_group_is_read_page_by_page(staffed, directory):
    for number in range(203):
        hire(staffed.tenant, f"p{number}", f"p{number}@council.example", NORTH)

    assert len(directory.holders("team_manager", Scope(team="north"))) == 204
    pages = [
        path for _, path, _ in staffed.tenant.log if path.endswith(f"{NORTH}/transitiveMembers")
    ]
    assert len(pages) == 3


def test_who_answers_by_machine_is_away_until_they_say(staffed, directory):
    staffed.tenant.automatic |= {
        "ann@council.example": "I am away",
        "bob@council.example": "So am I",
    }
    staffed.tenant.automatic_until["bob@council.example"] = datetime(2026, 3, 11, 8, tzinfo=UTC)

    people = by_id(directory)

    assert people["ann"].absences == ((TODAY, TODAY),)
    assert people["bob"].absences == ((TODAY, date(2026, 3, 10)),)
    assert people["sue"].absences == ()


def test_a_calendar_says_which_days_somebody_is_away(staffed, make):
    ann = staffed.tenant.away.setdefault("ann@council.example", [])
    # over the change of clocks
    ann.append((datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 3, 30, 23, tzinfo=UTC)))
    ann.append((datetime(2026, 3, 10, 9, tzinfo=UTC), datetime(2026, 3, 10, 13, tzinfo=UTC)))

    absences = by_id(make(days_ahead=30))["ann"].absences

    assert [first.day for first, _ in absences] == [27, 28, 29, 30]


@pytest.mark.parametrize(
    ("options", "deputy"),
    [
        pytest.param({}, None, id="nobody is named"),
        pytest.param({"manager_stands_in": True}, "sue", id="the manager"),
        pytest.param(
            {"manager_stands_in": True, "deputies": {"ann@council.example": "Bob@council.example"}},
            "bob", id="somebody named goes before the manager",
        ),
    ],
)  # fmt: skip
def test_who_stands_in(make, options, deputy):
    assert by_id(make(**options))["ann"].delegate == deputy


def test_groups_are_read_once_an_hour_and_absences_each_time(staffed, directory, clock):
    directory.people()
    hire(staffed.tenant, "new", "new@council.example", NORTH)
    staffed.tenant.automatic["ann@council.example"] = "away"
    soon = by_id(directory)
    clock.now += timedelta(hours=1)

    assert "new" not in soon
    assert soon["ann"].absences
    assert "new" in by_id(directory)


def test_what_cannot_be_read_is_used_for_a_day_and_said_with_its_age(staffed, directory, clock):
    staffed.tenant.automatic["ann@council.example"] = "away"
    directory.people()
    staffed.misbehave(Fault(503))
    clock.now += timedelta(hours=2)

    people = by_id(directory)

    assert people["ann"].absences == ((TODAY, TODAY),)
    assert [one.where for one in directory.problems] == [
        "people: roles",
        "people: automatic replies",
    ]
    assert all("as read on Friday 6 March 2026, 5pm" in one.what for one in directory.problems)
    clock.now += timedelta(days=1)
    with pytest.raises(Unreadable, match="did not give the roles"):
        directory.people()


def test_a_tenant_that_takes_its_time_keeps_nobody_waiting(staffed, make):
    directory = make(wait_s=0.2)
    staffed.misbehave(Fault(None, hang_s=2, after=True, on="/groups/", times=1))

    with pytest.raises(Unreadable, match="still being read"):
        directory.people()
    wait([directory.reading])

    assert "ann" in by_id(directory)


def test_without_the_right_to_ask_for_replies_the_roles_stand_and_it_is_said(staffed, directory):
    staffed.tenant.granted -= {"Mail.ReadWrite"}

    people = by_id(directory)

    assert "ann" in people
    (problem,) = directory.problems
    assert "not-permitted" in problem.what
    assert "left out" in problem.what


def test_a_throttled_directory_leaves_mail_alone_and_a_throttled_mailbox_the_directory_of_roles(
    staffed, directory, connect
):
    staffed.misbehave(Fault(429, retry_after_s=60, on="/groups/"))
    with pytest.raises(Unreadable, match="throttled"):
        directory.people()
    outlook = connect()
    outlook.send(MESSAGE, ANN, "m-1")

    staffed.misbehave(Fault(429, retry_after_s=60, on="sendMail|/messages"))
    with pytest.raises(Temporary, match="throttled"):
        outlook.send(MESSAGE, ANN, "m-2")
    assert outlook.session is directory.session


def test_nothing_is_asked_of_the_tenant_but_what_is_needed(staffed, make):
    make(days_ahead=5).people()

    asked = {path.rpartition("/")[2] for _, path, status in staffed.tenant.log if status == 200}
    assert asked == {
        "token",
        "openid-configuration",
        "transitiveMembers",
        "users",
        "getMailTips",
        "getSchedule",
    }


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param({"groups": []}, "at least 1", id="no group"),
        pytest.param(
            {"groups": [{"group": "Team managers", "role": "x"}]},
            "pattern",
            id="a group by its name",
        ),
        pytest.param(
            {"mailbox": None, "days_ahead": 5}, "needs a mailbox", id="calendars by nobody's rights"
        ),
        pytest.param({"deputies": {"ann": "bob"}}, "deputies", id="deputies who are no addresses"),
    ],
)
def test_options_that_cannot_work_are_refused(reach, options, said):
    with pytest.raises(ValidationError, match=said):
        DirectoryConfig.model_validate({**reach, "groups": GROUPS, "mailbox": MAILBOX, **options})
