"""Lists say of brothers and sisters in one line what is the same for all of them."""

import pytest

from daemon.engine.telling.listed import by_family

MONDAY = "2026-03-09 09:00"
DUTY = ("Conference invite list", "Friday 6 March 2026, 5pm", "1 working day")


def weekly(world):
    """Return the rows and the subject of the weekly list."""
    (one,) = [one.message for one in world.email.sent if "every week" in one.message.text]
    return [line for line in one.text.splitlines() if "SC-" in line], one.subject


def test_a_duty_that_is_overdue_for_three_children_is_one_line(story):
    world = story()
    for ref in ("SC-3", "SC-1", "SC-2"):
        world.opens(ref, family="F-1")
    world.opens("SC-9", family="F-9")

    world.until(MONDAY)

    rows, subject = weekly(world)
    assert [row.removeprefix("- Case: ") for row in rows] == [
        "SC-1, SC-2 and SC-3",
        "SC-9",
    ]
    assert subject == "Overdue this week: 2"


def test_a_restricted_child_never_stands_beside_brothers_and_sisters(story):
    world = story()
    world.opens("SC-1", family="F-1")
    world.opens("SC-2", family="F-1", restricted=True, holders=["sue", "sam", "cora"])

    world.until(MONDAY)

    rows, _ = weekly(world)
    assert len(rows) == 2
    assert not any("SC-1" in row and "SC-2" in row for row in rows)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            [("F-1", ("SC-1", *DUTY)), ("F-1", ("SC-1", *DUTY)), ("F-1", ("SC-2", *DUTY))],
            [("SC-1 and SC-2", f"{DUTY[0]} (2 of these)", *DUTY[1:])],
            id="what a child has twice, as towards two parents, says so",
        ),
        pytest.param(
            [("F-1", ("SC-1", *DUTY)), ("F-2", ("SC-2", *DUTY))],
            [("SC-1", *DUTY), ("SC-2", *DUTY)],
            id="two families are two lines",
        ),
        pytest.param(
            [("F-1", ("SC-1", *DUTY)), ("F-1", ("SC-2", *DUTY[:2], "2 working days"))],
            [("SC-1", *DUTY), ("SC-2", *DUTY[:2], "2 working days")],
            id="what differs is a line of its own",
        ),
    ],
)
def test_lines_are_one_where_nothing_but_the_child_differs(rows, expected):
    assert by_family(rows) == expected
