"""A running line whose rules are tuned: what is sound is taken up, what is not changes nothing (DOMAIN 5.13)."""

import json

import pytest

from daemon.domain.errors import Refusal
from daemon.engine.rules.editions import WAITING, WRONG
from daemon.testing.world import at
from tests.scenario.tuned import AUTHORITY, BAD, DUTY, EARLIER, LATER, Tuned


@pytest.fixture
def tuned(story, folder):
    return Tuned(story(), folder / "potterby")


def test_a_change_is_taken_up_without_a_restart_and_what_has_fired_stays_fired(tuned):
    world = tuned.world
    tuned.begin()
    world.opens()
    world.until("2026-03-05 12:00")

    tuned.write("changes/earlier.yaml", EARLIER)
    tuned.notice()
    world.until("2026-03-06 17:30")

    assert [when for when, _, _ in world.only("invite-list-reminder")] == ["2026-03-05 09:00"] * 2
    assert [when for when, _, _ in world.only("invite-list-missed")] == ["2026-03-06 16:30"]
    (change,) = tuned.written("rulebook.changed")[1:]
    assert change.data["differences"] == [
        "invite-list-missed: the safeguarding service manager is told at 16:30 instead of at 17:00",
        *change.data["differences"][1:],
    ]
    assert change.data["differences"][1].startswith("invite-list-missed: the lead reads")
    assert "changes/earlier.yaml" in change.data["by"]
    assert (
        change.data["digest"]
        == tuned.editions.edition.digest
        == tuned.status()["rulebook"]["digest"]
    )


def test_a_folder_that_is_not_sound_changes_nothing_and_the_operator_hears_of_it_once(tuned):
    world = tuned.world
    tuned.begin()
    before = tuned.editions.edition.digest
    world.opens()

    tuned.write("changes/earlier.yaml", BAD)
    tuned.notice()
    world.turn()
    tuned.write("changes/remark.yaml", BAD.replace("30", "40"))
    (tuned.folder / "changes/remark.yaml").unlink()
    tuned.notice()
    world.until("2026-03-06 17:30")

    assert tuned.editions.edition.digest == before
    assert [when for when, _, _ in world.only("invite-list-missed")] == ["2026-03-06 17:00"]
    told = [text for text in world.operator() if "rules" in text.casefold()]
    assert len(told) == 1
    assert "potterby/changes/earlier.yaml:3: ladder" in told[0]
    assert json.loads(tuned.mark(WRONG))[0]["where"] == "potterby/changes/earlier.yaml:3: ladder"
    status = tuned.status()
    assert not status["rulebook"]["ok"]
    assert any("rulebook:" in one for one in status["attention"])

    tuned.write("changes/earlier.yaml", EARLIER)
    tuned.notice()

    assert tuned.mark(WRONG) == ""
    assert tuned.status()["rulebook"]["ok"]


def test_a_file_whose_name_nothing_reads_is_noticed_while_the_service_runs(tuned):
    tuned.begin()

    tuned.write("changes/earlier.yml", EARLIER)
    tuned.notice()

    (wrong,) = json.loads(tuned.mark(WRONG))
    assert wrong["where"] == "potterby/changes/earlier.yml"
    assert not tuned.status()["rulebook"]["ok"]


def test_after_a_restart_the_last_good_rules_are_still_in_force(tuned):
    tuned.write("changes/earlier.yaml", EARLIER)
    tuned.begin()
    digest = tuned.editions.edition.digest
    tuned.write("changes/earlier.yaml", BAD)

    for _ in range(2):
        tuned.editions = tuned.service()
        tuned.begin()
        tuned.world.turn()

    assert tuned.editions.edition.digest == digest
    assert len(tuned.world.operator()) == 1
    rule = tuned.world.house.deciding.rulebook.packs["stoke-on-trent"].rule("icpc-invite-list")
    assert rule.rung("invite-list-missed").at.text == "30 minutes before due"
    assert "invite-list-mist" in tuned.mark(WRONG)


def test_a_first_start_on_a_folder_that_is_not_sound_is_refused(tuned):
    tuned.write("changes/earlier.yaml", BAD)

    with pytest.raises(Refusal) as refused:
        tuned.begin()

    assert [one.where for one in refused.value.problems] == [
        "potterby/changes/earlier.yaml:3: ladder"
    ]


def test_a_change_with_a_later_day_waits_for_it_and_says_so(tuned):
    world = tuned.world
    tuned.begin()
    first = tuned.editions.edition.digest
    tuned.write("authority.yaml", f"{AUTHORITY}effective_from: 2026-03-06\n")
    tuned.write("changes/earlier.yaml", EARLIER)
    tuned.notice()

    assert tuned.editions.edition.digest == first
    assert tuned.status()["rulebook"]["waits"].endswith("from Friday 6 March 2026")
    assert len(tuned.written("rulebook.waits")) == 1

    world.clock.now = at("2026-03-06 00:00")
    tuned.editions.turn(world.clock())

    assert tuned.editions.edition.digest != first
    assert tuned.mark(WAITING) == ""


def test_a_day_in_summer_is_the_day_that_was_written(tuned):
    tuned.begin()

    tuned.write("authority.yaml", f"{AUTHORITY}effective_from: 2026-06-01\n")
    tuned.notice()

    assert tuned.status()["rulebook"]["waits"].endswith("from Monday 1 June 2026")


def test_at_the_first_start_nothing_can_wait(tuned):
    tuned.write("authority.yaml", f"{AUTHORITY}effective_from: 2026-03-06\n")

    with pytest.raises(Refusal, match="effective_from: it lies ahead"):
        tuned.begin()


def test_where_a_change_is_for_new_cases_open_ones_go_on_as_they_began_also_after_a_restart(tuned):
    world = tuned.world
    tuned.begin()
    world.opens("SC-1")
    world.until("2026-03-05 12:00")
    tuned.write("authority.yaml", f"{AUTHORITY}applies: new_cases\n")
    tuned.write("changes/later.yaml", LATER)
    tuned.notice()
    world.opens("SC-2", family="F-2")
    world.until("2026-03-06 17:30")

    tuned.editions = tuned.service()
    tuned.begin()
    world.until("2026-03-10 12:00")

    still = [(when, text.split(":")[0]) for when, to, text in world.told() if to == "wes"]
    assert still == [("2026-03-09 13:00", "SC-1"), ("2026-03-10 09:00", "SC-2")]
    assert world.line.auditor.audit(world.clock()).balances


def test_a_rule_that_is_switched_off_ends_what_was_open_under_it(tuned):
    world = tuned.world
    tuned.begin()
    world.opens()
    world.until("2026-03-05 12:00")

    tuned.write(
        "changes/off.yaml", "switch_off: icpc-invite-list\nbecause: Another system does this.\n"
    )
    tuned.notice()
    world.until("2026-03-10 12:00")

    with world.store.read() as tx:
        assert tx.obligations.get(DUTY).state == "withdrawn"
        reasons = [one.because for one in tx.journal.of(DUTY) if one.kind == "obligation.withdrawn"]
    assert reasons == ["its rule is no longer in force"]
    assert world.only("invite-list-missed") == []


def test_domains_mailboxes_and_office_hours_are_taken_up_with_the_rules(tuned):
    world = tuned.world
    tuned.begin()
    tuned.write(
        "authority.yaml",
        AUTHORITY.replace("internal: [council.example]", "internal: [new.example]").replace(
            "feeds:", "closure_days: [2026-03-06]\nfeeds:"
        ),
    )
    tuned.notice()

    assert world.house.terms.internal == {"new.example"}
    assert world.house.feeds["diary"].fresh_within.total_seconds() == 3600
    assert not world.house.deciding.calendar.is_office_day(at("2026-03-06 12:00").date())
    with world.store.read() as tx:
        assert world.house.people(tx).get("duty.box@council.example").roles == {"duty_mailbox"}


def test_another_process_follows_what_the_leader_has_put_in_force(tuned):
    tuned.begin()
    worker = tuned.service()
    worker.follow()
    assert worker.edition.digest == tuned.editions.edition.digest

    tuned.write("changes/earlier.yaml", EARLIER)
    tuned.notice()
    worker._followed_s = 0.0
    worker.follow()

    assert worker.edition.digest == tuned.editions.edition.digest


def test_a_feed_whose_freshness_the_authority_does_not_settle_is_refused(tuned):
    tuned.begin()

    tuned.write(
        "authority.yaml", AUTHORITY.replace("conference_diary: 1 hour", "case_system: 1 hour")
    )
    tuned.notice()

    assert "how old the data of the conference_diary may be" in tuned.mark(WRONG)
