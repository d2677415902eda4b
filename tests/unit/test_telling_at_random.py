"""A hundred thousand random directories and cases: nobody outside the allowed set is told, and nobody is lost."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from daemon.decide.people.recipients import People as Directory
from daemon.decide.people.recipients import Why, access_of, may_know, resolve
from daemon.domain.person import Person, Post
from daemon.domain.record import Invitee, Meeting, Record
from tests.unit.slow_telling import Slow

TODAY = date(2026, 3, 6)  # a Friday
DAYS = [TODAY + timedelta(days=n) for n in (-9, -1, 0, 1, 9)]
NAMES = [f"p{n}" for n in range(7)]
ROLES = ["social_worker", "team_manager", "safeguarding_lead_agency", "parents_carers", "dsl"]
ASKED = [*ROLES, "safeguarding_lead_agency/police", "safeguarding_lead_agency/health",
         "safeguarding_lead_agency/invitee-I1", "police"]  # fmt: skip
OUTSIDER = "x@agency.example"
ROUNDS, CASES = 10_000, 10


def some(random, choices, most):
    return random.sample(choices, random.randrange(most + 1))


def post(random):
    return Post(
        random.choice([None, *ROLES, *ROLES]),
        random.choice([None, None, "north", "south"]),
        random.choice([None, "police", "police", "health"]),
        random.choice([None, None, "east", "west"]),
        random.choice([None, None, None, *DAYS]),
        random.choice([None, None, None, *DAYS]),
        random.choice([None, None, *NAMES]),
    )


def person(random, name):
    box = random.choice([name, name, name, name, "p0"])  # now and then an address in common
    return Person(
        name,
        {"email": f"{box}@Council.example"},
        posts=tuple(post(random) for _ in range(random.choice([0, 1, 1, 2]))),
        manager=random.choice([None, *NAMES]),
        absences=random.choice(
            [(), (), ((DAYS[1], DAYS[3]),), ((DAYS[0], DAYS[1]), (TODAY, TODAY))]
        ),
        works=random.choice([frozenset(), frozenset(), frozenset({0, 1}), frozenset({4})]),
        delegate=random.choice([None, *NAMES]),
        opened_by=frozenset(some(random, [*NAMES, "P1@council.example", OUTSIDER], 1)),
    )


def invitee(random, number):
    return Invitee(
        f"I{number}",
        random.choice([None, "police", "health"]),
        random.choice([None, "east", "west"]),
        random.choice([None, "dsl"]),
        random.choice([None, *NAMES, OUTSIDER]),
        is_family=random.random() < 0.1,
        excluded_by_chair=random.random() < 0.1,
    )


def record(random):
    meetings = tuple(
        Meeting(f"M{n}", "icpc", scheduled=(datetime(2026, 3, 20 - n, tzinfo=UTC), False),
                invitees=tuple(invitee(random, number) for number in range(random.randrange(3))))
        for n in range(random.randrange(3))
    )  # fmt: skip
    words = [*NAMES, OUTSIDER, "duty", *(f"{name}@council.example" for name in NAMES)]
    return Record(
        "SC-1",
        team=random.choice([None, "north"]),
        restricted=random.random() < 0.25,
        holders=tuple(some(random, words, 4)),
        excluded=tuple(some(random, words, 3)),
        roles={role: tuple(some(random, words, 2)) for role in some(random, ASKED[:-1], 3)},
        meetings=meetings,
    )


@pytest.mark.parametrize("seed", range(5))
def test_in_random_cases_exactly_the_allowed_people_are_told(seed):
    random = Random(seed)
    whys: Counter[Why] = Counter()
    for round_ in range(ROUNDS // 5):
        everybody = [person(random, name) for name in NAMES]
        if round_ % 4:
            box = Person("duty", {"email": "duty@council.example"}, posts=(Post("duty_mailbox"),))
            everybody.append(box)
        people = Directory(everybody)
        for _ in range(CASES):
            case = record(random)
            access, role = access_of(case), random.choice(ASKED)

            found = resolve(role, access, people, TODAY)

            whys[found.why] += 1
            assert {one.id for one in found.people} == Slow(case, everybody, TODAY).told(role)
            assert all(may_know(one, access, people) for one in found.people)
    assert set(whys) == set(Why), whys
