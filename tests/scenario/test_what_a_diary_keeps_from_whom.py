"""Whom the sheets of a diary keep out of a case: through the whole line, nothing reaches them."""

from datetime import timedelta

import pytest

from daemon.engine.house import Feed
from daemon.testing.fakes import FakeSource
from integrations.csv_files.config import Config
from integrations.csv_files.source import CsvFiles
from tests.scenario.invited import Invited

LINK = "https://meet.council.example/m-881"
CONFERENCE = f"""conference_id,kind,case_refs,booked_start,booked_end,venue,online_link,invite_list_received_at
M-1,ICPC,SC-1,2026-03-20 10:00,2026-03-20 12:00,Civic Centre,{LINK},2026-03-05
"""
HEAD = "conference_id,invitee_id,role,agency,email,is_family,apart_from,excluded_by_chair\n"
LIST = """M-1,I-1,police_officer,police,cp@police.example,N,,N
M-1,I-2,health_visitor,health,hv@health.example,N,,N
M-1,I-3,teacher,education,head@school.example,N,,N
"""


class Sheets(Invited):
    """A story whose diary is a folder of sheets, beside a case system."""

    def __init__(self, folder, start, **more) -> None:
        super().__init__(folder, start, **more)
        self.sheets = folder / "diary"
        self.sheets.mkdir()
        source = CsvFiles(Config(folder=self.sheets, as_known="read"), self.clock)
        cases = FakeSource(self.clock)
        self.feed = cases
        self.house.feeds = {
            "diary": Feed("diary", "conference_diary", source, timedelta(0), timedelta(0)),
            "cases": Feed("cases", "case_system", cases, timedelta(0), timedelta(0)),
        }
        self.house.order = {"*": ["diary", "cases"]}

    def shows(self, **sheets: str) -> None:
        """Drop sheets, have the enquiry in the case system, and walk to the day after the conference."""
        for name, text in {"conference": CONFERENCE, **sheets}.items():
            (self.sheets / f"{name}.csv").write_text(text, "utf-8")
        self.opens(family="F-1", roles={"social_worker": "sam"})
        self.until("2026-03-21 12:00")

    def reached(self) -> set[str]:
        """Return everybody whom anything was sent, by whatever way."""
        return {one.to for channel in (self.email, self.calendar) for one in channel.sent}


@pytest.fixture
def world(folder, backend, make_url):
    made = Sheets(folder, "2026-03-05 11:00", url=make_url() if backend == "postgres" else None)
    yield made
    made.close()


def test_the_link_of_the_online_meeting_stands_in_the_invitation(world):
    world.shows(invitee=HEAD + LIST)

    to_police = [one for one in world.calendar.sent if one.to == "cp@police.example"]
    assert to_police
    assert all(LINK in one.message.text for one in to_police)
    assert {one.message.event.link for one in to_police} == {LINK}
    everybody = {"sam", "tom", "conor", "hv@health.example", "head@school.example"}
    assert everybody <= world.reached()


@pytest.mark.parametrize(
    ("case", "silent"),
    [
        pytest.param("case_ref,excluded\nSC-1,sam\n", "sam", id="the social worker"),
        pytest.param(
            "case_ref,excluded\nSC-1,tom;hv@health.example\n", "hv@health.example", id="an invitee"
        ),
        pytest.param("case_ref,excluded\nSC-1,conor\n", "conor", id="the coordinator"),
        pytest.param(
            "case_ref,restricted,holders\nSC-1,Y,sam\n", "tom", id="all but the only holder"
        ),
        pytest.param(
            "case_ref,excluded,holders\nSC-1,Una Q,sam\n", "tom", id="an exclusion nobody can read"
        ),
    ],
)
def test_whom_the_case_sheet_excludes_is_sent_nothing(world, case, silent):
    world.shows(invitee=HEAD + LIST, case=case)

    assert silent not in world.reached()
    assert world.reached() - {"operator@council.example"}


def test_whom_the_chair_left_out_is_not_invited_and_not_chased(world):
    left_out = LIST.replace("hv@health.example,N,,N", "hv@health.example,N,,Y")

    world.shows(invitee=HEAD + left_out)

    assert "hv@health.example" not in world.reached()
    assert "cp@police.example" in world.reached()


def test_parents_who_must_be_kept_apart_share_no_message(world):
    parents = """M-1,I-8,parents_carers,,,Y,I-9,N
M-1,I-9,parents_carers,,,Y,I-8,N
"""

    world.shows(invitee=HEAD + LIST + parents)

    tasks = [text for to, text in world.texts() if to == "conor" and "kept apart from" in text]
    assert len(tasks) == 2
    assert {text.count("Item code") for text in tasks} == {1}
    assert not any("kept apart from" in one.message.text for one in world.calendar.sent)
