"""A bare folder of policies, which settings name by themselves: nothing that England's law demands is lost in it."""

import shutil

import pytest

from daemon.domain.errors import Severity
from daemon.engine.rules.rules_folder import RulesFolder
from daemon.rulebook import compile_kept, load, read_edition, shipped
from tests.small import SMALL
from tests.unit.copied import BASE, STOKE, copy, edit

LIMIT, DIED = f"{BASE}/rules/icpc-limit.yaml", f"{BASE}/rules/child-has-died.yaml"
AT_18 = f"{BASE}/rules/review-before-18.yaml"
LIMITED = "a statutory limit is not changed"


@pytest.fixture
def bare(tmp_path):
    """Return a bare folder that holds a copy of what ships."""
    copy(tmp_path / "ours")
    return tmp_path / "ours"


def told(bare):
    """Return what is wrong with the folder, by its place; nothing of it is taken up then, whoever asks."""
    edition, problems = read_edition(bare)
    book, same = load(bare)
    errors = {one.where: one.what for one in problems if one.severity is Severity.ERROR}
    assert errors == {one.where: one.what for one in same if one.severity is Severity.ERROR}
    assert bool(errors) == (edition is None) == (book is None)
    return errors


def test_a_copy_of_what_ships_is_taken_up(bare):
    assert told(bare) == {}


def test_a_limit_that_was_moved_is_told_at_its_own_line(bare):
    edit(bare, LIMIT, ("due: 15 ", "due: 90 "))

    line = (bare / LIMIT).read_text("utf-8").splitlines().index(
        "due: 90 working days after strategy_discussion_held, by close of business"
    ) + 1  # fmt: skip
    said = f'it says something else than this release ("due"): {LIMITED}'
    assert told(bare) == {f"ours/{LIMIT}:{line}: due": said}


@pytest.mark.parametrize(
    ("file", "kind"), [(AT_18, "a statutory limit"), (DIED, "a rule of safety")]
)
def test_a_rule_that_was_taken_out_is_told_at_its_file(bare, file, kind):
    (bare / file).unlink()

    assert told(bare) == {f"ours/{file}": f"it is not there: {kind} is not switched off"}


def test_whom_limits_tell_is_told_at_the_line_of_the_pack(bare):
    edit(bare, f"{STOKE}/pack.yaml", ("roles: {", "roles: {team_manager: operator, "))

    ((where, what),) = told(bare).items()
    assert where.startswith(f"ours/{STOKE}/pack.yaml:")
    assert where.endswith(": roles")
    assert what.endswith("whom its statutory limits tell is not changed")


def test_a_pack_of_ones_own_that_stands_on_no_statutory_limits_is_warned_of(bare):
    text = (bare / BASE / "pack.yaml").read_text("utf-8")
    (bare / "elsewhere").mkdir()
    mine = text.replace(f"pack: {BASE}", "pack: elsewhere")
    (bare / "elsewhere" / "pack.yaml").write_text(mine, "utf-8")

    _, problems = read_edition(bare)

    (one,) = [one for one in problems if "does not stand on" in one.what]
    assert (one.where, one.severity) == ("ours/elsewhere/pack.yaml", Severity.WARNING)
    assert told(bare) == {}


def test_a_pack_for_trials_is_held_against_nothing(tmp_path):
    ours = tmp_path / "ours"
    shutil.copytree(SMALL, ours)
    assert told(ours) == {}

    edit(ours, f"{BASE}/pack.yaml", ("trial: true", "trial: false"))

    assert f"ours/{DIED}" in told(ours)


def test_the_folder_that_ships_is_itself(tmp_path):
    (tmp_path / "policies").symlink_to(shipped())

    assert told(tmp_path / "policies") == {}


def test_while_the_service_runs_a_folder_that_lost_a_limit_is_not_taken_up(bare):
    rules = RulesFolder(bare)
    assert rules.read().edition is not None

    (bare / AT_18).unlink()

    found = rules.read()
    assert found.edition is None
    assert [one.where for one in found.errors] == [f"ours/{AT_18}"]


def test_rules_in_force_since_an_older_release_stay_so(bare):
    edition, _ = read_edition(bare)
    file = f"policies/{LIMIT}"
    older = {**edition.written, file: edition.written[file].replace("due: 15 ", "due: 16 ")}

    kept, problems = compile_kept(older, "older")

    assert kept is not None, problems
