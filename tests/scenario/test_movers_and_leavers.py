"""Who is told when people come, go, are away or share a mailbox; a directory cut short changes nothing."""

from dataclasses import replace
from datetime import date

import pytest

from daemon.domain.person import Post
from daemon.engine.standing.overview import standing
from daemon.testing.world import person
from integrations.people_csv.config import Config
from integrations.people_csv.directory import PeopleCsv
from tests.scenario.test_who_is_told import told

SERVICE, AWAY = "safeguarding_service_manager", (date(2026, 3, 1), date(2026, 3, 31))


def test_whose_last_day_passes_between_firing_and_claiming_is_superseded_by_the_successor(story):
    world = story()
    world.opens()
    world.restaff("sue", posts=(Post(SERVICE, valid_to=date(2026, 3, 6)),))
    world.restaff("conor", posts=(Post(SERVICE, valid_from=date(2026, 3, 7)),))
    world.until("2026-03-06 16:59")
    world.clock.now = world.clock.now.replace(hour=17, minute=0)
    world.line.decide()  # fired to sue on her last day, and not sent
    world.clock.now = world.clock.now.replace(day=9, hour=9)

    world.turn()

    assert told(world, "invite-list-missed") == ["conor"]
    assert world.journal("notice.superseded") == [f"no longer holds the role {SERVICE}"]


def test_a_social_worker_who_has_left_hears_nothing_though_the_case_still_names_them(story):
    world = story()
    leaver = person("lou", "social_worker", manager="tom", posts=(
        Post("social_worker", "north", valid_to=date(2026, 3, 4)),
    ))  # fmt: skip
    sam = person("sal", "social_worker", "north")  # and Sam: two who might be meant
    world.directory.everybody += [leaver, sam]
    world.opens(roles={"social_worker": "lou@council.example"})

    world.until("2026-03-05 09:00")

    assert told(world, "invite-list-reminder") == ["cora", "tom"]


def test_when_all_who_hold_a_post_are_away_the_duty_mailbox_hears_of_each_case_and_the_operator_once(
    story,
):
    world = story()
    for ref in ("SC-1", "SC-2", "SC-3"):
        world.opens(ref)
    world.restaff("sue", absences=(AWAY,), delegate="conor")
    world.restaff("conor", absences=(AWAY,))

    world.until("2026-03-06 17:00")

    assert told(world, "invite-list-missed") == ["duty"] * 3
    (said,) = world.operator()
    assert "away, with nobody to stand in" in said
    assert "SC-" not in said


def test_a_shared_mailbox_that_an_excluded_person_can_open_hears_nothing_of_the_case(story):
    world = story()
    world.opens(excluded=["ann@council.example"])
    world.restaff("cora", opened_by=frozenset({"ann@council.example"}), manager="tom")

    world.until("2026-03-05 09:00")

    assert told(world, "invite-list-reminder") == ["sam", "tom"]


def test_an_operator_who_is_excluded_from_a_case_hears_of_no_holder_without_its_reference(story):
    world = story()
    world.opens(excluded=["ned"])
    box = person("ops", "operator", opened_by=frozenset({"ned"}))
    world.directory.everybody.append(replace(box, addresses={"email": "operator@council.example"}))
    world.directory.everybody.append(person("ned", "social_worker"))
    world.restaff("sue", posts=())

    world.until("2026-03-06 17:00")

    (said,) = [text for to, text in world.texts() if to == "ops"]
    assert f"nobody holds the role {SERVICE} for a case" in said
    assert "SC-1" not in said


def test_of_all_cases_of_one_pass_the_operator_hears_once_with_every_reference(story):
    world = story()
    for ref in ("SC-3", "SC-1", "SC-2"):
        world.opens(ref, family="F-1")
    world.opens("SC-9", family="F-9")
    world.restaff("sue", posts=())

    world.until("2026-03-06 17:00")

    (said,) = [text for text in world.operator() if f"nobody holds the role {SERVICE}" in text]
    nobody, instead = f"nobody holds the role {SERVICE} for", "the duty mailbox was told instead"
    assert f"{nobody} cases SC-1, SC-2, SC-3 and SC-9; {instead}" in said


def test_a_directory_cut_short_is_not_taken_for_a_great_leaving(story):
    world = story()
    world.opens()
    world.until("2026-03-06 12:00")
    whole = list(world.directory.everybody)
    world.directory.everybody = whole[:3]

    world.until("2026-03-06 17:00")

    assert told(world, "invite-list-missed") == ["sue"]
    assert any("4 of the 7 of the last reading have gone" in text for text in world.operator())

    world.directory.everybody = whole[:4]
    world.until("2026-03-09 09:00")

    with world.store.read() as tx:
        assert len(tx.people.all()) == 4


def looks(world):
    """Return what `status` asks somebody to look at about what cannot be read."""
    found = standing(world.store, world.clock(), {}, None, [])["attention"]
    return [one for one in found if "cannot be read" in one]


@pytest.mark.parametrize(
    ("before", "meanwhile"),
    [
        pytest.param(True, "the last good reading stands", id="it was read before"),
        pytest.param(False, "nobody is known, and the duty mailbox is told", id="it never was"),
    ],
)
def test_a_file_of_people_that_cannot_be_used_at_all_is_no_silent_child(
    story, tmp_path, before, meanwhile
):
    world, file = story(), tmp_path / "people.csv"
    whole = "staff_id,role,email\nsue,team_manager,sue@example.org\n"
    world.house.directory = PeopleCsv(Config(file=file), world.clock)
    file.write_text(whole)
    if before:
        world.until("2026-03-02 12:00")
    file.write_text("staff_id,job,email\nsue,team_manager,sue@example.org\n")

    world.until("2026-03-02 16:00")

    what = "people.csv: has no column role; name the header under `columns` of this sheet"
    (said,) = looks(world)
    assert said.startswith(f"the directory of people cannot be read: {what}")
    assert said.endswith(f"; until it is mended {meanwhile}")

    file.write_text(f"{whole}tom,team_manager,no address\n")
    world.until("2026-03-02 20:00")

    who = "whoever stands there alone is told nothing"
    assert looks(world) == [f"1 row of the people cannot be read: {who}; see `quarantine`"]


def test_what_is_doubtful_in_the_directory_stands_in_status(story):
    world = story()
    world.directory.everybody.append(person("ned", "ferryman", delegate="nobody"))

    world.until("2026-03-02 09:00")

    with world.store.read() as tx:
        said = [str(one.problem) for one in tx.quarantine.open()]
    assert any('role: nobody is told as "ferryman"' in one for one in said)
    assert any("delegate_id: nobody in the directory has it" in one for one in said)
