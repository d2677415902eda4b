"""Two releases on one database: each reads the other's rules or gives way, and no case is passed over."""

import json
import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from daemon import RELEASE
from daemon.domain.authority import Authority
from daemon.domain.errors import Refusal
from daemon.engine.house import canonical
from daemon.engine.rules.editions import IN_FORCE, Editions
from daemon.engine.rules.led import LED_BY
from daemon.engine.rules.pinned import pinned
from daemon.engine.standing.presence import LEADER, SAID, AgreedGuard, Presence, processes
from daemon.rulebook import Written, compile_edition, compile_kept
from daemon.rulebook.wording.messages import GENERAL
from daemon.store import EditionRow
from tests.scenario.tuned import LATER, Tuned

# as if it were new in this release
NEW_MESSAGE = "policies/statutory-england/messages/silence-ends.yaml"
STRANGE = "policies/statutory-england/messages/settled.yaml"


@pytest.fixture
def tuned(story, folder):
    made = Tuned(story(), folder / "potterby")
    made.begin()
    return made


def second(tuned) -> Editions:
    """Return the rules as another process on the same database has them."""
    house = type(tuned.world.house)(tuned.world.deciding, tuned.world.house.terms, {}, {})
    return Editions(tuned.world.store, house, tuned.editions.folder, Authority("stoke-on-trent"))


def put(tuned, written, digest) -> None:
    """Put rules in force as another release does."""
    with tuned.world.store.write() as tx:
        tx.editions.put(EditionRow(digest, written, "another release", tuned.world.clock()))
        tx.marks.put(IN_FORCE, digest)


def older(tuned) -> dict[str, str]:
    """Return what is in force without a message that this release sends by itself."""
    assert Path(NEW_MESSAGE).stem in GENERAL
    return {
        file: text for file, text in tuned.editions.edition.written.items() if file != NEW_MESSAGE
    }


def newer(tuned) -> dict[str, str]:
    """Return what is in force in words that this release does not know."""
    written = dict(tuned.editions.edition.written)
    return written | {STRANGE: written[STRANGE] + "mood: friendly\n"}


def say(tuned, name, **said) -> None:
    """Say that another run is at work, as its own release says it."""
    world = tuned.world
    with world.store.write() as tx:
        tx.leases.take(f"run/{name}", name, world.clock(), 15)
        tx.marks.put(SAID + name, canonical({"machine": "b", "terms": {}, **said}))


def ours(tuned) -> Presence:
    return Presence(tuned.world.store, "run-old", {}, is_run=True)


def test_the_release_is_the_one_that_the_package_has():
    project = tomllib.loads(Path(__file__).parents[2].joinpath("pyproject.toml").read_text("utf-8"))

    assert project["project"]["version"] == RELEASE


def test_rules_of_an_older_release_are_read_with_our_own_words_for_what_it_never_said(tuned):
    written = older(tuned)

    refused, problems = compile_edition(Written(written))
    kept, _ = compile_kept(written, "abc")

    assert refused is None
    assert "the message is missing" in str(problems)
    assert (kept.digest, kept.written) == ("abc", written)
    assert "silence-ends" in kept.book.messages


def test_a_worker_of_the_newer_release_starts_beside_a_run_of_the_older(tuned):
    put(tuned, older(tuned), "older")
    worker = second(tuned)

    worker.follow()

    assert worker.edition.digest == "older"


def test_duties_that_an_older_release_pinned_go_on_under_its_rules(tuned):
    world = tuned.world
    tuned.write(
        "authority.yaml", f"{(tuned.folder / 'authority.yaml').read_text()}applies: new_cases\n"
    )
    tuned.notice()
    world.opens()
    world.until("2026-03-04 12:00")
    before = world.house.deciding.rulebook.packs["stoke-on-trent"].digest
    with world.store.write() as tx:
        row = tx.rulebooks.get(before)
        texts = {
            file: text for file, text in row.texts.items() if f"policies/{file}" != NEW_MESSAGE
        }
        tx.rulebooks.put("older", row.pack, texts, world.clock(), row.applies, world.clock())
        tracks = tx.obligations.of(["SC-1"])["SC-1"]
        tx.obligations.save([replace(one, pack_digest="older") for one in tracks])
    tuned.write("changes/later.yaml", LATER)
    tuned.notice()

    with world.store.read() as tx:
        found = pinned(tx, world.house.deciding, {})

    assert "older" in found


def test_whoever_leads_after_another_edition_looks_at_every_case_again(tuned):
    world = tuned.world
    tuned.editions.turn(world.clock())
    world.opens()
    world.line.decide()
    with world.store.write() as tx:
        tx.marks.put(LED_BY, "of the release that led meanwhile")
        before = tx.cases.due(world.clock(), 10)

    tuned.editions.stand_by()
    tuned.editions.turn(world.clock())

    with world.store.read() as tx:
        assert (before, tx.cases.due(world.clock(), 10)) == ([], ["SC-1"])
    assert tuned.mark(LED_BY) == tuned.editions.edition.digest


def test_whoever_led_last_by_the_same_rules_looks_at_nothing_again(tuned):
    world = tuned.world
    tuned.editions.turn(world.clock())
    world.opens()
    world.line.decide()

    tuned.editions.stand_by()
    tuned.editions.turn(world.clock())

    with world.store.read() as tx:
        assert tx.cases.due(world.clock(), 10) == []


def test_beside_a_newer_release_the_older_one_takes_up_its_rules_and_puts_none_in_force(tuned):
    put(tuned, older(tuned), "of the newer release")
    beginning = second(tuned)

    beginning.begin(tuned.world.clock(), "run-new on b, of release 99.0.0,")

    assert tuned.mark(IN_FORCE) == beginning.edition.digest == "of the newer release"


def test_beside_a_newer_release_whose_rules_it_cannot_read_the_older_one_does_not_start(tuned):
    put(tuned, newer(tuned), "of the newer release")

    with pytest.raises(
        Refusal, match=r"release .*run-new on b.*cannot read.*mood.*start that release here"
    ):
        second(tuned).begin(tuned.world.clock(), "run-new on b, of release 99.0.0,")

    assert tuned.mark(IN_FORCE) == "of the newer release"


def test_who_cannot_read_the_rules_gives_way_to_a_newer_release_and_goes_on_once_that_is_gone(
    tuned,
):
    world, presence = tuned.world, ours(tuned)
    guard = AgreedGuard(world.store, None, world.clock, presence)
    with world.store.write() as tx:
        tx.leases.take(LEADER, "run-old", world.clock(), 15)
    say(tuned, "run-new", release="99.0.0")

    presence.is_behind = True
    presence.beat(world.clock(), None, None)
    gave_way, troubles = guard.allows(), presence.troubles()
    with world.store.read() as tx:
        leads = tx.leases.held(LEADER, world.clock())
    world.clock.now += timedelta(seconds=20)
    presence.beat(world.clock(), None, None)

    assert (gave_way, leads) == (False, [])
    assert troubles == [
        (
            "it sends nothing: run-new on b, of release 99.0.0, goes by rules that this release cannot read; "
            "start that release here, too"
        )
    ]
    assert guard.allows()
    assert presence.troubles() == []


@pytest.mark.parametrize(
    ("release", "is_newer"),
    [
        ("0.1.0", False),
        ("", False),
        ("0.0.9", False),
        ("0.1.1", True),
        ("0.10.0", True),
        ("1.0", True),
    ],
)
def test_only_a_run_of_a_newer_release_is_given_way_to(tuned, release, is_newer):
    say(tuned, "run-2", release=release)

    assert bool(ours(tuned).newer(tuned.world.clock())) is is_newer


def test_what_a_newer_release_says_of_itself_beside_is_passed_over(tuned):
    say(tuned, "run-new", release="99.0.0", mood="friendly", redis="no-answer")

    with tuned.world.store.read() as tx:
        (one,) = processes(tx, tuned.world.clock())

    assert (one.name, one.release, one.redis) == ("run-new", "99.0.0", "no-answer")
    assert json.loads(tuned.mark(SAID + "run-new"))["mood"] == "friendly"
