"""What keeps children safe: no authority's folder takes it away, whatever it changes."""

import pytest

from daemon.domain.rules import Basis
from daemon.rulebook import compile_kept, gather, read_edition, shipped
from daemon.testing.world import loaded
from tests.unit.authority import TERMS

SAFETY = [
    "birth-expected",
    "child-has-died",
    "immediate-safety-plan",
    "interim-safety-plan",
    "looked-after-on-a-plan",
    "pregnancy-has-ended",
    "second-enquiry-on-a-plan",
]
CHANGES = [
    pytest.param("switch_off: {}\nbecause: x\n", id="switched off"),
    pytest.param("change: {}\nwhen: never_on_any_day\n", id="emptied"),
    pytest.param("change: {}\nbasis: local\n", id="another basis"),
    pytest.param("change: {}\nwithout: [safety]\n", id="no longer one of safety"),
    pytest.param("change: {}\nsafety: false\n", id="said not to be one"),
    pytest.param("change: {}\nladder: {{case-closed: {{tell: [social_worker]}}}}\n", id="others are told"),
    pytest.param("change: {}\nbecause: x\ndrop_rung: case-closed\n", id="nobody is told"),
    pytest.param("change: {}\nadd_rung: {{at: due}}\n", id="somebody else is told"),
    pytest.param("change: {}\nrelies_on: [police]\n", id="a feed that never comes"),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", SAFETY)
def test_no_authority_takes_a_safety_rule_away(tmp_path, name, change):
    (tmp_path / "changes").mkdir()
    (tmp_path / "authority.yaml").write_text(TERMS, "utf-8")
    (tmp_path / "changes" / "a.yaml").write_text(change.format(name), "utf-8")

    edition, problems = read_edition(tmp_path)

    assert edition is None
    assert [one for one in problems if "safety" in one.what]


PACK = loaded(shipped()).packs["stoke-on-trent"]
STATUTORY = sorted(one.name for one in PACK.rules if one.basis is Basis.STATUTORY)


def changed(folder, change):
    """Return the edition of an authority that makes one change, and what is told of it."""
    (folder / "changes").mkdir()
    (folder / "authority.yaml").write_text(
        TERMS.replace("{conf", "{directory: 4 hours, conf"), "utf-8"
    )
    (folder / "changes" / "a.yaml").write_text(change, "utf-8")
    return read_edition(folder)


def test_the_limits_that_every_child_has_are_statutory():
    assert {"icpc-limit", "first-core-group", "first-review", "later-review"} <= {*STATUTORY}


@pytest.mark.parametrize(
    "feeds",
    [
        pytest.param("relies_on: [directory]", id="a feed that may be stale for ever"),
        pytest.param("relies_on: [daykeeper]", id="a feed of ours"),
        pytest.param("without: [relies_on]", id="no feed at all"),
    ],
)
@pytest.mark.parametrize("name", STATUTORY)
def test_no_statutory_alarm_waits_for_another_feed(tmp_path, name, feeds):
    edition, problems = changed(tmp_path, f"change: {name}\nbecause: z\n{feeds}\n")

    assert edition is None
    assert any(
        "waits for the feeds that the pack says" in one.what and "a.yaml:3" in one.where
        for one in problems
    )


TO_FAMILIES = """\
change: first-review
ladder:
  duty-close:
    tell: [parents_carers]
    via: [letter]
"""


def test_no_step_of_a_statutory_limit_is_a_letter_to_a_family_in_place_of_staff(tmp_path):
    edition, problems = changed(tmp_path, TO_FAMILIES)

    assert edition is None
    (told,) = [one for one in problems if "a letter to a family tells nobody" in one.what]
    assert told.where.endswith("changes/a.yaml:4: tell")


def test_such_a_step_that_an_older_release_put_in_force_goes_on(tmp_path):
    changed(tmp_path, TO_FAMILIES)

    kept, problems = compile_kept(gather(tmp_path).texts, "older")

    assert kept is not None, problems
    assert kept.book.packs["stoke-on-trent"].rule("first-review").rung("duty-close").letter_for


@pytest.mark.parametrize("name", ["icpc-limit", "icpc-invite-list"])
def test_no_duty_is_the_operators(tmp_path, name):
    edition, problems = changed(tmp_path, f"change: {name}\nresponsible: [operator]\n")

    assert edition is None
    assert any("a.yaml:2: responsible" in one.where for one in problems)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        pytest.param("hides_date", "review-before-18", id="a birthday that shows"),
        pytest.param("never_rests", "immediate-safety-plan", id="a safety plan that rests"),
    ],
)
@pytest.mark.parametrize("how", ["without: [{}]", "{}: false"])
def test_what_protects_a_family_is_not_taken_away(tmp_path, key, name, how):
    (tmp_path / "changes").mkdir()
    (tmp_path / "authority.yaml").write_text(TERMS, "utf-8")
    (tmp_path / "changes" / "a.yaml").write_text(f"change: {name}\n{how.format(key)}\n", "utf-8")

    edition, problems = read_edition(tmp_path)

    assert edition is None
    assert any("is not taken away" in one.what for one in problems)
