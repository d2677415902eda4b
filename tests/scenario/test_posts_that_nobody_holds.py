"""A post that nobody can be told as: the operator hears once what to do, again while it lasts, and status shows it."""

import pytest

from daemon.engine.standing.overview import standing
from tests.scenario.conftest import ENQUIRY

SUE, SERVICE = "sue", "safeguarding_service_manager"
BARRED = f"nobody who holds the role {SERVICE} may be told for"
INSTEAD = "the duty mailbox was told instead"


@pytest.fixture
def world(story):
    made = story()
    made.rule(
        {
            "stoke-on-trent/rules/icpc-invite-list.yaml": (
                ("repeat: every 5 working days", "repeat: every 2 working days"),
                ("tell: [social_work_service_manager]", f"tell: [{SERVICE}]"),
            )
        }
    )
    return made


def looks(world):
    said = standing(
        world.store, world.clock(), {}, world.house.deciding, [],
        mailboxes=world.house.terms.mailboxes, operator=world.house.terms.operator,
    )  # fmt: skip
    return [one for one in said["attention"] if "nobody" in one]


def siblings(world, **more):
    for ref in ("SC-1", "SC-2", "SC-3"):
        world.opens(ref, family="F-1", **more)


def test_an_excluded_manager_without_a_manager_is_one_mail_that_says_what_to_do(world):
    siblings(world, excluded=[SUE])

    world.until("2026-03-27 18:00")

    assert len(world.only("invite-list-missed", "invite-list-still-missing")) > 5
    (said,) = [" ".join(text.split()) for text in world.operator() if SERVICE in text]
    assert f"{BARRED} cases SC-1, SC-2 and SC-3; {INSTEAD}" in said
    assert "name a manager for that post who may be (manager_id)" in said


def test_while_it_lasts_it_is_said_again_after_four_weeks(world):
    siblings(world, excluded=[SUE])

    world.until("2026-04-10 18:00")

    assert len([text for text in world.operator() if BARRED in " ".join(text.split())]) == 2


def test_status_shows_it_as_long_as_it_is_so(world):
    siblings(world, excluded=[SUE])
    world.until("2026-03-10 18:00")
    assert looks(world) == [
        (
            f"nobody can answer as {SERVICE} in SC-1, SC-2 and SC-3: whoever holds the role is excluded; "
            "name a manager of that post who may (manager_id)"
        )
    ]

    world.restaff(SUE, manager="wes")
    world.turn()

    assert looks(world) == []


def test_an_empty_post_stands_in_status_until_somebody_holds_it(world):
    world.restaff(SUE, posts=())
    siblings(world)
    world.until("2026-03-06 17:00")
    assert [one for one in looks(world) if "nobody may be told" in one] == [
        (
            f"nobody may be told as {SERVICE} in SC-1, SC-2 and SC-3: the duty mailbox is told instead; "
            "give the post to somebody, or name its manager (manager_id)"
        )
    ]

    world.restaff(SUE, SERVICE)
    world.turn()

    assert looks(world) == []


def test_what_comes_up_later_on_the_same_day_goes_together_the_next_morning(world):
    siblings(world)
    for ref in ("SC-7", "SC-8"):
        with world.case(ref, family=f"F-{ref}") as body:
            decided = {"at": "2026-03-03T15:10", "value": "section_47"}
            on = {"strategy_discussion_held": "2026-03-03", "s47_decision_recorded": decided}
            body["facts"].update({**ENQUIRY, **on})
    world.until("2026-03-07 12:00")
    world.restaff(SUE, posts=())

    world.until("2026-03-10 18:00")

    said = [(when, " ".join(text.split())) for when, text in heard(world) if SERVICE in text]
    assert [when for when, _ in said] == ["2026-03-09 13:00", "2026-03-10 09:00"]
    assert "SC-1, SC-2 and SC-3" in said[0][1]
    assert "SC-7 and SC-8" in said[1][1]


def heard(world):
    texts = iter(world.operator())
    told = [when for when, to, _ in world.told() if to == "operator@council.example"]
    return list(zip(told, texts, strict=True))


def test_where_not_even_the_duty_mailbox_was_told_it_is_said_every_day(world):
    siblings(world, excluded=[SUE, "duty"])

    world.until("2026-03-13 18:00")

    said = [text for text in world.operator() if "nobody was told" in " ".join(text.split())]
    assert len(said) == len({when for when, _, rung in journal(world) if rung == SERVICE})


def journal(world):
    with world.store.read() as tx:
        return [
            (f"{one.at:%Y-%m-%d}", one.about, one.data["role"])
            for one in tx.journal.of("")
            if one.kind == "role.unheld"
        ]


def test_a_restricted_case_that_names_nobody_is_not_called_well(world):
    world.opens("SC-1", restricted=True)
    world.turn()

    assert looks(world) == [
        (
            "1 restricted case names nobody who may be told: nothing goes out about it; "
            "name its holders in the case record, as they stand in the directory"
        )
    ]
    world.opens("SC-1", restricted=True, holders=["sam", SUE])
    world.turn()
    assert looks(world) == []


def test_of_a_restricted_case_whose_holders_cannot_answer_the_role_is_named_and_not_the_case(world):
    world.opens("SC-1", restricted=True, holders=["sam"])
    world.turn()

    (said,) = looks(world)
    assert said.startswith(f"nobody can answer as {SERVICE} in 1 restricted case; ")
    assert "SC-1" not in said
