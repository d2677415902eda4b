"""Who sits at a conference of several children: each once, by which id each list has them."""

import pytest

from daemon.decide.inviting.seats import seats
from daemon.decide.people.recipients import People
from daemon.domain.person import Person
from daemon.domain.record import Invitee

ANN = Person("ann", {"email": "Ann@police.example"})
POLICE = {"agency": "police", "role": "police_officer"}


def line(name, **more):
    return Invitee(name, **more)


@pytest.mark.parametrize(
    ("first", "second", "places"),
    [
        pytest.param(
            [line("I-1", person="ann", **POLICE)], [line("I-7", person="ann@police.example", **POLICE)],
            [{"A": "I-1", "B": "I-7"}], id="one person by their id and by their address",
        ),
        pytest.param(
            [line("I-1", person="x@police.example", **POLICE)], [line("I-7", person="X@Police.example", **POLICE)],
            [{"A": "I-1", "B": "I-7"}], id="one address that the directory does not know",
        ),
        pytest.param(
            [line("I-1", person="ann", **POLICE)], [line("I-1", person="bob@police.example", **POLICE)],
            [{"A": "I-1"}, {"B": "I-1"}], id="two people under one id",
        ),
        pytest.param(
            [line("I-1", person="ann", agency="police")], [line("I-1", person="ann", agency="health")],
            [{"A": "I-1"}, {"B": "I-1"}], id="one person who comes for two agencies",
        ),
        pytest.param(
            [line("I-1", **POLICE)], [line("I-1", person="ann", **POLICE)],
            [{"A": "I-1", "B": "I-1"}], id="a list that names nobody yet",
        ),
        pytest.param(
            [line("I-1", **POLICE)], [line("I-2", **POLICE)],
            [{"A": "I-1"}, {"B": "I-2"}], id="nobody named, and two places",
        ),
        pytest.param(
            [line("I-1", person="ann", **POLICE), line("I-2", person="ann", **POLICE)],
            [line("I-3", person="ann", **POLICE)],
            [{"A": "I-1", "B": "I-3"}, {"A": "I-2"}], id="two lines of one list",
        ),
        pytest.param(
            [line("I-1", is_family=True)], [line("I-1", is_family=True), line("I-2", person="ann")],
            [{"B": "I-2"}], id="the family is left out",
        ),
    ],
)  # fmt: skip
def test_who_is_the_same_on_two_lists(first, second, places):
    found = seats({"A": first, "B": second}, People([ANN]))

    assert [dict(one.places) for one in found] == places
    assert len({one.invitee.id for one in found}) == len(found)


def test_what_one_list_leaves_open_the_other_says():
    sparse = line("I-1", person="ann", delivered=True)
    full = line(
        "I-1", person="ann", agency="police", role="police_officer", key=True, response="declined",
        attendance="apologies", delivered=False,
    )  # fmt: skip

    (one,) = seats({"A": [sparse], "B": [full]}, People([ANN]))

    assert one.invitee == full
