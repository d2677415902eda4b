"""The whole line from a SharePoint list: what people type there becomes duties, and what they delete ends none."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.testing.microsoft365.faults import Fault
from daemon.testing.microsoft365.server import Microsoft365
from daemon.testing.microsoft365.site import described, inner_name
from daemon.testing.microsoft365.tenant import Tenant
from tests.integrations.microsoft365.online import CONFERENCES, DATE, TEXT, Online

FACTS = {
    "s47_decision_recorded": {"at": "S47 decided", "value": "S47 decision"},
    "s47_concluded": {"at": "S47 concluded", "value": "S47 finding"},
}
MORE = {"S47 decided": DATE, "S47 decision": TEXT, "S47 concluded": DATE, "S47 finding": TEXT}
TYPED = {
    "Type": "ICPC", "Strategy discussion": "2026-03-02T00:00:00Z",
    "S47 decided": "2026-03-02T00:00:00Z", "S47 decision": "section_47",
    "S47 concluded": "2026-03-05T00:00:00Z", "S47 finding": "at_risk",
}  # fmt: skip
SHEETS = {"conference": {"list": CONFERENCES, "facts": FACTS}}
PAGE = "<html>Something went wrong</html>"


@pytest.fixture
def world(story):
    return story()


@pytest.fixture
def online(world, tmp_path):
    with Microsoft365(tmp_path / "tls", Tenant(world.clock)) as office:
        secret = tmp_path / "secret"
        secret.touch(mode=0o600)
        secret.write_text(office.tenant.secret)
        reach = {
            "tenant": "council.example", "client_id": "2222", "secret_file": secret,
            "ca_file": office.certificate, "login": office.address, "graph": office.address,
        }  # fmt: skip
        made = Online(office, reach, world.clock)
        for shown, facet in MORE.items():
            made.conferences.columns[inner_name(shown)] = described(inner_name(shown), shown, facet)
        read_by(world, made.feed(sheets=SHEETS))
        for number in range(1, 13):
            typed(made, number)
        yield made
        made.close()
        assert office.tenant.refused == []


def typed(online, number):
    row = {"Conf No": f"C{number}", "Child IDs": f"SC-{number}", **TYPED}
    online.conferences.put(online.clock(), row)


def read_by(world, source):
    world.house.feeds["diary"] = replace(world.house.feeds["diary"], source=source)


def turn_later(world):
    world.clock.now += timedelta(minutes=5)
    world.turn()


def test_a_row_that_is_deleted_closes_no_case_and_one_that_comes_back_opens_none_twice(
    world, online
):
    world.turn()
    begun = world.count("open")

    online.conferences.remove(3)
    turn_later(world)
    assert world.count("open") == begun > 0
    assert len(world.journal("case.missing")) == 1

    typed(online, 3)
    read_by(world, online.feed(sheets=SHEETS))  # and the service was started anew meanwhile
    turn_later(world)

    assert world.count("open") == begun
    assert len(world.journal("case.missing")) == 1


def test_what_is_typed_meets_a_duty_at_the_next_reading(world, online):
    world.turn()
    begun = world.count("open")

    online.put(id_=1, Date_held="2026-03-02T00:00:00Z")
    turn_later(world)

    assert world.count("met") > 0
    assert world.count("open") != begun


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(503, "serviceNotAvailable"), id="not at present"),
        pytest.param(Fault(200, page=PAGE), id="a page in place of an answer"),
        pytest.param(Fault(403, "accessDenied"), id="shut"),
        pytest.param(Fault(404, "itemNotFound"), id="deleted"),
    ],
)
def test_a_list_that_cannot_be_read_changes_nothing_and_the_operator_is_told(world, online, fault):
    world.turn()
    begun = world.count("open")

    online.office.misbehave(fault)
    turn_later(world)

    assert world.count("open") == begun
    assert world.journal("case.missing") == []
    assert len(world.journal("feed.failed")) == 1

    online.office.misbehave()
    turn_later(world)
    assert len(world.journal("feed.recovered")) == 1
