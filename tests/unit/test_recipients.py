"""Who is told: table by table, and over a hundred thousand random cases nobody outside the allowed set."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest

from daemon.decide.recipients import FAMILY, Access, People, Why, may_know, resolve
from daemon.domain.person import Person

TODAY = date(2026, 3, 6)
AWAY = (date(2026, 3, 1), date(2026, 3, 31))
ROLE = "safeguarding_service_manager"


def person(name, *roles, **more):
    return Person(name, {"email": f"{name}@council.example"}, frozenset(roles), **more)


SUE = person("sue", ROLE, manager="wes", delegate="dan")
WES = person("wes", manager="dee")
DAN = person("dan")
DEE = person("dee")
DUTY = person("duty", "duty_mailbox")


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
            [replace(SUE, absent=AWAY), DAN, DUTY],
            {},
            (["dan"], Why.DELEGATE),
            id="away: the delegate",
        ),
        pytest.param(
            [replace(SUE, absent=AWAY, delegate=None), DUTY],
            {},
            (["duty"], Why.FALLBACK),
            id="away, and no delegate",
        ),
        pytest.param(
            [replace(SUE, absent=AWAY), replace(DAN, absent=AWAY, delegate="sue"), DUTY],
            {},
            (["duty"], Why.FALLBACK),
            id="delegates in a circle",
        ),
        pytest.param(
            [SUE, WES, DUTY],
            {"excluded": frozenset({"sue"})},
            (["wes"], Why.MANAGER),
            id="excluded: the post's manager",
        ),
        pytest.param(
            [replace(SUE, absent=AWAY), WES, DAN, DUTY],
            {"excluded": frozenset({"sue@council.example"})},
            (["wes"], Why.MANAGER),
            id="excluded and away: never their delegate",
        ),
        pytest.param(
            [SUE, WES, DUTY],
            {"excluded": frozenset({"sue", "wes"})},
            (["duty"], Why.FALLBACK),
            id="excluded, and so is the manager",
        ),
        pytest.param(
            [SUE, WES, DUTY],
            {"excluded": frozenset({"sue", "wes", "duty"})},
            ([], Why.NOBODY),
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
            [replace(SUE, absent=AWAY), DAN, DUTY],
            {"restricted": True, "holders": frozenset({"sue"})},
            ([], Why.NOBODY),
            id="restricted: a delegate who is no holder",
        ),
        pytest.param(
            [replace(SUE, team="south"), replace(WES, roles=frozenset({ROLE})), DUTY],
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


def test_in_a_hundred_thousand_random_cases_nobody_outside_the_allowed_set_is_told():
    random = Random(20260306)
    names = [f"p{n}" for n in range(8)]
    roles = ["social_worker", "team_manager", ROLE, "parents_carers"]
    outcomes = dict.fromkeys(Why, 0)
    for round_ in range(2_500):
        everybody = [
            Person(
                name,
                {"email": f"{name}@council.example"},
                frozenset(random.sample(roles, random.randrange(3))),
                team=random.choice([None, "north", "south"]),
                manager=random.choice([None, *names]),
                delegate=random.choice([None, *names]),
                absent=random.choice([None, None, AWAY]),
            )
            for name in names
        ]
        if round_ % 3:
            everybody.append(DUTY)
        people = People(everybody)
        for _ in range(40):
            access = Access(
                {
                    role: random.sample([*names, "x@agency.example"], random.randrange(3))
                    for role in roles
                    if random.random() < 0.5
                },
                random.choice([None, "north"]),
                random.random() < 0.4,
                frozenset(random.sample([*names, "x@agency.example"], random.randrange(4))),
                frozenset(
                    f"{name}@council.example" if random.random() < 0.5 else name
                    for name in random.sample([*names, "duty"], random.randrange(5))
                ),
            )
            role = random.choice(roles)
            found = resolve(role, access, people, TODAY)
            outcomes[found.why] += 1
            assert_allowed(role, access, everybody, found)
    assert all(outcomes.values()), outcomes


def assert_allowed(role, access, everybody, found):
    """The rules of READINGS section 2, 1, 2 and 4, written down a second time."""
    by_id = {one.id: one for one in everybody}
    excluded = {name.partition("@")[0] if "council" in name else name for name in access.excluded}
    ids = {one.id for one in found.people}
    assert not ids & excluded
    assert all(not one.is_away(TODAY) for one in found.people)
    if access.restricted:
        assert ids <= access.holders
    own = [name for name in access.roles.get(role, ()) if name in by_id or "@" in name]
    holders = (
        set(own)
        or {
            one.id
            for one in everybody
            if role in one.roles and access.team and one.team == access.team
        }
        or {one.id for one in everybody if role in one.roles and one.team is None}
    )
    if role in FAMILY:
        holders = set()
    start = holders - excluded
    if not start and not access.restricted:
        start = {by_id[name].manager for name in holders if name in by_id} - excluded
    reach = {name for first in start if first for name in chain(first, by_id, excluded)}
    assert ids <= reach | {"duty"}
    if found.why is Why.FALLBACK:
        assert ids == {"duty"}
        assert not access.restricted
    if "duty" in ids and found.why is not Why.FALLBACK:
        assert "duty" in reach
    if not ids:
        assert access.restricted or "duty" in excluded or "duty" not in by_id


def chain(first, by_id, excluded):
    """Yield a person and whoever stands in for them, in order."""
    seen, at = set(), first
    while at and at not in seen and at not in excluded:
        yield at
        seen.add(at)
        if at not in by_id or not by_id[at].is_away(TODAY):
            return
        at = by_id[at].delegate


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
