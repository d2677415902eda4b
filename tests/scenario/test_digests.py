"""Lists on a rhythm: for whoever has something in them, once, and with nothing that they may not know."""

import re
from pathlib import Path

import pytest

from daemon.domain.errors import Permanent
from daemon.engine.sending.refused import refused
from daemon.rulebook import shipped
from daemon.testing.fakes import FakeChannel
from tests.scenario.tuned import AUTHORITY, Tuned
from tests.small import SMALL

PAGE = Path(__file__).parents[2] / "docs" / "fewer-messages.md"
DIARY = "weekly-conference-diary"


def meeting(ident="M-1", at="2026-03-20T10:00", **more):
    fields = {"id": ident, "kind": "icpc", "number": 1, "attempt": 1, "status": "booked"}
    return {**fields, "scheduled_at": at, **more}


def invitee(ident, agency, person=None, **more):
    return {"id": ident, "agency": agency, "person": person, **more}


def listed(world, rung, to):
    """Return the texts of every list of that name that a person was sent, in order."""
    with world.store.read() as tx:
        return [
            one.message.text
            for one in world.email.sent
            if one.to == to
            and any(notice.key.rung == rung for notice in tx.notices.of_message(one.message.id))
        ]


@pytest.fixture
def switched_on(diary, folder):
    """Return the same with the lists that the documentation has an authority switch on."""
    own = folder / "potterby"
    own.mkdir()
    tuned = Tuned(diary, own)
    text = AUTHORITY.replace(str(SMALL), str(shipped()))
    text = text.replace(
        "{conference_diary: 1 hour}", "{conference_diary: 1 hour, case_system: 1 hour}"
    )
    tuned.write(
        "authority.yaml",
        text.replace("[council.example]", "[council.example], accepted: [police.example]"),
    )
    for number, block in enumerate(
        re.findall(r"```yaml\n(changes:.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    ):
        tuned.write(f"changes/list-{number}.yaml", block)
    tuned.begin()
    return diary


def test_a_team_manager_reads_on_monday_what_lies_ahead_for_their_own_team(diary):
    diary.opens("SC-1", meetings=[meeting()])
    diary.opens("SC-2", team="south", meetings=[meeting("M-2", "2026-03-24T10:00")])
    diary.opens("SC-3", meetings=[meeting("M-3", "2026-05-20T10:00")])

    diary.until("2026-03-09 09:30")

    tom, tess = listed(diary, DIARY, "tom"), listed(diary, DIARY, "tess")
    assert len(tom) == len(tess) == 1
    assert "SC-1" in tom[0]
    assert "Friday 20 March 2026, 10am" in tom[0]
    assert "booked; still open:" in tom[0]
    assert "SC-2" not in tom[0]
    assert "SC-3" not in tom[0]
    assert "SC-2" in tess[0]
    assert "SC-1" not in tess[0]


def test_what_a_reader_may_not_know_stands_in_no_list(diary):
    died = {"child_died": "2026-03-05"}
    diary.opens("SC-1", meetings=[meeting()])
    diary.opens("SC-2", restricted=True, holders=["tom"], meetings=[meeting("M-2")])
    diary.opens("SC-3", excluded=["tom"], meetings=[meeting("M-3")])
    diary.opens("SC-4", family="F-4", meetings=[meeting("M-4")])
    diary.opens("SC-5", family="F-4", meetings=[meeting("M-5")])
    diary.fact("SC-4", **died)

    diary.until("2026-03-09 09:30")

    (text,) = listed(diary, DIARY, "tom")
    assert set(re.findall(r"SC-\d", text)) == {"SC-1"}


def test_a_list_with_nothing_in_it_is_not_sent(diary):
    diary.opens("SC-1")

    diary.until("2026-03-09 09:30")

    assert listed(diary, DIARY, "tom") == []


def test_a_list_goes_once_however_often_its_moment_is_looked_at(diary):
    diary.opens("SC-1", meetings=[meeting()])
    diary.until("2026-03-09 09:30")

    with diary.store.write() as tx:  # as if another run had looked at the same moment
        tx.marks.put(f"digest/stoke-on-trent/{DIARY}", diary.clock().replace(hour=9, minute=0))
    diary.until("2026-03-09 12:00")

    assert len(listed(diary, DIARY, "tom")) == 1


def test_a_list_that_a_stop_missed_goes_once_when_the_service_is_back(diary):
    diary.opens("SC-1", meetings=[meeting(at="2026-03-26T10:00")])
    diary.turn()

    diary.clock.now = diary.clock.now.replace(day=24)  # two Mondays later
    diary.turn()
    diary.until("2026-03-24 14:00")

    assert len(listed(diary, DIARY, "tom")) == 1


def test_rows_are_those_of_the_moment_at_which_a_list_is_sent(diary):
    diary.opens("SC-1", meetings=[meeting()])
    diary.opens("SC-2", meetings=[meeting("M-2")])
    diary.turn()
    diary.clock.now = diary.clock.now.replace(day=9, hour=9, minute=0)
    diary.line.decide()  # queued, and not sent

    diary.opens("SC-2", excluded=["tom"], meetings=[meeting("M-2")])
    diary.until("2026-03-09 09:30")

    (text,) = listed(diary, DIARY, "tom")
    assert "SC-1" in text
    assert "SC-2" not in text


def test_a_worker_who_wants_it_reads_each_morning_what_is_theirs(switched_on):
    switched_on.opens("SC-1", roles={"social_worker": "sam", "team_manager": "tom"})

    switched_on.until("2026-03-10 09:30")

    (text,) = listed(switched_on, "morning-look-ahead", "sam")
    assert "Tuesday 17 March 2026, 5pm" in text
    assert "Friday 13 March 2026" not in text  # that is for others to do
    assert listed(switched_on, "morning-look-ahead", "tom") == []


def test_an_agencys_lead_reads_who_comes_from_their_own_agency_and_nothing_else(switched_on):
    asked = [
        invitee("I-1", "police", "pc1@police.example", area="Stoke", response="accepted"),
        invitee("I-2", "health", "hv@health.example"),
        invitee("I-3", None, None, role="parent", is_family=True),
    ]
    far = [invitee("I-4", "police", "pc9@police.example", area="Leek")]
    switched_on.opens("SC-1", meetings=[meeting(invitees=asked)])
    switched_on.opens("SC-2", meetings=[meeting("M-2", invitees=asked[1:])])
    switched_on.opens("SC-3", meetings=[meeting("M-3", invitees=far)])

    switched_on.until("2026-03-09 09:30")

    (text,) = listed(switched_on, "agency-conferences", "pam")
    assert set(re.findall(r"SC-\d", text)) == {"SC-1"}
    assert "pc1@police.example: accepted" in text
    assert "health" not in text
    assert listed(switched_on, "agency-conferences", "duty") == []
    assert listed(switched_on, "agency-conferences", "hv@health.example") == []


class Gone(FakeChannel):
    """Mail in which some people's mailboxes are there no more."""

    gone: frozenset[str] = frozenset()

    def send(self, message, to, key):
        if to.id in self.gone:
            raise Permanent("refused-550")
        return super().send(message, to, key)


@pytest.mark.parametrize(
    ("start", "end", "rung", "reader", "names"),
    [
        pytest.param(
            "2026-03-09 08:59", "2026-03-09 12:00", DIARY, "tom", "team manager", id="a pathway's list"
        ),
        pytest.param(
            "2026-03-16 08:59", "2026-03-16 12:00", "weekly-summary", "sue",
            "safeguarding service manager", id="what is overdue",
        ),
    ],
)  # fmt: skip
def test_a_list_that_its_reader_never_gets_is_told_to_the_duty_mailbox(
    diary, start, end, rung, reader, names
):
    diary.opens("SC-1", meetings=[meeting()])
    diary.until(start)
    gone = diary.email = Gone("email", diary.clock)
    gone.gone = frozenset({reader})
    diary.house.channels = {**diary.house.channels, "email": gone}

    diary.until(end)

    (text,) = listed(diary, rung, "duty")
    assert "A list could not be delivered" in text
    assert names in text
    assert "SC-1" not in text
    assert unheard(diary, rung) == 0


def test_a_list_that_neither_its_reader_nor_the_duty_mailbox_gets_is_counted_as_missed(diary):
    diary.opens("SC-1", meetings=[meeting()])
    diary.until("2026-03-09 08:59")
    gone = diary.email = Gone("email", diary.clock)
    gone.gone = frozenset({"tom", "duty"})
    diary.house.channels = {**diary.house.channels, "email": gone}

    diary.until("2026-03-09 12:00")

    assert unheard(diary, DIARY) == 1


def unheard(world, rung):
    """Return how many refused lists of that name nobody has heard of."""
    with world.store.read() as tx:
        found = refused(tx)
    return sum(one.is_unheard for one in found if any(n.key.rung == rung for n in one.notices))
