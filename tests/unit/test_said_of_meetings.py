"""When the meeting is that somebody is to answer for, and whoever is invited, in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from daemon.decide.telling.invited import meeting_of, say_meeting, say_somebody
from daemon.domain.obligation import Subject
from daemon.domain.record import Meeting, Record, Status
from daemon.rulebook import shipped
from daemon.rulebook.wording.templates import PARTS, render
from daemon.testing.world import loaded

AT = datetime(2026, 3, 20, 10, tzinfo=UTC)
BEFORE = AT - timedelta(days=7)
MEETING = Meeting("M-1", "icpc", status=Status.BOOKED, scheduled=(AT, False))


@pytest.mark.parametrize(
    ("meeting", "now", "said"),
    [
        pytest.param(MEETING, BEFORE, "The meeting is on Friday 20 March 2026, 10am.", id="ahead"),
        pytest.param(MEETING, AT, "The meeting is on Friday 20 March 2026, 10am.", id="its day"),
        pytest.param(
            MEETING, AT + timedelta(days=1), "The meeting was on Friday 20 March 2026, 10am.", id="the day after",
        ),
        pytest.param(
            replace(MEETING, scheduled=(AT.replace(hour=0), True)), BEFORE,
            "The meeting is on Friday 20 March 2026.", id="a day without a time",
        ),
        pytest.param(
            replace(MEETING, scheduled=(AT.replace(hour=0), True)), AT,
            "The meeting is on Friday 20 March 2026.", id="that day itself",
        ),
        pytest.param(replace(MEETING, scheduled=None), BEFORE, "", id="without a date"),
        pytest.param(replace(MEETING, status=Status.CANCELLED), BEFORE, "", id="called off"),
        pytest.param(None, BEFORE, "", id="of no meeting"),
    ],
)  # fmt: skip
def test_when_a_meeting_is_said_as_the_record_has_it(meeting, now, said):
    assert say_meeting(meeting, now) == said


@pytest.mark.parametrize(
    ("agency", "said"),
    [
        ("police", "somebody from police"),
        ("other agency", "somebody from another agency"),
        ("", "somebody"),
    ],
)
def test_whoever_is_invited_is_said_as_people_would(agency, said):
    assert say_somebody(agency) == said


def test_a_duty_of_a_plan_belongs_to_no_meeting():
    case = Record(ref="SC-1", meetings=(MEETING,))

    assert meeting_of(case, Subject("icpc", 1, 1, "M-1", part="invitee-I-1")) is MEETING
    assert meeting_of(case, Subject("plan", id="M-1")) is None


@pytest.mark.parametrize("name", ["answer-asked", "answer-still-missing", "invitation-unanswered"])
def test_a_sentence_without_its_meeting_stands_alone(name):
    text = loaded(shipped()).messages[name]
    fields = {"ref": "SC-1", "meeting": "", "todo": "Answer."}

    assert render(text, fields).lead.endswith("no answer from you.")
    assert "{{ meeting }}" in "".join(getattr(text, part) for part in PARTS)
