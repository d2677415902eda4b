"""A list whose day or hour is changed goes out at the new one, and not once more at the old (POLICY section 4)."""

import pytest

from tests.scenario.tuned import AUTHORITY, Tuned

LIST = """\
changes:
  - digest: due-soon
    title: Your next ten working days
    clauses: []
    every: {every}
    tell: [social_worker]
    via: [email]
    shows: due
    within: 10 working days
    own: role
    message: look-ahead
  - message: look-ahead
    subject: "Your next days: {{{{ count }}}}"
    lead: "These are yours: {{{{ count }}}}."
    clear: "Do them."
"""
SUMMARY = "weekly_summary: {{day: {day}, at: '{at}', tell: [safeguarding_service_manager], via: [email]}}\n"


@pytest.fixture
def tuned(story, folder):
    """A case that is open on a Monday afternoon, and a list each working day at eleven."""
    tuned = Tuned(story(), folder / "potterby")
    tuned.write("changes/list.yaml", LIST.format(every="working day, 11:00"))
    tuned.begin()
    tuned.world.opens("SC-1")
    tuned.world.until("2026-03-02 16:30")
    return tuned


def change(tuned, file, text):
    tuned.write(file, text)
    tuned.notice()
    tuned.world.turn()


def sent(tuned, rung):
    """Return when a list went to anybody, by London time."""
    return sorted({at[:16] for at, _, name in tuned.world.fired() if name == rung})


@pytest.mark.parametrize(
    ("every", "at"),
    [
        pytest.param("working day, 09:30", "2026-03-03 09:30", id="earlier on the day"),
        pytest.param("working day, 14:00", "2026-03-03 14:00", id="later on the day"),
        pytest.param("Wednesday, 10:00", "2026-03-04 10:00", id="on one day of the week"),
    ],
)
def test_a_list_goes_out_at_its_new_moment_and_not_at_the_old_one(tuned, every, at):
    change(tuned, "changes/list.yaml", LIST.format(every=every))

    tuned.world.until("2026-03-04 10:30")

    assert sent(tuned, "due-soon")[0] == at
    assert not any(moment.endswith("11:00") for moment in sent(tuned, "due-soon"))


def test_a_list_that_has_gone_today_does_not_go_again_at_a_later_hour_of_the_same_day(tuned):
    tuned.world.until("2026-03-03 12:00")
    change(tuned, "changes/list.yaml", LIST.format(every="working day, 14:00"))

    tuned.world.until("2026-03-04 14:30")

    assert sent(tuned, "due-soon") == ["2026-03-03 11:00", "2026-03-04 14:00"]


def test_a_list_waits_over_a_day_that_the_office_has_closed_since(tuned):
    change(tuned, "authority.yaml", f"{AUTHORITY}closure_days: [2026-03-03]\n")

    tuned.world.until("2026-03-04 11:30")

    assert sent(tuned, "due-soon") == ["2026-03-04 11:00"]


def test_the_weekly_summary_goes_out_on_its_new_day(tuned):
    change(tuned, "authority.yaml", AUTHORITY + SUMMARY.format(day="Tuesday", at="09:30"))

    tuned.world.until("2026-03-10 12:00")

    assert sent(tuned, "weekly-summary") == ["2026-03-10 09:30"]
