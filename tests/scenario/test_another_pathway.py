"""A case of another pathway than the authority's own stands under its own pathway's rules, whoever looks."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from daemon.decide.duties.obligations import Deciding
from daemon.engine.answering.respond import Answer
from daemon.rulebook import load_texts, sources
from daemon.testing.world import PACK
from tests.small import SMALL

BASE, OTHER = "statutory-england", "devon"
LIMIT = "icpc-limit"  # a rule of the base, which both have taken over
DUE = "2026-03-23 17:00"


def unwatched(book, *names):
    """Return the rulebook in which some packs do not watch the limit, as where no feed of theirs carries its end."""
    packs = {name: replace(book.packs[name], unwatched={LIMIT: ("icpc_held",)}) for name in names}
    return replace(book, packs={**book.packs, **packs})


@pytest.fixture
def world(story):
    """An authority under Stoke's rules, with a child of Devon's: there no promise reaches further than a day."""
    made = story("2026-03-20 16:00")
    texts = dict(sources(SMALL))
    limit = f"{BASE}/rules/{LIMIT}.yaml"
    for old, new in (
        ("basis: statutory", "basis: house"),
        ("    repeat:", "    ask: promise\n    repeat:"),
    ):
        texts[limit] = texts[limit].replace(old, new)
    pack = texts[f"{PACK}/pack.yaml"].partition("carries:")[0]
    texts[f"{OTHER}/pack.yaml"] = pack.replace(PACK, OTHER).replace("2 working", "1 working")
    book, problems = load_texts(texts)
    assert book is not None, problems
    made.house.deciding = Deciding(book, made.deciding.calendar, PACK)
    made.opens("SC-1", pathway=OTHER)
    return made


def only_the_other_watches(world):
    deciding = world.house.deciding
    world.house.deciding = replace(deciding, rulebook=unwatched(deciding.rulebook, BASE, PACK))


def promise(world, day):
    token = world.link("sue", "promise")
    return world.line.responder.promise(token, date.fromisoformat(day), world.clock()).answer


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        pytest.param("2026-03-24", Answer.RESTED, id="as far as its own pathway lets it"),
        pytest.param("2026-03-25", Answer.BAD_DATE, id="further"),
    ],
)
def test_a_promise_reaches_as_far_as_the_pathway_of_the_case_lets_it(world, day, answer):
    world.until(DUE)

    assert promise(world, day) is answer


def test_a_promise_is_taken_about_a_duty_that_only_the_pathway_of_the_case_watches(world):
    only_the_other_watches(world)
    world.until(DUE)

    assert promise(world, "2026-03-24") is Answer.RESTED


def test_relied_feeds_are_read_before_a_rung_of_the_pathway_of_the_case(world):
    only_the_other_watches(world)
    feed = world.house.feeds["diary"]
    world.house.feeds = {"diary": replace(feed, read_every=timedelta(hours=6))}
    world.until("2026-03-23 16:59")
    world.fact("SC-1", icpc_held="2026-03-23T16:59")

    world.until(DUE)

    assert world.count("met") == 1
