"""What is doubtful in a directory is said by its place, with what to do; nobody is left out for it."""

from datetime import date

import pytest

from daemon.decide.people.staffing import doubts
from daemon.domain.errors import Severity
from daemon.domain.person import Person, Post
from daemon.domain.vocabulary import Vocabulary

TODAY = date(2026, 3, 6)
WORDS = Vocabulary(
    {},
    {"team_manager": "team manager", "safeguarding_lead_agency": "lead"},
    {"police": "police", "health": "health", "housing": "housing"},
    {}, {}, {},
)  # fmt: skip


def said(*people, places=None):
    return [str(one) for one in doubts(people, places or {}, WORDS, TODAY, "people")]


def lead(name, agency, area=None, **more):
    return Person(name, posts=(Post("safeguarding_lead_agency", None, agency, area, **more),))


def test_a_sound_directory_has_nothing_doubtful():
    ann = Person("ann", {"email": "ann@x.example"}, posts=(Post("team_manager"),), delegate="bob")

    assert said(ann, Person("bob", {"email": "bob@x.example"}, manager="ann")) == []


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(date(2027, 3, 6), id="a year of leave"),
        pytest.param(date.max, id="with no end"),
    ],
)
def test_an_absence_that_may_be_meant_is_no_doubt(last):
    assert said(Person("ann", absences=((date(2026, 3, 2), last),))) == []


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        pytest.param([Person("a", posts=(Post("team_manger"),))],
                     'role: nobody is told as "team_manger"; did you mean "team_manager"?', id="a role misspelt"),
        pytest.param([Person("a", posts=(Post("team_manager", agency="polcie"),))],
                     'agency: no agency is called "polcie"; did you mean "police"?', id="an agency misspelt"),
        pytest.param([Person("a", delegate="b")], "delegate_id: nobody in the directory has it", id="no such delegate"),
        pytest.param([Person("a", posts=(Post("team_manager", manager="b"),))],
                     "manager_id: nobody in the directory has it", id="no such manager of a post"),
        pytest.param([Person("a", opened_by=frozenset({"b"}))],
                     "opened_by: nobody in the directory has one of these ids", id="opened by a stranger"),
        pytest.param([Person("a", delegate="b"), Person("b", posts=(Post("team_manager", valid_to=date(2026, 3, 5)),))],
                     "delegate_id: b holds nothing today", id="a delegate who has left"),
        pytest.param([Person("a", delegate="b"), Person("b", delegate="c"), Person("c", delegate="b")],
                     "delegate_id: goes round: b, c, b", id="delegates in a circle"),
        pytest.param([Person("a", manager="a")], "manager_id: it is their own id", id="one's own manager"),
        pytest.param([Person("a", posts=(Post("team_manager", manager="a"),))],
                     "manager_id: it is their own id", id="one's own manager in a post"),
        pytest.param([Person("a", absences=((date(2026, 3, 2), date(2099, 3, 9)),))],
                     "absent_to: lies more than a year ahead", id="away for a lifetime"),
        pytest.param([Person("a", delegate="a")], "delegate_id: goes round: a, a", id="one's own delegate"),
        pytest.param([Person("a", {"email": "x@y.example"}), Person("b", {"teams": "X@y.example"})],
                     "email: a has the same address", id="two people with one address"),
    ],
)  # fmt: skip
def test_each_doubt_is_said_once(people, reason):
    (doubt,) = said(*people)

    assert reason in doubt
    assert "y.example" not in doubt


def test_a_doubt_stands_at_the_row_of_its_role():
    ann = Person("ann", posts=(Post("team_manager"), Post("ferryman")))

    (doubt,) = said(
        ann, places={("ann", None): "people.csv:2", ("ann", "ferryman"): "people.csv:3"}
    )

    assert doubt.startswith("people.csv:3: role")


def test_agencies_that_nobody_leads_are_named_by_area_where_areas_are_used():
    people = [
        lead("p1", "police", "east"),
        lead("p2", "police", "west"),
        lead("h1", "health", "east"),
    ]

    (doubt,) = doubts(people, {}, WORDS, TODAY, "people")

    assert doubt.what == "nobody is the safeguarding lead of: health in west, housing"
    assert doubt.severity is Severity.NOTE


def test_a_lead_without_an_area_leads_everywhere_and_one_who_has_left_nowhere():
    people = [lead("p1", "police"), lead("h1", "health", "east"),
              lead("o1", "housing", "east", valid_to=date(2026, 3, 5))]  # fmt: skip

    (doubt,) = doubts(people, {}, WORDS, TODAY, "people")

    assert doubt.what == "nobody is the safeguarding lead of: housing"
