"""Policies of an authority's own: they take no statutory limit and no rule of safety away from what ships."""

import shutil

import pytest

from daemon.domain.errors import Severity
from daemon.engine.rules.rules_folder import RulesFolder
from daemon.rulebook import compile_kept, read_edition, shipped
from tests.small import SMALL
from tests.unit.copied import BASE, STOKE, copy
from tests.unit.copied import edit as edit_copy

LIMIT, DIED = f"{BASE}/rules/icpc-limit.yaml", f"{BASE}/rules/child-has-died.yaml"
PLAN = f"{STOKE}/rules/immediate-safety-plan.yaml"
TERMS = f"based_on: {STOKE}\nfallback: duty_mailbox\nfeeds: {{conference_diary: 4 hours}}\npolicies: ../policies\n"
LIMITED = "a statutory limit is not changed"


@pytest.fixture
def own(tmp_path):
    """Return an authority's folder that names a copy of two of the packs that ship."""
    folder = tmp_path / "potterby"
    folder.mkdir()
    (folder / "authority.yaml").write_text(TERMS, "utf-8")
    copy(tmp_path / "policies")
    return folder


def edit(own, file, *pairs):
    """Edit a file of the copy."""
    edit_copy(own.parent / "policies", file, *pairs)


def told(own):
    """Return whether the folder is in force, and what is said at its `policies` line."""
    edition, problems = read_edition(own)
    here = [one for one in problems if one.where == "potterby/authority.yaml:4: policies"]
    return edition is not None, [one.what for one in here]


def test_policies_that_are_copied_unchanged_pass(own):
    assert told(own) == (True, [])


def test_their_words_may_differ(own):
    edit(own, LIMIT, ("title: Initial", "title: Our initial"), ("why: A", "why: For us, a"))
    edit(own, f"{BASE}/messages/icpc-limit-near.yaml", ('subject: "', 'subject: "Note: '))
    edit(
        own,
        f"{STOKE}/rules/icpc-invite-list.yaml",
        ("responsible: [", "responsible: [team_manager, "),
    )

    assert told(own) == (True, [])


@pytest.mark.parametrize(
    ("file", "pair", "said"),
    [
        pytest.param(
            LIMIT, ("due: 15 ", "due: 90 "),
            f'{LIMIT} says something else than this release ("due"): {LIMITED}', id="a limit moved",
        ),
        pytest.param(
            LIMIT, ("basis: statutory ", "basis: house "),
            f'{LIMIT} says something else than this release ("basis"): {LIMITED}', id="a limit that is none",
        ),
        pytest.param(
            LIMIT, ("tell: [team_manager, safeguarding_service_manager]", "tell: [team_manager]"),
            f'{LIMIT} says something else than this release ("ladder: icpc-limit-near"): {LIMITED}',
            id="others are told",
        ),
        pytest.param(
            LIMIT, ("conference_coordinator]", "conference_coordinator]\nmet_by_due: true"),
            f'{LIMIT} says something else than this release ("met_by_due"): {LIMITED}', id="a key more",
        ),
        pytest.param(
            DIED, ("safety: true", "safety: false"),
            f'{DIED} says something else than this release ("safety"): a rule of safety is not changed',
            id="no longer one of safety",
        ),
        pytest.param(
            PLAN, ("safety: true", "safety: false"),
            f'{PLAN} says something else than this release ("safety"): a rule of safety is not changed',
            id="nor one of a pack that stands on the base",
        ),
        pytest.param(
            f"{STOKE}/pack.yaml", ("roles: {", "roles: {team_manager: operator, "),
            f'{STOKE}/pack.yaml says something else than this release ("roles"): '
            "whom its statutory limits tell is not changed", id="a role in the place of another",
        ),
        pytest.param(
            f"{STOKE}/pack.yaml", ("carries:", "replaces: {later-review: icpc-by-day-15}\ncarries:"),
            f'{STOKE}/pack.yaml has later-review under "replaces": a statutory limit is not switched off',
            id="a laxer rule in its place",
        ),
    ],
)  # fmt: skip
def test_what_differs_is_told_at_the_line_that_names_them(own, file, pair, said):
    edit(own, file, pair)

    assert told(own) == (False, [said])


@pytest.mark.parametrize(
    ("file", "kind"), [(LIMIT, "a statutory limit"), (DIED, "a rule of safety")]
)
def test_what_is_not_there_is_told(own, file, kind):
    (own.parent / "policies" / file).unlink()

    assert told(own) == (False, [f"{file} is not there: {kind} is not switched off"])


def test_a_pack_that_stands_on_no_statutory_limits_is_warned_of(own):
    pack = own.parent / "policies" / "elsewhere"
    pack.mkdir()
    text = (shipped() / BASE / "pack.yaml").read_text("utf-8")
    (pack / "pack.yaml").write_text(text.replace(f"pack: {BASE}", "pack: elsewhere"), "utf-8")
    (own / "authority.yaml").write_text(TERMS.replace(STOKE, "elsewhere"), "utf-8")

    _, problems = read_edition(own)

    (one,) = [one for one in problems if "does not stand on" in one.what]
    assert one.severity is Severity.WARNING


def test_a_folder_whose_limit_was_moved_while_the_service_runs_is_not_taken(own):
    rules = RulesFolder(own)
    assert rules.read().edition is not None

    edit(own, LIMIT, ("due: 15 ", "due: 90 "))

    found = rules.read()
    assert found.edition is None
    assert [one.where for one in found.errors] == ["potterby/authority.yaml:4: policies"]


def test_rules_that_are_in_force_since_an_older_release_stay_so(own):
    edition, _ = read_edition(own)
    file = f"policies/{LIMIT}"
    older = {**edition.written, file: edition.written[file].replace("due: 15 ", "due: 16 ")}

    kept, problems = compile_kept(older, "older")

    assert kept is not None, problems


def test_a_pack_for_trials_need_not_have_every_limit_and_says_so_itself(own):
    shutil.rmtree(own.parent / "policies")
    shutil.copytree(SMALL, own.parent / "policies")
    assert told(own) == (True, [])

    edit(own, "statutory-england/pack.yaml", ("trial: true", "trial: false"))

    in_force, said = told(own)
    assert not in_force
    assert any("is not there: a statutory limit is not switched off" in one for one in said)
