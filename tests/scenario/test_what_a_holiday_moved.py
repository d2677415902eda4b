"""A bank holiday is added: the operator can read what it moved, and who was corrected (DOMAIN section 3)."""

import json
import shutil
from datetime import date

import pytest

from daemon.cli.forms.journal_moved import in_json, in_words
from daemon.engine.rules.announced import announced
from daemon.testing.world import at
from tests.scenario.tuned import AUTHORITY, Tuned
from tests.small import SMALL

LIST = "holidays/england-and-wales.yaml"
FRIDAY = "2026-03-06"  # the day on which the list of SC-1 is due
LAST = "  - {date: 2027-12-28, name: Boxing Day (substitute day)}\n"


@pytest.fixture
def begun(story, folder):
    """Return a maker of an authority that is at work with a copy of the policies."""

    def begin(start):
        shutil.copytree(SMALL, folder / "policies")
        tuned = Tuned(story(start), folder / "potterby")
        tuned.write("authority.yaml", terms(folder))
        tuned.begin()
        return tuned

    return begin


def terms(folder, more=""):
    return AUTHORITY.replace(str(SMALL), str(folder / "policies")) + more


def publish(tuned, days, known_until="2027-12-31"):
    """Let the published list grow by some days, by name, and have the service notice."""
    file = tuned.folder.parent / "policies" / LIST
    rows = "".join(f"  - {{date: {day}, name: {name}}}\n" for day, name in days.items())
    text = file.read_text("utf-8").replace(LAST, f"{rows}{LAST}")
    file.write_text(text.replace("known_until: 2027-12-31", f"known_until: {known_until}"), "utf-8")
    tuned.notice()


def found(tuned):
    with tuned.world.store.read() as tx:
        return announced(tx)


def lines(tuned):
    return list(in_words(found(tuned)))


def test_the_list_names_each_deadline_that_moved_who_was_told_and_who_was_corrected(begun):
    tuned = begun("2026-03-02 15:30")
    world = tuned.world
    world.opens("SC-1")
    world.until("2026-03-05 12:00")
    publish(tuned, {FRIDAY: "A coronation"})
    world.turn()

    world.until("2026-03-05 13:00")

    then = "was told by email on Thursday 5 March 2026, 9am; corrected on Thursday 5 March 2026, midday"
    assert lines(tuned)[:4] == [
        "Friday 6 March 2026 is a bank holiday (A coronation)",
        "SC-1/icpc-invite-list/icpc-1: due Monday 9 March 2026, 5pm instead of Friday 6 March 2026, 5pm",
        f"  cora (team coordinator) {then}",
        f"  sam (social worker) {then}",
    ]
    assert lines(tuned)[-1].startswith("known since Thursday 5 March 2026, midday: ")
    assert lines(tuned)[-1].endswith("2 told of the old date, 2 of them corrected")


def test_the_list_as_json_says_the_same_and_nothing_but_plain_values(begun):
    tuned = begun("2026-03-02 15:30")
    tuned.world.opens("SC-1")
    tuned.world.until("2026-03-05 12:00")
    publish(tuned, {FRIDAY: "A coronation"})

    tuned.world.turn()

    said = json.loads(json.dumps(in_json(found(tuned))))
    first = next(one for one in said["moved"] if one["rule"] == "icpc-invite-list")
    assert said["added"] == {FRIDAY: "A coronation"}
    assert (first["ref"], first["was_due_at"], first["due_at"]) == (
        "SC-1", "2026-03-06T17:00:00+00:00", "2026-03-09T17:00:00+00:00",
    )  # fmt: skip
    assert {one["person"] for one in first["told"]} == {"cora", "sam"}


def test_what_moves_later_because_the_record_changes_is_not_the_holidays(begun):
    tuned = begun("2026-03-02 15:30")
    world = tuned.world
    world.opens("SC-1")
    world.until("2026-03-05 12:00")
    publish(tuned, {"2026-12-24": "A jubilee"})
    world.turn()

    world.fact("SC-1", strategy_discussion_held="2026-03-04",
               s47_decision_recorded={"at": "2026-03-04", "value": "section_47"})  # fmt: skip
    world.until("2026-03-05 13:00")

    assert world.journal("obligation.moved") != []
    assert found(tuned).added == {date(2026, 12, 24): "A jubilee"}
    assert found(tuned).moved == ()


def test_open_cases_that_go_on_under_older_rules_move_with_the_holiday_and_are_listed(begun):
    tuned = begun("2026-03-02 15:30")
    tuned.write("authority.yaml", terms(tuned.folder.parent, "applies: new_cases\n"))
    tuned.notice()
    world = tuned.world
    world.opens("SC-1")
    world.until("2026-03-04 12:00")

    publish(tuned, {FRIDAY: "A coronation"})
    world.turn()

    moved = {one.rule: one.due_at for one in found(tuned).moved}
    assert moved["icpc-invite-list"] == at("2026-03-09 17:00")


def test_before_any_holiday_was_announced_there_is_nothing_to_list(begun):
    tuned = begun("2026-03-02 15:30")

    assert found(tuned) is None
    assert list(in_words(None)) == ["no bank holiday has been announced since the first start"]


def test_a_deadline_beyond_the_list_is_counted_again_when_the_list_grows(begun):
    tuned = begun("2027-12-13 09:00")
    world = tuned.world
    world.fact(
        "SC-1",
        strategy_discussion_held="2027-12-13",
        s47_decision_recorded={"at": "2027-12-13", "value": "section_47"},
    )
    world.until("2027-12-13 12:00")
    world.line.auditor.audit(world.clock())
    world.turn()
    before = {
        track.rule: track.due_at for track in tracks(world) if track.due_at > at("2028-01-01 00:00")
    }

    publish(tuned, {"2028-01-03": "New Year's Day (substitute day)"}, known_until="2028-12-31")
    world.until("2027-12-13 13:00")
    world.line.auditor.audit(world.clock())
    world.turn()

    after = {track.rule: track.due_at for track in tracks(world)}
    assert len([text for text in world.operator() if "live deadlines lie after" in text]) == 1
    assert before != {}
    assert {one.rule for one in found(tuned).moved} == set(before)
    assert all(after[rule] > due_at for rule, due_at in before.items())


def tracks(world):
    with world.store.read() as tx:
        return tx.obligations.of(["SC-1"])["SC-1"]
