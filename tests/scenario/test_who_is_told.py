"""Roles found when sending: passed on, unheld, away, excluded, restricted (DOMAIN 5.6, 5.9, READINGS section 2)."""

from datetime import date

import pytest

from daemon.domain.errors import Temporary
from daemon.testing.fakes import FakeChannel
from daemon.testing.world import person

AWAY = (date(2026, 3, 2), date(2026, 3, 31))


def told(world, rung):
    return sorted(to for _, to, name in world.fired() if name == rung)


def test_the_cases_own_people_come_before_the_directorys(story):
    world = story()
    world.opens(roles={"social_worker": "sonia@council.example"})

    world.until("2026-03-05 09:00")

    assert told(world, "invite-list-reminder") == ["cora", "sonia@council.example"]


def test_whoever_holds_the_role_when_it_is_sent_is_told(story):
    world = story()
    world.opens()
    world.until("2026-03-06 12:00")
    world.restaff("sue", posts=())
    world.restaff("wes", "safeguarding_service_manager")

    world.until("2026-03-06 17:00")

    assert told(world, "invite-list-missed") == ["wes"]


def test_a_person_changed_between_firing_and_claim_is_superseded_and_the_new_one_told(story):
    world = story()
    world.opens()
    world.until("2026-03-06 16:59")
    world.clock.now = world.clock.now.replace(hour=17, minute=0)
    world.line.decide()  # fired to sue, and not sent yet
    world.restaff("sue", posts=())
    world.restaff("conor", "safeguarding_service_manager")

    world.turn()

    assert told(world, "invite-list-missed") == ["conor"]
    with world.store.read() as tx:
        notices = tx.notices.of_obligation("SC-1/icpc-invite-list/icpc-1")
    states = {one.key.person: str(one.state) for one in notices if "missed" in one.key.rung}
    assert states == {"sue": "superseded", "conor": "claimed"}
    assert world.journal("notice.superseded") == [
        "no longer holds the role safeguarding_service_manager"
    ]


def test_nobody_holds_the_role_the_duty_mailbox_and_the_operator_hear_at_once(story):
    world = story()
    world.opens()
    world.restaff("sue", posts=())

    world.until("2026-03-09 13:00")

    assert ("2026-03-06 17:00", "duty", "invite-list-missed") in world.fired()
    assert len(world.operator()) == 1
    assert "safeguarding_service_manager" in world.operator()[0]
    assert told(world, "invite-list-still-missing") == ["wes"]  # the ladder did not wait


def test_of_two_roles_that_nobody_holds_the_operator_hears_in_one_mail(story):
    world = story()
    world.opens()
    world.restaff("sam", posts=())
    world.restaff("cora", posts=())

    world.until("2026-03-05 09:00")

    assert told(world, "invite-list-reminder") == ["duty"]
    (said,) = world.operator()
    assert [role for role in ("social_worker", "team_coordinator") if role not in said] == []


def test_a_rule_that_a_pathway_has_taken_over_tells_that_pathways_roles(stoke):
    booked = {"id": "M-1", "kind": "icpc", "status": "booked", "scheduled_at": "2026-03-24T10:00"}
    stoke.opens("SC-1", meetings=[booked])
    stoke.until("2026-03-20 10:00")

    assert sorted(to for _, to, _ in stoke.only("who-comes")) == ["chris", "conor"]
    assert not [one for one in stoke.operator() if "who-comes" in one]


def test_whoever_is_away_is_stood_in_for_by_the_delegate(story):
    world = story()
    world.opens()
    world.restaff("sue", absences=(AWAY,), delegate="conor")

    world.until("2026-03-06 17:00")

    assert told(world, "invite-list-missed") == ["conor"]


def test_delegates_in_a_circle_end_at_the_duty_mailbox(story):
    world = story()
    world.opens()
    world.restaff("sue", absences=(AWAY,), delegate="conor")
    world.restaff("conor", absences=(AWAY,), delegate="sue")

    world.until("2026-03-06 17:00")

    assert told(world, "invite-list-missed") == ["duty"]


def test_back_at_work_the_person_is_told_again_in_person(story):
    world = story()
    world.opens()
    world.restaff("sue", absences=((date(2026, 3, 2), date(2026, 3, 5)),), delegate="conor")

    world.until("2026-03-06 17:00")

    assert told(world, "invite-list-missed") == ["sue"]


def test_an_excluded_person_is_off_every_path_and_the_posts_manager_is_told(story):
    world = story()
    world.opens(excluded=["sue@council.example"])
    world.restaff("sue", manager="wes", delegate="conor", absences=(AWAY,))

    world.until("2026-03-20 17:00")

    assert told(world, "invite-list-missed") == ["wes"]
    assert "conor" not in {to for _, to, rung in world.fired() if rung == "invite-list-missed"}
    assert not any("SC-1" in text for to, text in world.texts() if to == "sue")


def test_an_excluded_person_reads_nothing_of_the_case_in_the_weekly_list(story):
    world = story()
    world.opens("SC-1", excluded=["sue"])
    world.opens("SC-2")

    world.until("2026-03-09 09:00")

    weekly = [text for to, text in world.texts() if "every week" in text]
    assert len(weekly) == 1
    assert "SC-2" in weekly[0]
    assert "SC-1" not in weekly[0]


def test_a_delegate_who_is_excluded_is_no_way_round(story):
    world = story()
    world.opens(excluded=["conor"])
    world.restaff("sue", absences=(AWAY,), delegate="conor")
    world.restaff("conor", absences=(AWAY,), delegate="cora")

    world.until("2026-03-06 17:00")

    assert told(world, "invite-list-missed") == ["duty"]


def test_a_restricted_case_is_told_to_its_holders_only(story):
    world = story()
    world.opens(restricted=True, holders=["sam", "sue"])

    world.until("2026-03-09 13:00")

    assert {to for _, to, rung in world.fired() if rung.startswith("invite-list")} == {"sam", "sue"}
    assert not any("SC-1" in text for text in world.operator())


def test_a_restricted_case_without_holders_sends_nothing_and_the_operator_gets_no_reference(story):
    world = story()
    world.opens(restricted=True)

    world.until("2026-03-09 13:10")
    balance = world.line.auditor.audit(world.clock())

    assert [one for one in world.fired() if one[2].startswith("invite-list")] == []
    assert world.operator()
    assert not any("SC-1" in text for _, text in world.texts())
    assert balance.missed == ()  # there was nobody whom it could have told


def test_a_case_restricted_between_firing_and_claim_goes_to_nobody_else(story):
    world = story()
    world.opens()
    world.until("2026-03-06 16:59")
    world.email.answers.append(Temporary("busy"))
    world.clock.now = world.clock.now.replace(hour=17, minute=0)
    world.turn()  # refused for now
    world.opens(restricted=True, holders=["sam"])

    world.until("2026-03-06 18:00")

    assert told(world, "invite-list-missed") == []


@pytest.mark.parametrize("words", ["yes", "true", 1, {"since": "2026-03-01"}])
def test_a_restriction_in_words_of_its_own_still_restricts(story, words):
    world = story()
    world.opens(restricted=words, holders=["sam"])

    world.until("2026-03-06 17:00")

    assert {to for _, to, _ in world.fired()} <= {"sam", "operator@council.example"}


def test_what_concerns_a_family_is_a_letter_that_somebody_is_asked_to_write(story):
    world = story()
    letters = FakeChannel("letter", world.clock)
    world.house.channels = {"email": world.email, "letter": letters}
    world.rule({
        "stoke-on-trent/pack.yaml": (("fallback:", "letters: conference_coordinator\nfallback:"),),
        "stoke-on-trent/rules/icpc-invite-list.yaml": (
            ("tell: [safeguarding_service_manager]\n    via: [teams, email]",
             "tell: [parents_carers]\n    via: [letter]"),
        ),
    })  # fmt: skip
    world.opens(roles={"parents_carers": "mother@home.example"})

    world.until("2026-03-06 17:00")

    (sent,) = letters.sent
    assert sent.to == "conor"
    assert (
        "Letter to write: To the parents and carers: see the case file. Nothing has been sent to them."
        in sent.message.text
    )
    assert "your role is conference coordinator" in sent.message.text
    assert "mother@home.example" not in {one.to for one in [*world.email.sent, *letters.sent]}


EXCLUSION = "it keeps nobody out"


def doubted(world):
    """Return where a case's record has an exclusion that means nobody."""
    with world.store.read() as tx:
        return [one.where for _, one in tx.cases.problems() if EXCLUSION in one.what]


@pytest.mark.parametrize(
    ("name", "places"),
    [
        pytest.param("sueb", ["SC-1: excluded.2"], id="an id that nobody has"),
        pytest.param("sueb@council.example", ["SC-1: excluded.2"], id="an address of ours that nobody has"),
        pytest.param("SUE", [], id="an id in other letters"),
        pytest.param("sue@council.example", [], id="somebody's address"),
        pytest.param("ann@elsewhere.example", [], id="an address of somebody outside"),
        pytest.param("agency.worker@council.example", [], id="an address that the record itself names"),
    ],
)  # fmt: skip
def test_an_exclusion_that_means_nobody_is_told_to_the_operator_and_shown(story, name, places):
    world = story()
    named = {"social_worker": ["agency.worker@council.example"]}
    world.opens(excluded=["wes", name], roles=named)

    world.turn()

    assert doubted(world) == places
    told = [text for text in world.operator() if EXCLUSION in text]
    assert len(told) == len(places)
    assert not any(name in text for text in told)


def test_an_exclusion_that_is_mended_in_the_directory_is_doubted_no_more(story):
    world = story()
    world.opens(excluded=["sueb"])
    world.turn()
    before = doubted(world)

    world.directory.everybody.append(person("sueb", "team_manager", "south"))
    world.turn()
    world.turn()

    assert (before, doubted(world)) == (["SC-1: excluded.1"], [])


def test_of_a_restricted_case_the_operator_hears_no_reference(story):
    world = story()
    world.opens(restricted=True, holders=["sam"], excluded=["sueb"])

    world.turn()

    (text,) = [text for text in world.operator() if EXCLUSION in text]
    assert "SC-1" not in text
