"""Rules kept by another release, after an upgrade: their wording holds nobody back; what cannot be read is said."""

import json
from dataclasses import replace

import pytest

from daemon.domain.errors import Refusal
from daemon.engine.rules.editions import IN_FORCE, WRONG, Editions
from daemon.engine.rules.pinned import pinned
from daemon.rulebook import compile_kept
from daemon.store import EditionRow
from tests.scenario.tuned import AUTHORITY, BAD, EARLIER, Tuned

WORDS = "policies/stoke-on-trent/messages/invite-list-due-today.yaml"
TWICE = 'message: invite-list-due-today\nsubject: "{{ ref }}: list"\nlead: "{{ ref }}: the list is {{ is_due }}."\n'
SUMMARY = "policies/statutory-england/messages/weekly-summary.yaml"
OF_ONE_CASE = 'message: weekly-summary\nsubject: "{{ count }} duty of {{ ref }} is overdue"\nlead: These are overdue.\n'
STRANGE = "message: invite-list-due-today\nsubject: list\nlead: The list of {{ weekday }} is due.\n"


@pytest.fixture
def tuned(story, folder):
    made = Tuned(story(), folder / "potterby")
    made.begin()
    return made


def kept(tuned, words, file=WORDS) -> None:
    """Have rules in force that another release has kept, with a message in these words."""
    written = {**tuned.editions.edition.written, file: words}
    with tuned.world.store.write() as tx:
        tx.editions.put(EditionRow("older", written, "another release", tuned.world.clock()))
        tx.marks.put(IN_FORCE, "older")


def started(tuned: Tuned) -> Editions:
    """Return the rules of a service that has just been upgraded and started."""
    tuned.editions = tuned.service()
    tuned.begin()
    return tuned.editions


def test_an_unsound_folder_leaves_them_in_force_although_we_would_not_let_them_say_so(tuned):
    kept(tuned, TWICE)
    tuned.write("changes/earlier.yaml", BAD)

    editions = started(tuned)

    assert editions.edition.digest == "older"
    assert json.loads(tuned.mark(WRONG))[0]["where"] == "potterby/changes/earlier.yaml:3: ladder"
    (line,) = [one for one in tuned.status()["attention"] if one.startswith("rulebook:")]
    assert "potterby/changes/earlier.yaml:3: ladder: no rung here is called" in line


def test_people_are_told_by_them_as_before(tuned):
    world = tuned.world
    kept(tuned, TWICE)
    tuned.write("changes/earlier.yaml", BAD)
    started(tuned)

    world.opens()
    world.until("2026-03-06 12:00")

    assert [when for when, _, _ in world.only("invite-list-due-today")][:1] == ["2026-03-06 09:00"]


def test_a_list_goes_out_although_its_words_speak_of_one_case(tuned):
    world = tuned.world
    kept(tuned, OF_ONE_CASE, SUMMARY)
    tuned.write("changes/earlier.yaml", BAD)
    started(tuned)

    world.opens()
    world.until("2026-03-09 12:00")

    assert any(subject == "1 duty of is overdue" for _, _, subject in world.told())


def test_what_we_let_nobody_say_is_still_told_of_them(tuned):
    written = {**tuned.editions.edition.written, WORDS: TWICE}

    edition, problems = compile_kept(written, "older")

    assert edition is not None
    assert [one.what for one in problems] == ["a verb stands before is_due, which has its own"]


def test_duties_that_go_on_under_them_do_so_whatever_they_say(tuned):
    world = tuned.world
    tuned.write("authority.yaml", f"{AUTHORITY}applies: new_cases\n")
    tuned.notice()
    world.opens()
    world.until("2026-03-04 12:00")
    digest = world.house.deciding.rulebook.packs["stoke-on-trent"].digest
    with world.store.write() as tx:
        row = tx.rulebooks.get(digest)
        texts = {**row.texts, WORDS.removeprefix("policies/"): TWICE}
        tx.rulebooks.put("older", row.pack, texts, world.clock(), row.applies, world.clock())
        tracks = tx.obligations.of(["SC-1"])["SC-1"]
        tx.obligations.save([replace(one, pack_digest="older") for one in tracks])

    with world.store.read() as tx:
        assert "older" in pinned(tx, world.house.deciding, {})


def test_a_sound_folder_takes_the_place_of_what_cannot_be_read_and_the_journal_says_why(tuned):
    kept(tuned, STRANGE)
    tuned.write("changes/earlier.yaml", EARLIER)

    editions = started(tuned)

    assert tuned.mark(IN_FORCE) == editions.edition.digest != "older"
    because = tuned.written("rulebook.changed")[-1].because
    assert "this release cannot read the rules that are in force" in because
    assert 'invite-list-due-today.yaml:3: lead: no field is called "weekday"' in because
    assert "these take their place" in because


@pytest.mark.parametrize(
    ("file", "text", "first"),
    [
        pytest.param("changes/earlier.yaml", BAD, "no rung here is called", id="unsound"),
        pytest.param(
            "authority.yaml", f"{AUTHORITY}effective_from: 2027-01-04\n", "", id="it waits"
        ),
    ],
)
def test_where_neither_can_decide_the_service_says_of_both_what_to_do(tuned, file, text, first):
    kept(tuned, STRANGE)
    tuned.write(file, text)

    with pytest.raises(Refusal) as refused:
        started(tuned)

    *others, last = map(str, refused.value.problems)
    assert (first in others[0]) if first else not others
    assert last.startswith("rules older: this release cannot read the rules that are in force (")
    assert last.endswith(
        "; have a sound folder take their place, without effective_from, or start the release that put them in force"
    )
    assert tuned.mark(IN_FORCE) == "older"
