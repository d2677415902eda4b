"""Who is likely to be at a conference: what each answer, deputy and report counts for."""

import pytest

from daemon.decide.conference.foresight import foresee

POLICE = {
    "id": "I-1",
    "agency": "police",
    "person": "cp@police.example",
    "invited_at": "2026-03-05",
}
HEALTH = {
    "id": "I-2",
    "agency": "health",
    "person": "hv@health.example",
    "invited_at": "2026-03-05",
}


@pytest.fixture
def outlook(read, words):
    """Return the outlook on a conference with these people on its list."""

    def of(*invitees, quorum=None, **more):
        meeting = {"id": "M-1", "kind": "icpc", "scheduled_at": "2026-03-20T10:00", **more}
        record = read(facts={}, meetings=[{**meeting, "invitees": list(invitees)}])
        return foresee(record.meetings, quorum, words)

    return of


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param({}, "no answer", id="no answer"),
        pytest.param({"response": "accepted"}, "somebody comes", id="accepted"),
        pytest.param({"response": "tentative"}, "somebody may come", id="tentative"),
        pytest.param(
            {"response": "declined"}, "declined, and nobody is named in their place", id="declined"
        ),
        pytest.param(
            {"response": "declined", "facts": {"deputy_nominated": "2026-03-10"}},
            "declined, and somebody comes in their place",
            id="a deputy is named",
        ),
        pytest.param({"delivered": False}, "the invitation did not arrive", id="it came back"),
        pytest.param({"invited_at": None}, "not invited", id="nobody invited them"),
        pytest.param(
            {"invited_at": None, "person": None},
            "could not be invited: no address",
            id="nobody has their address",
        ),
        pytest.param(
            {"response": "accepted", "report_expected": True},
            "somebody comes; a report is still owed",
            id="a report is owed",
        ),
        pytest.param(
            {
                "response": "accepted",
                "report_expected": True,
                "facts": {"agency_report_submitted": "2026-03-10"},
            },
            "somebody comes",
            id="the report is in",
        ),
    ],
)
def test_what_the_list_says_of_an_agency(outlook, more, said):
    assert [text for _, text in outlook({**POLICE, **more}).rows] == [said]


def test_an_agency_comes_where_one_of_its_people_does(outlook):
    found = outlook(
        {**POLICE, "response": "declined"}, {**POLICE, "id": "I-9", "response": "accepted"}
    )

    assert [text for _, text in found.rows] == ["somebody comes"]


@pytest.mark.parametrize(("quorum", "is_quorate"), [(1, True), (2, False), (None, None)])
def test_the_quorum_counts_agencies_that_come(outlook, quorum, is_quorate):
    found = outlook({**POLICE, "response": "accepted"}, HEALTH, quorum=quorum)

    assert (found.coming, found.is_quorate) == (1, is_quorate)


def test_neither_the_family_nor_whom_the_chair_left_out_is_on_the_list(outlook):
    mother = {"id": "I-5", "is_family": True, "agency": "health", "role": "parents_carers"}

    assert outlook(mother, {**POLICE, "excluded_by_chair": True}).rows == ()
