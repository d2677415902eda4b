"""Policies of an authority's own: what rules keep that are no statutory limits, and what their pack may say."""

import pytest

from daemon.domain.errors import Severity
from daemon.rulebook import shipped, sources
from daemon.rulebook.own.beside import Beside
from daemon.rulebook.own.taken_over import not_as_shipped

BASE, STOKE, DEVON = "statutory-england", "stoke-on-trent", "devon"
ALERT = f"{STOKE}/rules/rearrangement-alert.yaml"
AT_18 = f"{DEVON}/rules/plan-ends-at-18.yaml"
LIST = f"{STOKE}/rules/icpc-invite-list.yaml"
PACK, MINE = f"{STOKE}/pack.yaml", "ours/pack.yaml"
OURS = "pack: ours\ntitle: Ours\nstands_on: statutory-england\ndivision: england-and-wales\nfallback: duty_mailbox\n"
SHIPS = sources(shipped())


def found(**texts):
    """Return what is said where these files stand in the place of those that ship: severity, place and what."""
    own = {**SHIPS, **{file.replace("__", "/"): text for file, text in texts.items()}}
    said = not_as_shipped(Beside(own, SHIPS, "own"), None)
    return [(one.severity, one.where, one.what) for one in said]


def edited(file, old, new):
    assert old in SHIPS[file]
    return found(**{file: SHIPS[file].replace(old, new, 1)})


def test_what_ships_keeps_all_of_it():
    assert found() == []


@pytest.mark.parametrize(("file", "key"), [(ALERT, "never_rests"), (AT_18, "hides_date")], ids=str)
def test_what_protects_a_family_is_taken_out_of_no_rule(file, key):
    ((severity, where, what),) = edited(file, f"{key}: true", "")

    assert (severity, where) == (Severity.ERROR, f"own/{file}")
    assert what == f'it says no "{key}: true": this protects a family and is not taken away'


def test_what_says_false_is_told_at_its_line():
    ((_, where, _),) = edited(ALERT, "never_rests: true", "never_rests: false")

    assert where.startswith(f"own/{ALERT}:")
    assert where.endswith(": never_rests")


def test_a_step_that_the_document_demands_is_not_made_one_that_a_promise_rests():
    said = edited(LIST, "    offer: escalation", "    house: true\n    offer: escalation")

    ((severity, where, what),) = said
    assert severity is Severity.ERROR
    assert where.endswith(": house")
    assert '"house: true" at invite-list-missed: the document demands this step' in what


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("after_death", "nothing goes out about a child who has died"),
        ("held_elsewhere", "a plan that another authority holds raises no clocks of ours"),
    ],
)
@pytest.mark.parametrize("file", [LIST, f"{STOKE}/rules/mine.yaml", "ours/rules/mine.yaml"])
def test_no_rule_of_ones_own_goes_on_where_every_other_ends(file, key, why):
    text = f"{SHIPS[LIST]}\n{key}: true\n"

    ((severity, where, what),) = found(**{file: text, MINE: OURS})

    assert severity is Severity.ERROR
    assert where.endswith(f": {key}")
    assert what == f'it says "{key}": {why}'


def test_such_a_rule_may_say_anything_else_or_be_left_out():
    text = SHIPS[LIST].replace("day 5 of", "day 6 of").replace("ask: promise", "house: false")
    assert found(**{LIST: text}) == []

    without = {file: text for file, text in SHIPS.items() if file not in (LIST, ALERT)}
    assert [*not_as_shipped(Beside(without, SHIPS, "own"), None)] == []


@pytest.mark.parametrize(
    ("role", "severity", "said"),
    [
        ("parents_carers", Severity.ERROR, "nothing goes to a family by itself"),
        ("operator", Severity.ERROR, "the operator looks after this service and knows no child"),
        ("referrer", Severity.WARNING, "which is read as outside the authority"),
    ],
)
def test_letters_to_families_are_written_by_a_post_of_the_authority(role, severity, said):
    ((told, where, what),) = edited(PACK, "letters: conference_coordinator", f"letters: {role}")

    assert (told, where.endswith(": letters")) == (severity, True)
    assert said in what


def test_which_post_writes_them_is_the_authoritys_to_say():
    assert edited(PACK, "letters: conference_coordinator", "letters: team_coordinator") == []


def test_a_pack_by_which_nobody_is_asked_to_write_to_families_is_refused():
    without = "letters: conference_coordinator", ""
    alone = {BASE: SHIPS[f"{BASE}/pack.yaml"].replace(*without)}
    below = edited(PACK, *without)  # the base says it
    assert below == []

    said = found(**{f"{BASE}/pack.yaml": alone[BASE], PACK: SHIPS[PACK].replace(*without)})

    wheres = [where for _, where, _ in said]
    assert wheres == [f"own/{BASE}/pack.yaml", f"own/{PACK}"]
    assert all(
        'says no "letters": nobody is asked to write to families' in what for *_, what in said
    )


def test_nothing_that_nobody_else_can_be_told_goes_to_a_family():
    ((severity, where, _),) = edited(PACK, "fallback: duty_mailbox", "fallback: supporter")

    assert (severity, where.endswith(": fallback")) == (Severity.ERROR, True)


@pytest.mark.parametrize("key", ["roles", "stands_in"])
@pytest.mark.parametrize("role", ["operator", "family_network"])
def test_a_pack_of_ones_own_leads_no_limit_away_from_those_who_must_hear(key, role):
    said = found(**{MINE: f"{OURS}{key}: {{team_manager: {role}, social_worker: key_worker}}\n"})

    ((severity, where, what),) = said
    assert (severity, where) == (Severity.ERROR, "own/ours/pack.yaml:6: team_manager")
    assert f'has {role} in the place of team_manager ("{key}")' in what


def test_whom_a_report_excuses_and_a_quorum_are_the_authoritys_to_say():
    assert edited(PACK, "quorum: 3", "quorum: 2") == []
    assert edited(PACK, "attendance:", "attendance_of_ours:") == []
