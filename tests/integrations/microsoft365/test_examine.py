"""What an administrator is told of a tenant before anybody relies on it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon.testing.microsoft365.certificate import make_certificate
from daemon.testing.microsoft365.faults import Fault
from daemon.testing.microsoft365.server import Microsoft365
from daemon.testing.microsoft365.tenant import Tenant
from integrations.microsoft365.activity import ActivityFeed
from integrations.microsoft365.calendar import OutlookCalendar
from integrations.microsoft365.channel import Outlook
from integrations.microsoft365.config import ActivityConfig, CalendarConfig, InboxConfig, MailConfig
from integrations.microsoft365.directory import EntraDirectory
from integrations.microsoft365.directory_config import DirectoryConfig
from integrations.microsoft365.inbox import OutlookInbox
from tests.integrations.microsoft365.conftest import MAILBOX

CANARY = "canary@council.example"
APP = "33333333-3333-3333-3333-333333333333"
SCOPED = {"scope": frozenset({MAILBOX}), "roles": frozenset()}
Told = Callable[..., list[str]]


def now() -> datetime:
    """Return this machine's moment: certificates and Date headers are real ones."""
    return datetime.now(UTC)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Microsoft365]:
    """Give a tenant by this machine's clock."""
    with Microsoft365(tmp_path / "tls", Tenant(now)) as office:
        yield office


@pytest.fixture
def told(reach: dict[str, Any], office: Microsoft365) -> Told:
    """Give a call that returns the lines about mail, in a tenant as it is described."""

    def examine(
        clock: Callable[[], datetime] = now, *, as_it_is: Any = None, **options: Any
    ) -> list[str]:
        for name, value in {**SCOPED, **(as_it_is or {})}.items():
            setattr(office.tenant, name, value)
        given = {**reach, "mailbox": MAILBOX, "canary": CANARY, **options}
        channel = Outlook(MailConfig(**given), clock)
        try:
            return [f"{one.grade}: {one}" for one in channel.examine()]
        finally:
            channel.close()

    return examine


def failing(lines: list[str]) -> list[str]:
    """Return what fails."""
    return [line for line in lines if line.startswith("fail: ")]


@pytest.mark.parametrize("mode", ["draft", "send_mail"])
def test_a_tenant_that_is_well_set_up_fails_nowhere_and_gets_nothing_sent(told, office, mode):
    lines = told(mode=mode)

    assert failing(lines) == []
    assert f"ok: Mail.Send for {MAILBOX} is held" in lines
    assert f"ok: {CANARY} is refused, as it must be" in lines
    assert office.tenant.delivered == []
    assert office.tenant.box(MAILBOX).messages == {}
    assert office.tenant.refused == []


@pytest.mark.parametrize(
    ("mode", "granted", "line"),
    [
        pytest.param(
            "draft", {"Mail.Send"}, "fail: Mail.ReadWrite for", id="drafts cannot be made"
        ),
        pytest.param("draft", {"Mail.ReadWrite"}, "fail: Mail.Send for", id="nothing can be sent"),
        pytest.param("send_mail", {"Mail.Read"}, "fail: Mail.Send for", id="nor at once"),
        pytest.param(
            "send_mail", {"Mail.Send"}, "warn: Mail.Read for", id="nothing can be looked up"
        ),
    ],
)
def test_a_permission_that_lacks_is_named_by_its_name(told, mode, granted, line):
    lines = told(mode=mode, as_it_is={"granted": frozenset(granted)})

    lacking = [one for one in lines if "is not held" in one]
    assert len(lacking) == 1
    assert lacking[0].startswith(f"{line} {MAILBOX} is not held")


def test_a_permission_for_every_mailbox_is_warned_of_and_so_is_one_that_nothing_needs(told):
    roles = {"Mail.Send", "Directory.ReadWrite.All"}

    lines = told(as_it_is={"roles": frozenset(roles)})

    assert [one.partition(";")[0] for one in lines if " granted" in one] == [
        "warn: Directory.ReadWrite.All is granted, and nothing here needs it",
        "warn: Mail.Send is granted in Entra, for every mailbox of the tenant",
    ]


def test_a_permission_that_another_adapter_of_the_same_application_needs_is_needed(told, reach):
    feed = ActivityFeed(ActivityConfig(**reach, app_id=APP), now)

    lines = told(as_it_is={"roles": frozenset({"TeamsActivity.Send"})})
    feed.close()

    assert not [one for one in lines if "TeamsActivity.Send" in one]


@pytest.mark.parametrize(
    ("as_it_is", "canary", "line"),
    [
        pytest.param(
            {"scope": None},
            CANARY,
            f"fail: {CANARY} is open to us (Mail.ReadWrite, Mail.Send)",
            id="every mailbox is open",
        ),
        pytest.param(
            {"scope": None, "missing": frozenset({CANARY})},
            CANARY,
            f"warn: nobody has the mailbox {CANARY}",
            id="there is no canary",
        ),
        pytest.param(
            {},
            "",
            "warn: whether other mailboxes are shut to us is not known",
            id="no canary is named",
        ),
    ],
)
def test_a_mailbox_outside_the_scope_must_be_refused(told, as_it_is, canary, line):
    lines = told(canary=canary, as_it_is=as_it_is)

    assert lines[-1].startswith(line)


def test_a_mailbox_that_nobody_has_is_said_once(told):
    lines = told(as_it_is={"missing": frozenset({MAILBOX})})

    assert [one.partition(";")[0] for one in failing(lines)] == [
        f"fail: nobody has the mailbox {MAILBOX}"
    ]


def test_a_proof_that_is_refused_ends_the_look(told, office):
    office.tenant.secret = "another"

    lines = told()

    assert [one.partition(";")[0] for one in failing(lines)] == [
        "fail: the sign-in service refuses us"
    ]
    assert not [one for one in lines if "Mail." in one]


def test_a_clock_that_is_wrong_is_said_with_by_how_much(told):
    lines = told(lambda: now() + timedelta(minutes=7))

    clock = [one for one in lines if "clock" in one]
    assert len(clock) == 1
    assert clock[0].startswith("fail: this machine's clock is 4")


def test_a_clock_that_is_right_is_fine(told):
    assert next(one for one in told() if "clock" in one).startswith("ok: ")


def test_a_certificate_of_ours_is_looked_at(told, reach, tmp_path):
    places = make_certificate(tmp_path / "own")
    both = tmp_path / "both.pem"
    both.touch(mode=0o600)
    both.write_bytes(b"".join(place.read_bytes() for place in places))
    del reach["secret_file"]

    now_and_late = [
        told(clock, certificate_file=both)[0] for clock in (now, lambda: now() + timedelta(days=31))
    ]

    assert now_and_late[0].startswith("warn: our own certificate ends in 29 days, on ")
    assert now_and_late[1].startswith("fail: our own certificate ended on ")


def test_a_secret_is_warned_of(told):
    assert told()[0].startswith("warn: a client secret is used")


def test_a_server_that_is_not_trusted_is_said_to_be(told, tmp_path):
    other, _ = make_certificate(tmp_path / "other")

    lines = told(ca_file=other)

    assert failing(lines)[0].startswith("fail: localhost shows a certificate that is not trusted")


def test_an_answer_that_says_nothing_is_no_verdict(told, office):
    office.misbehave(Fault(503, on="/messages/"))

    lines = told()

    assert failing(lines) == []
    assert sum("cannot be told" in one for one in lines) == 3  # two permissions, and the canary


@pytest.mark.parametrize(
    ("roles", "line"),
    [
        pytest.param({"TeamsActivity.Send"}, "ok: TeamsActivity.Send is granted", id="by Entra"),
        pytest.param(set(), "warn: TeamsActivity.Send is not granted in Entra", id="not by Entra"),
    ],
)
def test_notices_in_teams_need_one_permission(reach, office, roles, line):
    office.tenant.roles = frozenset(roles)
    feed = ActivityFeed(ActivityConfig(**reach, app_id=APP), now)

    lines = [f"{one.grade}: {one}" for one in feed.examine()]
    feed.close()

    assert lines[-1].startswith(line)
    assert office.tenant.notices == []


@pytest.mark.parametrize(
    ("link_after", "fault", "line"),
    [
        pytest.param(0, None, f"ok: {MAILBOX} may make online meetings in Teams", id="a licence"),
        pytest.param(None, None, f"fail: {MAILBOX} may make no online meeting in Teams", id="none"),
        pytest.param(
            0, Fault(503, on="/calendar$"), f"warn: whether {MAILBOX} may", id="no answer"
        ),
    ],
)
def test_a_calendar_that_is_to_make_meetings_must_be_allowed_to(
    reach, office, link_after, fault, line
):
    office.tenant.link_after = link_after
    office.misbehave(*filter(None, [fault]))
    given = {**reach, "mailbox": MAILBOX, "online_meetings": True}
    calendar = OutlookCalendar(CalendarConfig(**given), now)

    lines = [f"{one.grade}: {one}" for one in calendar.examine()]
    calendar.close()

    assert lines[-1].startswith(line)
    assert office.tenant.box(MAILBOX).events == {}


def test_a_calendar_without_meetings_is_not_asked_for_them(reach, office):
    calendar = OutlookCalendar(CalendarConfig(**reach, mailbox=MAILBOX), now)

    lines = [str(one) for one in calendar.examine()]
    calendar.close()

    assert not [one for one in lines if "online meeting" in one]


def test_calendar_answers_and_people_say_which_of_their_permissions_are_held(reach, office):
    office.tenant.scope = frozenset({MAILBOX})
    office.tenant.roles = frozenset({"User.Read.All"})
    group = {
        "group": "44444444-4444-4444-4444-444444444444",
        "role": "team_manager",
        "team": "north",
    }
    made: list[Any] = [
        OutlookCalendar(CalendarConfig(**reach, mailbox=MAILBOX), now),
        OutlookInbox(InboxConfig(**reach, mailbox=MAILBOX), now),
        EntraDirectory(DirectoryConfig(**reach, groups=[group]), now),
    ]

    lines = [[f"{one.grade}: {one}" for one in adapter.examine()] for adapter in made]
    for adapter in made:
        adapter.close()

    assert f"ok: Calendars.ReadWrite for {MAILBOX} is held" in lines[0]
    assert {f"ok: {name} for {MAILBOX} is held" for name in ("Mail.Read", "Calendars.Read")} <= {
        *lines[1]
    }
    assert "ok: User.Read.All is granted" in lines[2]
    assert any(one.startswith("fail: GroupMember.Read.All is not granted") for one in lines[2])
    assert not any("nothing here needs it" in one for each in lines for one in each)
    assert office.tenant.box(MAILBOX).messages == {}
