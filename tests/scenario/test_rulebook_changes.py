"""A new rulebook while cases are open: what is planned anew, and what stays as it was (DOMAIN 5.13)."""

from daemon.decide.duties.obligations import Deciding
from daemon.rulebook import load_texts, sources
from tests.small import SMALL

INVITE_LIST = "stoke-on-trent/rules/icpc-invite-list.yaml"
PACK_FILE = "stoke-on-trent/pack.yaml"
LATER = (("at: 4 working hours after due", "at: 2 working days after due, 09:00"),)
DUTY = "SC-1/icpc-invite-list/icpc-1"


def replace_rulebook(world, changes):
    old = world.house.deciding
    world.rule(changes)
    new = world.house.deciding
    assert old.rulebook.digests["stoke-on-trent"] != new.rulebook.digests["stoke-on-trent"]
    world.house.older = {old.rulebook.digests["stoke-on-trent"]: old}
    with world.store.write() as tx:
        tx.cases.touch_all(world.clock())


def test_open_cases_have_their_unfired_rungs_planned_anew_and_fired_ones_stay_fired(story):
    world = story()
    world.opens()
    world.until("2026-03-06 17:30")

    replace_rulebook(world, {INVITE_LIST: LATER})
    world.until("2026-03-10 12:00")

    assert [when for when, _, _ in world.only("invite-list-missed")] == ["2026-03-06 17:00"]
    assert [when for when, _, _ in world.only("invite-list-still-missing")] == ["2026-03-10 09:00"]


def test_a_rung_that_a_new_rulebook_brings_forward_is_not_forgotten(story):
    world = story()
    world.rule({INVITE_LIST: LATER})
    world.opens()
    world.until("2026-03-06 17:30")

    replace_rulebook(world, {})
    world.until("2026-03-09 13:00")

    assert [when for when, _, _ in world.only("invite-list-still-missing")] == ["2026-03-09 13:00"]


def test_where_it_applies_to_new_cases_an_open_one_keeps_the_ladder_it_was_opened_under(story):
    world = story()
    world.opens("SC-1")
    world.until("2026-03-05 12:00")
    digest = world.house.deciding.rulebook.digests["stoke-on-trent"]

    replace_rulebook(
        world,
        {
            INVITE_LIST: LATER,
            PACK_FILE: (("promise_cap:", "applies: new_cases\npromise_cap:"),),
        },
    )
    world.opens("SC-2", family="F-2")
    world.until("2026-03-10 12:00")

    with world.store.read() as tx:
        assert tx.obligations.get(DUTY).pack_digest == digest
    still = {text.split(":")[0]: when for when, text in messages(world, "still missing")}
    assert still == {"SC-1": "03-09 13:00", "SC-2": "03-10 09:00"}


def messages(world, words):
    return [
        (when[5:], subject)
        for when, to, subject in world.told()
        if to == "wes" and words in subject
    ]


def test_a_rulebook_that_does_not_load_is_none_at_all():
    texts = dict(sources(SMALL))
    texts[INVITE_LIST] = texts[INVITE_LIST].replace("day 5 of", "day five of")

    book, problems = load_texts(texts)

    assert book is None
    assert any("icpc-invite-list.yaml" in problem.where for problem in problems)


def test_the_digest_of_an_obligation_is_the_one_that_decided_it(story):
    world = story()
    world.opens()
    world.until("2026-03-04 12:00")

    with world.store.read() as tx:
        track = tx.obligations.get(DUTY)

    assert isinstance(world.house.deciding, Deciding)
    assert track.pack_digest == world.house.deciding.rulebook.digests["stoke-on-trent"]
