"""What an administrator is told of a diary's site before anybody relies on it."""

from datetime import UTC, datetime

import pytest

from daemon.cli.examining.everything import Table, examine_adapter
from daemon.ports import Unreadable
from daemon.settings.channels import Adapter
from daemon.testing.fakes import HandClock
from daemon.testing.microsoft365.faults import Fault
from tests.integrations.microsoft365.online import PATH

TABLE = Table("feeds.diary", Adapter(adapter="microsoft365"), "source")


@pytest.fixture
def clock():
    """Give this machine's moment: certificates and Date headers are real ones."""
    return HandClock(datetime.now(UTC))


@pytest.fixture
def told(online):
    """Give a call that returns the lines about the diary, in a tenant that granted these."""

    def examine(*roles):
        online.office.tenant.roles = frozenset(roles)
        return [f"{one.grade}: {one}" for one in examine_adapter(TABLE, online.feed())]

    return examine


def test_a_site_that_is_well_set_up_is_read_and_fails_nowhere(online, told):
    online.good(2)

    lines = told("Sites.Selected")

    assert [one for one in lines if one.startswith("fail")] == []
    assert f"ok: {online.office.address}{PATH} can be read" in lines
    assert "ok: Sites.Selected is granted" in lines
    assert lines[-1] == "ok: it can be read, and holds 2 cases"
    assert {
        method for method, path, _ in online.office.tenant.log if path.startswith("/sites")
    } == {"GET"}


def test_a_permission_for_every_site_is_to_be_taken_back(online, told):
    online.good(1)

    lines = told("Sites.Read.All", "Files.Read.All")

    what = (
        "warn: Files.Read.All and Sites.Read.All opens every site of the tenant to us; grant Sites"
    )
    assert any(one.startswith(what) for one in lines)
    assert not any("is not granted" in one for one in lines)


def test_a_permission_that_is_not_granted_and_a_site_that_is_shut_are_two_findings(online, told):
    online.site.may_read = False

    lines = told()

    assert any(
        one.startswith("fail: Sites.Selected is not granted in Entra; grant it") for one in lines
    )
    assert any(f"{PATH} may not be read by us (403); give us `read` on it" in one for one in lines)


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        pytest.param(
            Fault(404, "itemNotFound", on="localhost:"), "fail: there is no site", id="none"
        ),
        pytest.param(Fault(503, on="localhost:"), "warn: whether", id="not at present"),
    ],
)
def test_what_cannot_be_told_of_a_site_is_said(online, told, fault, line):
    online.office.misbehave(fault)

    assert any(one.startswith(line) for one in told("Sites.Selected"))


def test_a_feed_that_was_closed_says_so(online):
    online.source.close()
    online.source.close()

    with pytest.raises(Unreadable, match="has been closed"):
        online.read()
