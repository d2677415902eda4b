"""Who is told, table by table; test_telling_at_random asks the same of a hundred thousand random cases."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from daemon.decide.people.recipients import (
    FAMILY,
    Access,
    People,
    Why,
    access_of,
    may_know,
    resolve,
    seat,
)
from daemon.domain.person import Person, Post
from daemon.domain.record import Invitee, Meeting, Record

TODAY = date(2026, 3, 6)
YESTERDAY, TOMORROW = date(2026, 3, 5), date(2026, 3, 7)
AWAY = (date(2026, 3, 1), date(2026, 3, 31))
ROLE = "safeguarding_service_manager"


def person(name, *roles, **more):
    posts = tuple(Post(role) for role in roles)
    return Person(name, {"email": f"{name}@council.example"}, **{"posts": posts, **more})


SUE = person("sue", ROLE, manager="wes", delegate="dan")
WES = person("wes", manager="dee")
DAN = person("dan")
DEE = person("dee")
DUTY = person("duty", "duty_mailbox")
BOX = person("box", ROLE, manager="wes", opened_by=frozenset({"ann", "Ann@council.example"}))


def told(people, **access):
    found = resolve(ROLE, Access(**access), People(people), TODAY)
    return sorted(one.id for one in found.people), found.why


@pytest.mark.parametrize(
    ("people", "access", "expected"),
    [
        pytest.param([SUE, DUTY], {}, (["sue"], Why.HOLDER), id="the holder"),
        pytest.param(
            [SUE, DUTY],
            {"roles": {ROLE: ["new@council.example"]}},
            (["new@council.example"], Why.HOLDER),
            id="the case's own, by address",
        ),
        pytest.param(
            [SUE, DAN, DUTY],
            {"roles": {ROLE: ["DAN@council.example"]}},
            (["dan"], Why.HOLDER),
            id="the case's own, found in the directory",
        ),
        pytest.param(
            [SUE, DUTY],
            {"roles": {ROLE: ["nobody-knows-them"]}},
            (["sue"], Why.HOLDER),
            id="an id that nobody knows",
        ),
        pytest.param([WES, DUTY], {}, (["duty"], Why.FALLBACK), id="nobody holds it"),
        pytest.param(
            [WES], {}, ([], Why.NOBODY), id="nobody holds it, and there is no duty mailbox"
        ),
        pytest.param(
            [replace(SUE, absences=(AWAY,)), DAN, DUTY],
            {},
            (["dan"], Why.DELEGATE),
            id="away: the delegate",
        ),
        pytest.param(
            [replace(SUE, absences=(AWAY,), delegate=None), DUTY],
            {},
            (["duty"], Why.AWAY),
            id="away, and no delegate",
        ),
        pytest.param(
            [replace(SUE, absences=(AWAY,)), replace(DAN, absences=(AWAY,), delegate="sue"), DUTY],
            {},
            (["duty"], Why.AWAY),
            id="delegates in a circle",
        ),
        pytest.param(
            [SUE, WES, DUTY],
            {"excluded": frozenset({"sue"})},
            (["wes"], Why.MANAGER),
            id="excluded: the post's manager",
        ),
        pytest.param(
            [replace(SUE, absences=(AWAY,)), WES, DAN, DUTY],
            {"excluded": frozenset({"sue@council.example"})},
            (["wes"], Why.MANAGER),
            id="excluded and away: never their delegate",
        ),
        pytest.param(
            [SUE, WES, DUTY],
            {"excluded": frozenset({"sue", "wes"})},
            (["duty"], Why.BARRED),
            id="excluded, and so is the manager",
        ),
        pytest.param(
            [SUE, WES, DUTY],
            {"excluded": frozenset({"sue", "wes", "duty"})},
            ([], Why.BARRED),
            id="everybody is excluded",
        ),
        pytest.param(
            [SUE, person("sal", ROLE), DUTY],
            {"excluded": frozenset({"sue"})},
            (["sal"], Why.HOLDER),
            id="one of two holders is excluded",
        ),
        pytest.param(
            [SUE, DUTY],
            {"restricted": True, "holders": frozenset({"sue"})},
            (["sue"], Why.HOLDER),
            id="restricted, to a holder",
        ),
        pytest.param(
            [SUE, WES, DUTY],
            {"restricted": True, "holders": frozenset({"wes"})},
            ([], Why.NOBODY),
            id="restricted, and the post is no holder",
        ),
        pytest.param(
            [SUE, DUTY],
            {"restricted": True},
            ([], Why.NOBODY),
            id="restricted, and no holders at all",
        ),
        pytest.param(
            [replace(SUE, absences=(AWAY,)), DAN, DUTY],
            {"restricted": True, "holders": frozenset({"sue"})},
            ([], Why.NOBODY),
            id="restricted: a delegate who is no holder",
        ),
        pytest.param(
            [replace(SUE, posts=(Post(ROLE, "south"),)), replace(WES, posts=(Post(ROLE),)), DUTY],
            {"team": "north"},
            (["wes"], Why.HOLDER),
            id="another team's holder is not ours",
        ),
    ],
)
def test_who_is_told(people, access, expected):
    assert told(people, **access) == expected


@pytest.mark.parametrize("role", sorted(FAMILY))
def test_nothing_goes_to_a_family_by_itself(role):
    people = People([DUTY, person("mum", role)])

    found = resolve(role, Access({role: ["mum@home.example"]}), people, TODAY)

    assert [one.id for one in found.people] == ["duty"]


def test_the_last_question_before_the_wire_is_the_same_one():
    people = People([SUE, WES])

    assert may_know(SUE, Access(), people)
    assert not may_know(SUE, Access(excluded=frozenset({"SUE@council.example"})), people)
    assert not may_know(SUE, Access(restricted=True, holders=frozenset({"wes"})), people)
    assert not may_know(
        SUE,
        Access(restricted=True, holders=frozenset({"sue"}), excluded=frozenset({"sue"})),
        people,
    )


@pytest.mark.parametrize("length", range(1, 9))
@pytest.mark.parametrize("tail", [0, 1, 3])
def test_a_circle_of_delegates_of_any_length_ends_at_the_duty_mailbox(length, tail):
    names = [f"p{n}" for n in range(tail + length)]
    following = [*names[1:], names[tail]]
    people = [
        person(name, absences=(AWAY,), delegate=then)
        for name, then in zip(names, following, strict=True)
    ]

    assert told([*people, DUTY], roles={ROLE: ["p0"]}) == (["duty"], Why.AWAY)


@pytest.mark.parametrize(
    ("people", "access", "expected"),
    [
        pytest.param(
            [replace(SUE, posts=(Post(ROLE, valid_to=YESTERDAY),)), WES, DUTY],
            {},
            (["duty"], Why.FALLBACK),
            id="a leaver whom only the directory named",
        ),
        pytest.param(
            [replace(SUE, posts=(Post(ROLE, valid_to=YESTERDAY),)), WES, DAN, DUTY],
            {"roles": {ROLE: ["sue@council.example"]}},
            (["wes"], Why.MANAGER),
            id="a leaver whom the case still names: the post's manager",
        ),
        pytest.param(
            [replace(SUE, posts=(Post(ROLE, valid_to=YESTERDAY),)), person("sal", ROLE), WES, DUTY],
            {"roles": {ROLE: ["sue"]}},
            (["sal"], Why.HOLDER),
            id="a leaver with one successor",
        ),
        pytest.param(
            [replace(SUE, posts=(Post(ROLE, valid_to=YESTERDAY),)), person("sal", ROLE), person("sid", ROLE),
             WES, DUTY],
            {"roles": {ROLE: ["sue"]}},
            (["wes"], Why.MANAGER),
            id="a leaver with two who might be meant",
        ),
        pytest.param(
            [replace(SUE, posts=(Post(ROLE, "north", valid_to=YESTERDAY, manager="dee"), Post(ROLE, "south"))),
             WES, DEE, DUTY],
            {"roles": {ROLE: ["sue"]}, "team": "north"},
            (["dee"], Why.MANAGER),
            id="a mover: the manager of the post that they left",
        ),
        pytest.param(
            [replace(SUE, posts=(Post(ROLE, valid_to=TODAY),)), DUTY], {}, (["sue"], Why.HOLDER),
            id="the last day is inside",
        ),
        pytest.param(
            [replace(SUE, posts=(Post(ROLE, valid_from=TOMORROW),)), DUTY], {}, (["duty"], Why.FALLBACK),
            id="who begins tomorrow is not told today",
        ),
        pytest.param(
            [replace(SUE, works=frozenset({0, 1})), DAN, DUTY], {}, (["dan"], Why.DELEGATE),
            id="part-time and off: the delegate",
        ),
        pytest.param(
            [replace(SUE, works=frozenset({0, 1}), delegate=None), DUTY], {}, (["sue"], Why.HOLDER),
            id="part-time and off, with no delegate: told all the same",
        ),
        pytest.param(
            [replace(SUE, works=frozenset({0, 1})), replace(DAN, absences=(AWAY,)), DUTY],
            {}, (["sue"], Why.HOLDER), id="part-time and off, the delegate away",
        ),
        pytest.param(
            [replace(SUE, absences=(AWAY,)), replace(DAN, works=frozenset({0})), DUTY],
            {}, (["dan"], Why.DELEGATE), id="away, the delegate only off today",
        ),
        pytest.param(
            [replace(SUE, absences=((YESTERDAY, YESTERDAY), (TODAY, TODAY))), DAN, DUTY],
            {}, (["dan"], Why.DELEGATE), id="away for the second time",
        ),
        pytest.param(
            [BOX, WES, DUTY], {"excluded": frozenset({"ann@council.example"})}, (["wes"], Why.MANAGER),
            id="a mailbox that an excluded person can open",
        ),
        pytest.param(
            [BOX, person("ann"), WES, DUTY], {"excluded": frozenset({"ANN"})}, (["wes"], Why.MANAGER),
            id="a mailbox that they can open, excluded by id",
        ),
        pytest.param(
            [SUE, WES, replace(DAN, addresses=SUE.addresses), DUTY], {"excluded": frozenset({"dan"})},
            (["wes"], Why.MANAGER), id="an address in common with an excluded person",
        ),
        pytest.param(
            [replace(SUE, absences=(AWAY,)), replace(DAN, opened_by=frozenset({"ann"})), DUTY],
            {"excluded": frozenset({"ann"})}, (["duty"], Why.AWAY), id="the delegate is such a mailbox",
        ),
        pytest.param(
            [WES, replace(DUTY, opened_by=frozenset({"ann"}))], {"excluded": frozenset({"ann"})},
            ([], Why.NOBODY), id="the duty mailbox is such a mailbox",
        ),
    ],
)  # fmt: skip
def test_movers_leavers_part_time_days_and_shared_mailboxes(people, access, expected):
    assert told(people, **access) == expected


LEAD = "safeguarding_lead_agency"
EAST, WEST = (
    person(f"police-{area}", posts=(Post(LEAD, None, "police", area),)) for area in ("east", "west")
)
HEALTH = person("health", posts=(Post(LEAD, None, "health"),))


@pytest.mark.parametrize(
    ("lists", "subject", "expected"),
    [
        pytest.param([[("I1", "police", "East")]], "icpc-1/police", ["police-east"], id="by agency and area"),
        pytest.param([[("I1", "police", "north")]], "icpc-1/police", ["duty"], id="an area that nobody leads"),
        pytest.param([[("I1", "police", None)]], "icpc-1/police", ["duty"], id="an area that is not known"),
        pytest.param([[("I1", "health", "north")]], "icpc-1/health", ["health"], id="a lead for every area"),
        pytest.param([[("I1", "police", "east")], [("I1", "police", "west")]], "icpc-1/police", ["police-west"],
                     id="the family has moved: the later list"),
        pytest.param([[("I1", "police", "west"), ("I2", "health", None)]], "icpc-1/invitee-I1", ["police-west"],
                     id="of one invitee"),
        pytest.param([[("I1", "police", "west"), ("I2", "health", None)]], "icpc-1", ["health", "police-west"],
                     id="of every agency on the list"),
        pytest.param([[("I2", "health", None)]], "icpc-1", ["health"], id="never one whose agency is not on it"),
    ],
)  # fmt: skip
def test_safeguarding_leads_are_found_by_agency_and_area(lists, subject, expected):
    meetings = tuple(
        Meeting(f"M{n}", "icpc", scheduled=(datetime(2026, 3, 9 + n, tzinfo=UTC), False),
                invitees=tuple(Invitee(id_, agency, area) for id_, agency, area in entries))
        for n, entries in enumerate(lists)
    )  # fmt: skip
    access = access_of(Record("SC-1", meetings=meetings))

    found = resolve(
        seat(LEAD, f"SC-1/rule/{subject}"), access, People([EAST, WEST, HEALTH, DUTY]), TODAY
    )

    assert sorted(one.id for one in found.people) == expected


def test_a_leads_holiday_contact_stands_in():
    away = replace(EAST, absences=(AWAY,), delegate="police-west")
    record = Record(
        "SC-1", meetings=(Meeting("M1", "icpc", invitees=(Invitee("I1", "police", "east"),)),)
    )

    found = resolve(f"{LEAD}/police", access_of(record), People([away, WEST, DUTY]), TODAY)

    assert [one.id for one in found.people] == ["police-west"]
